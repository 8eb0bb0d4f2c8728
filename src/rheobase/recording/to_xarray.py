"""Recordings as xarray's datasets, and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import readable_name
from rheobase.errors import missing_extra
from rheobase.recording.metadata import from_metadata, metadata

if TYPE_CHECKING:
    from rheobase.recording.recording import Recording

# What the dataset calls its own coordinates; a recorded name that is one of them gets "_value"
# added.
_TAKEN = {"time", "neuron", "spike", "spike_time", "spike_neuron", "rheobase_metadata"}


def dataset(recording: Recording) -> Any:
    """An `xarray.Dataset` of a recording.

    Traces lie over ``time`` and ``neuron`` (``neuron_NAME`` where names were recorded of different
    neurons), spikes over ``spike``. The attribute ``rheobase`` is JSON text: units and provenance.

    Raises:
        MissingExtraError: when the package xarray is not installed.
    """
    try:
        import xarray
    except ImportError:
        raise missing_extra("xarray", "io", "Handing a recording to xarray") from None
    columns = list(recording.neurons.values())
    shared = all(np.array_equal(columns[0], other) for other in columns[1:])
    spikes = recording.spikes
    variables: dict[str, Any] = {
        "spike_time": ("spike", spikes.t.magnitude, {"units": "ms", "long_name": "spike time"}),
        "spike_neuron": ("spike", spikes.i, {"long_name": "neuron of the spike"}),
    }
    coordinates: dict[str, Any] = {
        "time": ("time", recording.t.magnitude, {"units": "ms", "long_name": "time"})
    }
    for name in recording.names:
        across = "neuron" if shared else f"neuron_{name}"
        coordinates[across] = (across, recording.neurons[name])
        about = {"long_name": readable_name(name), "rheobase_name": name}
        unit = recording.units[name]
        if unit is not None:
            about["units"] = unit.name
        key = f"{name}_value" if name in _TAKEN else name
        variables[key] = (("time", across), recording._values[name], about)
    text = json.dumps(metadata(recording, Path("the dataset")))
    return xarray.Dataset(variables, coordinates, attrs={"rheobase": text})


def from_dataset(data: Any) -> Recording:
    """The recording that `dataset` made this of.

    Raises:
        LookupError, TypeError, ValueError: for a dataset of something else.
    """
    content = json.loads(str(data.attrs["rheobase"]))
    arrays = {
        "time": data["time"].values,
        "spike_t": data["spike_time"].values,
        "spike_i": data["spike_neuron"].values,
    }
    for variable in data.data_vars.values():
        name = variable.attrs.get("rheobase_name")
        if name is not None:
            arrays[f"value_{name}"] = variable.values
            arrays[f"neurons_{name}"] = data[variable.dims[1]].values
    return from_metadata(content, arrays)
