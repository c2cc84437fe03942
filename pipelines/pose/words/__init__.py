"""The words in which poses are written: what legs, trunk, head and arms do, each as goals for the solver.

A word is a function that adds goals. `side` is "L" or "R", the subject's own. Numbers were set by looking at them.
"""
