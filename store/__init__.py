"""What the studio keeps: rows, files, jobs. Speaks ids, JSON and paths."""
