"""The parametric body: build, fit, measure, export."""
