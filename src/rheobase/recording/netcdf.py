"""Recordings as netCDF files, through xarray and h5netcdf."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rheobase.errors import ExperimentError, missing_extra
from rheobase.recording.atomic import written_whole
from rheobase.recording.reading import UNREADABLE, broken, reason

if TYPE_CHECKING:
    from rheobase.recording.recording import Recording

_TEXT = "rheobase_metadata"


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
        _check_hdf5(path)
        # Undecoded: xarray would otherwise turn what is measured in ms into timedelta.
        with xarray.open_dataset(path, engine="h5netcdf", decode_cf=False) as file:
            data = file.load()
            data.attrs["rheobase"] = data[_TEXT].item()
            return from_dataset(data.drop_vars(_TEXT))
    except ExperimentError:
        raise
    except UNREADABLE as error:
        raise broken(path, reason(error)) from error


def _check_hdf5(path: Path) -> None:
    """Let HDF5 refuse a broken file first: h5netcdf's own refusal leaves noise on stderr behind.

    Raises:
        OSError: when the file is not HDF5.
    """
    import h5py

    with h5py.File(path, "r"):
        pass


def _xarray() -> Any:
    try:
        import h5netcdf  # noqa: F401
        import h5py  # noqa: F401
        import xarray
    except ImportError as error:
        package = error.name or "xarray"
        raise missing_extra(package, "io", "Reading and writing netCDF") from None
    return xarray
