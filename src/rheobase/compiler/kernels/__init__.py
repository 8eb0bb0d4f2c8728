"""The loops, written once in the loop language."""
