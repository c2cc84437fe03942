"""REST, pages and the request shield: the only package that imports fastapi."""
