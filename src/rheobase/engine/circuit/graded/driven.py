"""Poisson processes whose rates graded projections bring."""

from __future__ import annotations

import numpy as np

from rheobase.compiler.kernels.driven_poisson import LARGEST_MEAN
from rheobase.compiler.kernels.poisson import terms_of
from rheobase.engine.circuit.layout import Integers
from rheobase.engine.circuit.part import Part
from rheobase.engine.circuit.sources import RandomPart
from rheobase.errors import NumericalError
from rheobase.network.graded import POISSON_INPUT
from rheobase.network.sources import Poisson


class DrivenPart(RandomPart):
    """A population of Poisson processes, to whose own rates come those of graded projections.

    Args:
        name: its name.
        source: the source, with their own rates.
        n: how many processes.
        dt: the step (ms).
        key: of its random numbers.
        kept: whether its spikes are recorded.
    """

    def __init__(self, name: str, source: Poisson, n: int, dt: float, key: int, kept: bool) -> None:
        super().__init__(name, source, n, dt, key, kept)
        self.each, self.sparse, self.flows = True, False, (POISSON_INPUT,)
        # However fast they become, a process has no more events than this in a step.
        self.most = terms_of(LARGEST_MEAN)
        self.numbers |= {"mean_stride": n, "terms": self.most, "dt": dt}

    def rooms(self, threads: int, length: int) -> Integers:
        """How many spikes each thread's list must hold."""
        found: Integers = np.diff(self.edges) * (length * self.most)
        return found

    @property
    def spikes_a_step(self) -> float:
        """How many spikes a step of the whole population may bring at most."""
        return float(self.n * self.most)

    @property
    def bytes_a_step(self) -> int:
        """The memory that its rates take for each step of a call."""
        return 16 * self.n

    def most_spikes(self, steps: int) -> int:
        """How many spikes so many steps can bring."""
        return self.n * steps * self.most

    def begin_call(self, first: int, steps: int) -> None:
        """Bring its own rates into place; the kernel adds what flows in, slice by slice."""
        start = np.asarray(np.arange(first, first + steps) * self.dt, dtype=np.float64)
        own = self.source.expected(start, self.dt).reshape(steps, -1)
        self.arrays["mean"] = np.array(np.broadcast_to(own, (steps, self.n))).ravel()
        self.arrays["zero"] = np.empty(steps * self.n)
        Part.begin_call(self, first, steps)


def too_high(part: RandomPart, neuron: int, step: int) -> NumericalError:
    """What is wrong with the rate of a driven process in the step that ends at `step`."""
    time = max(step - 1, 0) * part.dt
    return NumericalError(
        "The rate of a Poisson process is no number, or too high for the step: more than "
        f"{LARGEST_MEAN:g} events of one process are expected in it.",
        where=f"population {part.name!r}, neuron {neuron}, between {time:.12g} and "
        f"{time + part.dt:.12g} ms",
        mend=f"lower the weights of what drives it, or use a smaller dt than {part.dt:g} ms",
    )
