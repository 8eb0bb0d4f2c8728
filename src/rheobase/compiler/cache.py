"""Compiled kernels on disk: a folder of object files, each under the hash of all that made it.

The folder is the user's cache folder; the environment variable RHEOBASE_CACHE names another one, or
switches the cache off with ``off``. An entry that is damaged is ignored, and a folder that cannot
be written never breaks a run: both only cost the compilation again.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from pathlib import Path

from rheobase.__about__ import __version__

_MAGIC = b"rheobase1\n"
_DIGEST = 32
_count = itertools.count()
_MOST = 2000  # entries kept; a kernel is some 5 to 50 kB


def folder() -> Path | None:
    """Where compiled kernels are kept, or None where the cache is off."""
    chosen = os.environ.get("RHEOBASE_CACHE", "")
    if chosen.lower() == "off":
        return None
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("rheobase", appauthor=False)) / "kernels"


def key(*parts: str) -> str:
    """The name of an entry: a hash of the version of rheobase and of everything given."""
    encoded = [part.encode() for part in (__version__, *parts)]
    return _hash(b"".join(b"%d:%b" % (len(part), part) for part in encoded)).hex()


def read(name: str) -> bytes | None:
    """An entry, or None if there is none that is whole."""
    place = folder()
    if place is None:
        return None
    try:
        data = (place / name).read_bytes()
    except OSError:
        return None
    body = data[len(_MAGIC) + _DIGEST :]
    return body if body and data.startswith(_MAGIC + _hash(body)) else None


def write(name: str, body: bytes) -> None:
    """Keep an entry; readers see all of it or nothing, and a failure is silent."""
    place = folder()
    if place is None:
        return
    temporary = place / f".new-{os.getpid()}-{next(_count)}-{os.urandom(4).hex()}"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary.write_bytes(_MAGIC + _hash(body) + body)
        temporary.replace(place / name)
        _trim(place)
    except OSError:
        _remove(temporary)


def _trim(place: Path) -> None:
    """Drop the older half once there are too many entries."""
    entries = list(os.scandir(place))
    if len(entries) > _MOST:
        for entry in sorted(entries, key=lambda e: e.stat().st_mtime)[: len(entries) // 2]:
            _remove(Path(entry.path))


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):  # gone already, never made, or not ours to remove
        path.unlink()


def _hash(data: bytes) -> bytes:
    import hashlib  # slow to import, and not wanted before the first compilation

    return hashlib.sha256(data).digest()
