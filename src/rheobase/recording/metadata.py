"""What a file says of a recording besides its arrays: format, names, units, provenance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.errors import ExperimentError, ParameterError
from rheobase.units.dimension import Dimension
from rheobase.units.quantity import Unit
from rheobase.units.text import parse_unit

if TYPE_CHECKING:
    from rheobase.recording.recording import Recording

FORMAT = "rheobase recording"
VERSION = 1


def metadata(recording: Recording, path: Path) -> dict[str, Any]:
    """Everything but the arrays, of what JSON can hold.

    Raises:
        ExperimentError: when the provenance holds something else.
    """
    spikes = recording.spikes
    return {
        "format": FORMAT,
        "version": VERSION,
        "names": list(recording.names),
        "units": {name: unit_parts(unit) for name, unit in recording.units.items()},
        "spikes": {
            "n": spikes.n,
            "duration_ms": spikes.duration.magnitude.item(),
            "start_ms": spikes.start.magnitude.item(),
        },
        "provenance": plain_provenance(recording.provenance, path),
    }


def plain_provenance(provenance: Mapping[str, Any], path: Path) -> Any:
    """Provenance of what JSON can hold.

    Raises:
        ExperimentError: when it holds something else.
    """
    try:
        return json.loads(json.dumps(dict(provenance), default=_plain))
    except (TypeError, ValueError, RecursionError) as error:
        raise ExperimentError(
            f"{path} cannot be written: the provenance holds what JSON cannot ({error}).",
            mend="keep to text, numbers, lists and dictionaries in it",
        ) from error


def from_metadata(content: dict[str, Any], arrays: dict[str, Any]) -> Recording:
    """A recording from its metadata and its arrays.

    Raises:
        ExperimentError: for the metadata of something else, or of a later version.
        LookupError, TypeError, ValueError: for parts that are missing or do not fit.
    """
    from rheobase.recording.recording import Recording
    from rheobase.recording.spike_trains import SpikeTrains

    if content["format"] != FORMAT:
        raise ParameterError(f"its format is {content['format']!r}, not {FORMAT!r}")
    check_version(content["version"], VERSION, "recording")
    names, described = list(content["names"]), content["spikes"]
    if not isinstance(content["provenance"], dict):
        raise ParameterError("its provenance is not a dictionary")
    spikes = SpikeTrains(
        arrays["spike_t"], arrays["spike_i"], int(described["n"]),
        float(described["duration_ms"]), start=float(described["start_ms"]),
    )  # fmt: skip
    return Recording(
        arrays["time"],
        {name: arrays[f"value_{name}"] for name in names},
        spikes,
        model_units={name: unit_from(content["units"][name]) for name in names},
        neurons={name: arrays[f"neurons_{name}"] for name in names},
        provenance=content["provenance"],
    )


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays as JSON's."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} {str(value)[:40]!r}")


def unit_parts(unit: Unit | None) -> dict[str, Any] | None:
    """A unit as JSON holds it; `unit_from` reads it."""
    if unit is None:
        return None
    return {
        "name": unit.name,
        "dimension": [float(power) for power in unit.dimension],
        "ten": float(unit.ten),
        "factor": float(unit.factor),
    }


def unit_from(parts: dict[str, Any] | None) -> Unit | None:
    """The unit that `unit_parts` described.

    Raises:
        LookupError, TypeError, ValueError: for parts that are missing.
        ParameterError: for a name that means another unit.
    """
    if parts is None:
        return None
    dimension = Dimension(*(float(power) for power in parts["dimension"]))
    unit = Unit(str(parts["name"]), dimension, float(parts["ten"]), float(parts["factor"]))
    # The name is shown to a reader, so it has to mean what the numbers say.
    if unit.name and parse_unit(unit.name) != unit:
        raise ParameterError(f"the unit {unit.name!r} is not what its numbers say")
    return unit


def check_version(found: object, known: int, what: str) -> None:
    """Refuse a file of another version.

    Raises:
        ExperimentError: naming both.
    """
    if found != known:
        raise ExperimentError(
            f"The {what} is of version {found!r}; this rheobase reads {known}.",
            mend="install the rheobase that wrote it, or a newer one",
        )
