"""The use cases, told as numbered stories: one noun a file."""
