"""What can go wrong with a file that is being read, as one clear error."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from rheobase.errors import ExperimentError, RheobaseError

# What NumPy, zipfile, JSON and HDF5 raise on files that are cut off, foreign or tampered with.
UNREADABLE = (
    ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, NotImplementedError,
    OSError, RuntimeError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def broken(path: Path, cause: str) -> ExperimentError:
    """The error for a file that is not a recording."""
    return ExperimentError(
        f"{path} cannot be read as a recording: {cause}.",
        mend="give a file that Recording.save wrote, or save it again",
    )


def reason(error: BaseException) -> str:
    """The cause in a few words, out of an error of another library."""
    if isinstance(error, RheobaseError):
        return error.message.rstrip(".")
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing" if error.args else "a part is missing"
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
