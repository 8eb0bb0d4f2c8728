"""Descriptions of what is to be run: for now, stimuli. Nothing in this room runs anything."""
