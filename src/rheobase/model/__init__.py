"""The language: text to an immutable `Model` with checked units."""

from rheobase.model.model import Model
from rheobase.model.published import Published

__all__ = ["Model", "Published"]
