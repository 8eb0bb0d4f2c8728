"""A network on this machine: its arrays, its kernel, its threads."""
