"""Poses in and out of files: one module a format. Every file is somebody else's until each number was looked at."""
