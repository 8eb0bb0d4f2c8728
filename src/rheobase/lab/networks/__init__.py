"""Networks in files: populations, projections, what is recorded, and their run."""
