"""The dressed figure that the draft engine draws."""
