"""The `SynapseRecording`: weights, and other states of the synapses of a projection, over time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rheobase.analysis.times import Floats, Integers
from rheobase.errors import ParameterError, UnknownNameError, closest
from rheobase.recording.span import time_quantity
from rheobase.units.quantity import Quantity, Unit


class SynapseRecording:
    """States of the synapses of one projection, sampled during a run.

    Args:
        name: the projection's name.
        time: of each sample (ms), shape (samples,).
        values: by name, plain numbers in the unit they are shown in, shape (samples, synapses).
        units: the unit of each name; None for plain numbers.
        places: the place of each synapse in the order of `net.synapses` at the time of the run.
        pre: its presynaptic neuron.
        post: its postsynaptic one.

    Raises:
        ParameterError: when the shapes do not fit together.
    """

    def __init__(
        self,
        name: str,
        time: Any,
        values: Mapping[str, Any],
        units: Mapping[str, Unit | None],
        places: Any,
        pre: Any,
        post: Any,
    ) -> None:
        self.name, self._time = name, np.asarray(time, dtype=float)
        self.places, self.pre, self.post = (np.asarray(a, np.int64) for a in (places, pre, post))
        self._values: dict[str, Floats] = {k: np.asarray(v, float) for k, v in values.items()}
        self.units = {k: units.get(k) for k in self._values}
        shape = (len(self._time), len(self.places))
        ends: list[Integers] = [self.places, self.pre, self.post]
        shapes = {a.shape for a in self._values.values()} | {(shape[0], *a.shape) for a in ends}
        if self._time.ndim != 1 or shapes != {shape}:
            raise ParameterError(
                f"The states of the synapses of {name!r} do not have the shape {shape}.",
                mend="give each (samples, synapses), and the ends of each synapse",
            )

    @property
    def t(self) -> Quantity:
        """The time of each sample (ms), shape (samples,)."""
        return time_quantity(self._time)

    @property
    def names(self) -> tuple[str, ...]:
        """What was recorded."""
        return tuple(self._values)

    def __len__(self) -> int:
        """How many synapses were recorded."""
        return len(self.places)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> Any:
        """The values of one name, shape (samples, synapses): a quantity, or plain numbers.

        Raises:
            UnknownNameError: when it was not recorded.
        """
        if name not in self._values:
            hint = closest(str(name), list(self._values))
            raise UnknownNameError(
                f"{name!r} was not recorded of the synapses of {self.name!r}.",
                mend=f"{hint}recorded: {', '.join(self._values)}; to have it, "
                f"net.record({self.name!r}, {name!r}, every=...)",
            )
        unit = self.units[name]
        return self._values[name] if unit is None else Quantity(self._values[name], unit)

    def save(self, path: str | Path) -> Path:
        """Write it as ``name.npz``, with ``name.json`` beside it; `rb.load` reads it.

        Args:
            path: the file, with or without its ending.

        Returns:
            The file with the arrays.

        Raises:
            ExperimentError: when it cannot be written there.
        """
        from rheobase.recording.synapse_recording_files import save

        return save(self, path)

    def __repr__(self) -> str:
        return (
            f"<SynapseRecording of {self.name!r}: {', '.join(self._values)}; "
            f"{len(self._time)} samples of {len(self):,} synapses>"
        )
