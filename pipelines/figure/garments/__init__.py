"""Garments, one file per family: where their cloth is, how it hangs, how it is painted."""
