"""Left and right, as the primitives need them."""

from __future__ import annotations

SIGN = {"L": 1.0, "R": -1.0}  # the subject's left is +x
OTHER = {"L": "R", "R": "L"}
