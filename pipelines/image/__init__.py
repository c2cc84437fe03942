"""Engines that make pictures, and how a picture leaves."""
