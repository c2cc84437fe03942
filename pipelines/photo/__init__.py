"""Photos in: safe opening, landmarks, checks."""
