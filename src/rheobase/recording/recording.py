"""The `Recording`: what a run returns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rheobase.analysis.times import Floats, Integers, in_milliseconds
from rheobase.errors import ParameterError, UnknownNameError, closest
from rheobase.recording.spike_trains import SpikeTrains
from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity
from rheobase.units.quantity import Quantity, Unit


class Recording:
    """Traces and spikes of a run, with their units and how they came about.

    ``rec.t`` is the time of each sample, ``rec["v"]`` a trace of shape (time, neuron),
    ``rec.spikes`` the spikes.

    Args:
        time: of each sample (ms, or a quantity), shape (samples,).
        values: by name, plain numbers in the unit they are shown in, shape (samples, neurons).
        spikes: of the whole population.
        model_units: the unit of each name; None for plain numbers.
        neurons: which neuron each column is: one array for all names, or one a name. By default the
            columns are the neurons from 0.
        provenance: how the recording came about (equations, parameters as text, method, dt, seed,
            version, ...), of what JSON can hold.

    Raises:
        ParameterError: when the shapes do not fit together.
    """

    def __init__(
        self,
        time: Any,
        values: Mapping[str, Any],
        spikes: SpikeTrains,
        *,
        model_units: Mapping[str, Unit | None] | None = None,
        neurons: Mapping[str, Any] | Any = None,
        provenance: Mapping[str, Any] | None = None,
    ) -> None:
        self._time: Floats = np.ravel(in_milliseconds(time, "time"))
        self._values = {name: self._column_array(name, value) for name, value in values.items()}
        self._units = {name: (model_units or {}).get(name) for name in self._values}
        self.neurons = {
            name: self._column_neurons(name, neurons, array.shape[1])
            for name, array in self._values.items()
        }
        self.spikes = spikes
        self.provenance: dict[str, Any] = dict(provenance or {})

    def _column_array(self, name: str, value: Any) -> NDArray[Any]:
        array = np.asarray(value)
        if array.dtype.kind != "f":
            array = array.astype(float)
        if array.ndim == 1:
            array = array[:, np.newaxis]
        if array.ndim != 2 or len(array) != len(self._time):
            raise ParameterError(
                f"{name!r} has the shape {array.shape}, and there are {len(self._time)} samples.",
                mend="give it the shape (samples, neurons)",
            )
        return array

    @staticmethod
    def _column_neurons(name: str, neurons: Any, columns: int) -> Integers:
        given = neurons.get(name) if isinstance(neurons, Mapping) else neurons
        found = np.arange(columns) if given is None else np.ravel(np.asarray(given))
        if len(found) != columns:
            raise ParameterError(
                f"{name!r} has {columns} columns and {len(found)} neurons to them.",
                mend="name one neuron a column",
            )
        return found.astype(np.int64)

    @property
    def t(self) -> Quantity:
        """The time of each sample (ms), shape (samples,)."""
        quantity: Quantity = as_quantity(self._time, TIME)
        return quantity

    @property
    def names(self) -> tuple[str, ...]:
        """What was recorded, spikes apart."""
        return tuple(self._values)

    @property
    def units(self) -> dict[str, Unit | None]:
        """The unit of each name; None for plain numbers."""
        return dict(self._units)

    @property
    def duration(self) -> Quantity:
        """How long the run was."""
        return self.spikes.duration

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> Any:
        """The values of one name, shape (time, neuron): a quantity, or plain numbers.

        Raises:
            UnknownNameError: when it was not recorded.
        """
        if name not in self._values:
            raise UnknownNameError(
                f"{name!r} was not recorded. Recorded: {', '.join(self._values) or 'spikes only'}.",
                mend=self._mend(name),
            )
        unit = self._units[name]
        return self._values[name] if unit is None else Quantity(self._values[name], unit)

    def _mend(self, name: Any) -> str:
        """Where a name is found that is not among the recorded values."""
        population = self.provenance.get("population")
        if name == "spikes":
            return "spikes are in .spikes: their times .spikes.t, the neurons .spikes.i"
        if name == "rate":
            if population is None:
                return "a rate is of spikes: .spikes, or of a network rec.rate(name)"
            return f"the recording of the network has it: rec.rate({population!r})"
        asked = f'name it in the run: record=["v", {name!r}]'
        if population is not None:
            asked = f"name it before the run: net.record({population!r}, {name!r})"
        return f"{closest(str(name), list(self._values))}to have it, {asked}"

    def plot(
        self,
        kind: str = "auto",
        names: Any = None,
        neurons: Any = None,
        path: str | Path | None = None,
    ) -> Any:
        """A picture of the recording, with labelled axes.

        Args:
            kind: "traces", "gates", "raster", "rate", "intervals" or "action potential"; "auto"
                draws traces, or a raster of spikes where no trace was recorded.
            names: what to draw, of what was recorded; None for all.
            neurons: which neurons, by index; None for the first few.
            path: a file to write the picture to, PNG, PDF or SVG by its name.

        Returns:
            The matplotlib `Figure`.

        Raises:
            MissingExtraError: when matplotlib is not installed.
            UnknownNameError: for a kind, a name or a neuron that is not there.
        """
        from rheobase.recording.plot import plot

        return plot(self, kind, names, neurons, path)

    def save(self, path: str | Path) -> Path:
        """Write the recording to a file, whole or not at all.

        Args:
            path: ``name.npz`` makes ``name.npz`` with the arrays and ``name.json`` with the rest;
                ``name.nc`` makes one netCDF file.

        Returns:
            The file with the arrays; `load` reads it back.

        Raises:
            ExperimentError: when it cannot be written there.
            MissingExtraError: for netCDF, when xarray or h5netcdf is not installed.
        """
        from rheobase.recording.files import save

        return save(self, path)

    def to_xarray(self) -> Any:
        """An `xarray.Dataset`: traces over time and neuron, spikes over spike, and the provenance.

        Raises:
            MissingExtraError: when the package xarray is not installed.
        """
        from rheobase.recording.to_xarray import dataset

        return dataset(self)

    def to_neo(self) -> Any:
        """A `neo.Block` of one segment: a signal for each name, a spike train for each neuron.

        Raises:
            MissingExtraError: when the package neo is not installed.
        """
        from rheobase.recording.to_neo import block

        return block(self)

    def summary(self) -> str:
        """A few lines for a reader: how it was made, what was recorded, how much it fired."""
        from rheobase.recording.summary import summary

        return summary(self)

    def __repr__(self) -> str:
        model = self.provenance.get("model")
        title = model if isinstance(model, str) and len(model) <= 40 and "\n" not in model else ""
        recorded = ", ".join(self._values) or "spikes only"
        head = f"<Recording{f' of {title}' if title else ''}: {recorded}"
        spikes = f"{self.spikes.total} spike{'' if self.spikes.total == 1 else 's'}"
        neurons = f"{self.spikes.n} neuron{'' if self.spikes.n == 1 else 's'}"
        length = f"{self.duration.magnitude:.12g} ms"
        return f"{head}; {len(self._time)} samples of {neurons} in {length}, {spikes}>"
