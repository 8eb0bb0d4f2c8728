"""Recordings as netCDF files, through xarray and h5netcdf."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rheobase.errors import ExperimentError, missing_extra
from rheobase.recording.atomic import written_whole
from rheobase.recording.reading import UNREADABLE, broken, reason

if TYPE_CHECKING:
    from rheobase.recording.recording import Recording

_TEXT = "rheobase_metadata"
_SEAL = b"\nrheobase sha256 "


def save_netcdf(recording: Recording, path: Path) -> Path:
    """Write a recording as one netCDF file, whole or not at all.

    Raises:
        ExperimentError: when it cannot be written there.
        MissingExtraError: when xarray or h5netcdf is not installed.
    """
    xarray = _xarray()
    data = recording.to_xarray()
    # As a variable, since HDF5 holds no more than 64 KiB in an attribute.
    data[_TEXT] = xarray.DataArray(data.attrs.pop("rheobase"))
    # Without this xarray declares NaN a missing value, which in a trace it is not.
    encoding = {name: {"_FillValue": None} for name in data.variables}
    with written_whole(path) as (draft,):
        data.to_netcdf(draft, engine="h5netcdf", encoding=encoding)
        _seal(draft)
    return path


def load_netcdf(path: Path) -> Recording:
    """Read a recording that `save_netcdf` wrote.

    Raises:
        ExperimentError: when the file is missing, broken, or not of this kind.
        MissingExtraError: when xarray or h5netcdf is not installed.
    """
    from rheobase.recording.to_xarray import from_dataset

    xarray = _xarray()
    if not path.is_file():
        raise ExperimentError(f"There is no file {path}.", mend="check the path")
    try:
        _check_seal(path)
        # Undecoded: xarray would otherwise turn what is measured in ms into timedelta.
        with xarray.open_dataset(path, engine="h5netcdf", decode_cf=False) as file:
            data = file.load()
            data.attrs["rheobase"] = data[_TEXT].item()
            return from_dataset(data.drop_vars(_TEXT))
    except ExperimentError:
        raise
    except UNREADABLE as error:
        raise broken(path, reason(error)) from error


def _seal(path: Path) -> None:
    """Append the checksum of the file; HDF5 reads to its own end and leaves what follows alone."""
    with path.open("r+b") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0, os.SEEK_END)
        stream.write(_SEAL + digest.encode())


def _check_seal(path: Path) -> None:
    """Refuse a damaged file before HDF5 sees it, which on some of them never comes back.

    Raises:
        ExperimentError: when the file is foreign, cut off or changed.
    """
    size = path.stat().st_size - len(_SEAL) - 64
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        left = max(size, 0)
        while left and (part := stream.read(min(left, 1 << 20))):
            digest.update(part)
            left -= len(part)
        ending = stream.read()
    if not ending.startswith(_SEAL):
        raise broken(path, "Recording.save did not write it, or its end is missing")
    if ending.removeprefix(_SEAL) != digest.hexdigest().encode():
        raise broken(path, "it was damaged or changed after it was saved")


def _xarray() -> Any:
    try:
        import h5netcdf  # noqa: F401
        import h5py  # noqa: F401
        import xarray
    except ImportError as error:
        package = error.name or "xarray"
        raise missing_extra(package, "io", "Reading and writing netCDF") from None
    return xarray
