"""A projection whose receptors bind transmitter, on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.pulses import LEVELS, OFF, ON, pulse_kernel
from rheobase.compiler.matrix_exponential import matrix_exponential
from rheobase.compiler.network import TARGET, Learner
from rheobase.engine.circuit.layout import Integers
from rheobase.engine.circuit.part import Part
from rheobase.engine.circuit.wires import Wire
from rheobase.engine.circuit.wiring import Wiring
from rheobase.errors import ParameterError
from rheobase.model.pulse import Affine, Pulse

# What a checkpoint has of each source: its receptors as `x_0`, ..., and these.
_TICKS, _THERE = ("known", "latest", "there"), "source.there"


class PulseWiring(Wiring):
    """The synapses of one projection at which spikes bring pulses of transmitter.

    Of each source it keeps the states x of the receptors that it reaches (`x_0`, ...), the tick for
    which they are known, that of its latest spike, and whether there is transmitter now.

    Args:
        wire: the synapses.
        source: the presynaptic population.
        target: the postsynaptic one.
        dt: the step (ms).
        clock: how many steps have been done.
    """

    def __init__(self, wire: Wire, source: Part, target: Part, dt: float, clock: int = 0) -> None:
        super().__init__(
            wire.projection.name, source, target, wire.state, wire.rows, wire.weights, wire.delays
        )
        pulse = wire.projection.pulse
        if pulse is None:
            raise TypeError(f"{self.name!r} has no pulse")
        self.duration, self.states = round(pulse.duration / dt), wire.states
        self.tick: Function = pulse_kernel(self.form, self.states[0], self.states[1:])
        self.powers = {how: _powers(getattr(pulse, how), dt) for how in (ON, OFF)}
        self.kept = self._first(pulse, wire.learned, clock)
        source.memory = max(source.memory, self.duration + 1)

    def _first(
        self, pulse: Pulse, given: Mapping[str, np.ndarray] | None, clock: int
    ) -> dict[str, np.ndarray]:
        """What sources have at the beginning, or in a checkpoint."""
        n = self.source.n
        found = {f"source.x_{k}": np.zeros(n) for k in range(len(pulse.bound))}
        found |= {f"source.{name}": np.zeros(n, np.int64) for name in _TICKS}
        if given is None:
            return found
        for name in found.keys() | given.keys():
            if not _fits(found.get(name), given.get(name), 1 if name == _THERE else clock):
                raise ParameterError(
                    f"What the receptors of {self.name!r} have bound does not fit: {name}.",
                    mend="restore the checkpoint anew and run it as it was saved",
                )
        return {name: np.array(values) for name, values in given.items()}

    def share_out(self, edges: Integers, target: str) -> None:
        """Divide rows among the owners of their targets, each with its own copy of the sources."""
        super().share_out(edges, target)
        copies = len(edges) - 1
        for name, values in self.kept.items():
            self.arrays[name.removeprefix("source.")] = np.tile(values, copies)
        self.arrays |= {f"powers_{how}": table for how, table in self.powers.items()}
        self.numbers |= {"duration": self.duration, "sources": self.source.n}

    def connection(self, places: Mapping[int, int]) -> Learner:
        """What the network's kernel does about it; `places` has the number of each part."""
        ends = (places[id(self.source)], places[id(self.target)])
        return Learner(*ends, self.state, None, self.tick)

    def learned(self) -> dict[str, np.ndarray]:
        """What its sources have, by name."""
        n = self.source.n
        return {name: self.arrays[name.removeprefix("source.")][:n] for name in self.kept}

    def begin(self) -> tuple[str, dict[str, Any]]:
        """The kernel that deals with tick 0, which no step brings, and what it is given."""
        known: dict[str, Any] = {**self.arrays, **self.numbers, "tick": 0}
        for given in (self.target.arrays, self.target.numbers):
            known |= {f"{TARGET}{name}": value for name, value in given.items()}
        if self.source.past is not None:
            past = {**self.source.past.arrays, **self.source.past.numbers}
            known |= {f"source_{name}": value for name, value in past.items()}
        return self.tick.name, known


def _fits(ours: np.ndarray | None, theirs: np.ndarray | None, most: int) -> bool:
    """Whether an array of a checkpoint is like ours, and its ticks may be what they are."""
    if ours is None or theirs is None or (ours.dtype, ours.shape) != (theirs.dtype, theirs.shape):
        return False
    is_state = theirs.dtype != np.int64 or not theirs.size
    return is_state or bool(theirs.min() >= 0 and theirs.max() <= most)


def _powers(slopes: Affine, dt: float) -> np.ndarray:
    """What 1, 2, 4, ... steps make of [x, 1]: for each a row a state, one after the other."""
    rates = np.vstack([np.array(slopes), np.zeros(len(slopes) + 1)]) * dt
    times = np.exp2(np.arange(LEVELS))[:, None, None]
    found: np.ndarray = matrix_exponential(rates * times)[:, :-1].ravel()
    return found


__all__ = ["PulseWiring"]
