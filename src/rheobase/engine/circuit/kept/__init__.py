"""A network put on disk, and taken up again."""
