"""The worker: the process that does the long work, and what joins it to the app."""
