"""The synapses of a projection on disk: one `.npz` with their arrays, one `.json` beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.recording.metadata import check_version, unit_from, unit_parts
from rheobase.units.dimension import TIME
from rheobase.units.quantity import Quantity
from rheobase.units.table import preferred_unit

if TYPE_CHECKING:
    from rheobase.recording.synapses import SynapseTable

FORMAT = "rheobase synapses"
VERSION = 1


def save(table: SynapseTable, path: str | Path) -> Path:
    """Write the synapses, whole or not at all; returns the file with the arrays.

    Raises:
        ExperimentError: when they cannot be written there.
    """
    from rheobase.recording.files import write_pair

    units, arrays = {}, {"pre": table.pre, "post": table.post}
    for name in ("delay", "axonal"):
        arrays[name] = getattr(table, name).value_in(preferred_unit(TIME))
    for name, values in table.values.items():
        is_quantity = isinstance(values, Quantity)
        units[name] = unit_parts(values.unit if is_quantity else None)
        arrays[f"value_{name}"] = np.asarray(values.magnitude if is_quantity else values)
    content = {"format": FORMAT, "version": VERSION, "name": table.name, "units": units}
    return write_pair(Path(path), content, arrays)


def from_metadata(content: dict[str, Any], arrays: dict[str, Any]) -> SynapseTable:
    """The synapses of a projection from what is said of them and their arrays.

    Raises:
        ExperimentError: for the metadata of a later version.
        LookupError, TypeError, ValueError: for parts that are missing or do not fit.
    """
    from rheobase.recording.synapses import SynapseTable

    check_version(content["version"], VERSION, "table of synapses")
    units = {str(name): unit_from(parts) for name, parts in content["units"].items()}
    if any(array.shape != arrays["pre"].shape or array.ndim != 1 for array in arrays.values()):
        raise ValueError("its arrays are not of one length")
    values = {
        name: arrays[f"value_{name}"] if unit is None else Quantity(arrays[f"value_{name}"], unit)
        for name, unit in units.items()
    }
    delay, axonal = (Quantity(arrays[name], preferred_unit(TIME)) for name in ("delay", "axonal"))
    return SynapseTable(str(content["name"]), arrays["pre"], arrays["post"], delay, axonal, values)
