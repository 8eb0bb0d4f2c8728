"""Model to Step to Kernel to code; the stages stand together in `pipeline.py`."""
