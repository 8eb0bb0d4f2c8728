"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from rheobase.errors import ExperimentError


@contextlib.contextmanager
def written_whole(*targets: Path) -> Iterator[tuple[Path, ...]]:
    """Temporary files beside the targets, which they replace when the block ends without an error.

    Raises:
        ExperimentError: when the folder is missing or cannot be written to.
    """
    token = f"{os.getpid()}-{secrets.token_hex(4)}"
    # The suffix stays, since libraries choose a format by it.
    drafts = tuple(t.with_name(f".{t.stem}-{token}{t.suffix}") for t in targets)
    folder = targets[0].parent
    if not folder.is_dir():
        raise ExperimentError(
            f"{targets[0]} cannot be written: there is no folder {folder}.",
            mend="make the folder first, or give another path",
        )
    try:
        yield drafts
        for draft, target in zip(drafts, targets, strict=True):
            os.replace(draft, target)
    except OSError as error:
        raise ExperimentError(
            f"{targets[0]} cannot be written: {error.strerror or error}.",
            mend="check the space and the permissions there, or give another path",
        ) from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
