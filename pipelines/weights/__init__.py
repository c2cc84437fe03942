"""Weights: what a preset needs, whether it is here, and how it comes here. The only package that knows a hub."""
