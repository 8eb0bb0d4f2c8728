"""Printers of the loop language, one a file, and the array reference of expressions."""
