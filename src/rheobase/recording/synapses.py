"""The synapses of a projection, to look at: who reaches whom, and what stands in each of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.errors import UnknownNameError, closest
from rheobase.records import Record
from rheobase.units.quantity import Quantity


class SynapseTable(Record, identity=True):
    """The synapses of one projection at one moment, sorted by their sources; all are copies.

    Attributes:
        name: the projection's name.
        pre: the presynaptic neuron of each.
        post: the postsynaptic one.
        delay: from a spike to its arrival.
        axonal: the part of the delay before the synapse.
        values: the weight `w` and the other states of a synapse by name: quantities, or plain
            numbers where there is no unit.
    """

    name: str
    pre: npt.NDArray[np.int32]
    post: npt.NDArray[np.int64]
    delay: Quantity
    axonal: Quantity
    values: Mapping[str, Any]

    @property
    def dendritic(self) -> Quantity:
        """The part of the delay behind the synapse."""
        behind: Quantity = self.delay - self.axonal
        return behind

    def __len__(self) -> int:
        return len(self.pre)

    def __getitem__(self, name: str) -> Any:
        """A state of each synapse; `w` is its weight.

        Raises:
            UnknownNameError: for a name that they do not have.
        """
        if name not in self.values:
            hint = closest(name, list(self.values))
            raise UnknownNameError(
                f"The synapses of {self.name!r} have no {name!r}.",
                mend=f"{hint}they have {', '.join(self.values)}",
            )
        return self.values[name]

    def save(self, path: str | Path) -> Path:
        """Write the synapses as ``name.npz``, with ``name.json`` beside it; `rb.load` reads them.

        Args:
            path: the file, with or without its ending.

        Returns:
            The file with the arrays.

        Raises:
            ExperimentError: when they cannot be written there.
        """
        from rheobase.recording.synapse_files import save

        return save(self, path)

    def __repr__(self) -> str:
        return f"<SynapseTable {self.name!r}: {len(self):,} synapses; {', '.join(self.values)}>"
