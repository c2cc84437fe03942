"""Persona and attributes to words."""
