"""Poses: templates, skeleton, library, limits, solver."""
