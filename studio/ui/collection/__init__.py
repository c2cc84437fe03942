"""The Library page: avatars, personas, templates and photos that a person keeps."""
