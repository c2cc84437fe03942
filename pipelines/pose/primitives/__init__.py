"""Pose primitives: what legs, trunk, head, arms and hands do, each as goals for the solver.

A primitive is a function that adds goals. `side` is "L" or "R", the subject's own. The numbers were set by looking at
the solved poses.
"""
