"""The use cases: one noun a file."""
