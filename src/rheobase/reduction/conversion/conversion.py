"""What a conversion returns: networks of each level, and how good their answers are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from rheobase.engine.checks import steps_in
from rheobase.engine.network import Network
from rheobase.errors import ParameterError
from rheobase.records import Record
from rheobase.reduction.conversion.curve import AccuracyCurve, answers, as_time, scored
from rheobase.reduction.conversion.trained import Trained
from rheobase.units.quantity import Quantity, short
from rheobase.zoo.artificial.numbers import Floats

# A curve has no more samples than this unless it is said how far they are apart.
_SAMPLES = 200


class Level(Protocol):
    """A level at which the network can be run."""

    @property
    def dt(self) -> float:
        """The step (ms)."""

    def circuit(self, inputs: Floats) -> Network:
        """The network for some examples, side by side."""

    def run(self, inputs: Floats, steps: int, every: int) -> tuple[Floats, Floats | None]:
        """Net activations of the outputs in time, and how many spikes there were until then."""


class Conversion(Record, identity=True):
    """A trained network that runs as one of neurons with dynamics.

    Attributes:
        to: the level: "rate" or "spiking".
        source: the layers that were trained.
        levels: what runs, by level: that which was asked for, and those between.
    """

    to: str
    source: Trained
    levels: Mapping[str, Level]

    def network(self, X: Any) -> Network:
        """The network itself, for some examples side by side.

        Its populations are "hidden 1", "hidden 2", ..., "output", and "input" where inputs are
        Poisson processes; neuron k of example c has the number ``c * size + k``.

        Args:
            X: examples, shape (examples, inputs).

        Raises:
            ParameterError: for examples that do not fit.
        """
        return self.levels[self.to].circuit(self.source.inputs(X))

    def outputs(self, X: Any, duration: Any, every: Any = None) -> tuple[Quantity, Floats]:
        """What the outputs stand for as time goes on.

        Args:
            X: examples, shape (examples, inputs).
            duration: how long each is shown.
            every: the time between samples; by default there are 200, or one a step.

        Returns:
            Times, shape (samples,), and the outputs of the trained network as this one has them by
            then, shape (samples, examples, outputs): of classes, the net activations.

        Raises:
            ParameterError: for examples that do not fit, or times that are no whole steps.
        """
        grid = self.levels[self.to].dt
        times, net, _ = self._run(self.to, self.source.inputs(X), duration, every, grid)
        if self.source.classes is None:
            net = self.source.answer(net)
        return times, net

    def predict(self, X: Any, duration: Any) -> Any:
        """The answer after a time: labels (examples,), or numbers (examples, outputs).

        Args:
            X: examples, shape (examples, inputs).
            duration: how long each is shown.

        Raises:
            ParameterError: as `outputs` does.
        """
        level = self.levels[self.to]
        steps = steps_in(duration, level.dt)
        net, _ = level.run(self.source.inputs(X), steps, steps)
        return self.source.answer(net[-1])

    def accuracy(self, X: Any, y: Any, duration: Any, every: Any = None) -> AccuracyCurve:
        """The share of right answers against simulated time, at each level.

        Args:
            X: examples, shape (examples, inputs); best such as were not in the training.
            y: what is right, one an example; of a regressor numbers, scored by R**2.
            duration: how long each is shown.
            every: as for `outputs`.

        Raises:
            ParameterError: as `outputs` does, and for answers that do not fit.
        """
        inputs = self.source.inputs(X)
        right = answers(self.source, y, len(inputs))
        artificial = float(scored(self.source, self.source.activations(inputs)[-1], right))
        curves: dict[str, Floats] = {}
        spikes: Floats | None = None
        coarsest = max(level.dt for level in self.levels.values())
        for level in self.levels:
            times, net, spikes = self._run(level, inputs, duration, every, coarsest)
            curves[level] = scored(self.source, net, right)
        curves = {"artificial": np.full(len(times), artificial), **curves}
        measure = "R²" if self.source.classes is None else "accuracy"
        return AccuracyCurve(times, curves, spikes, measure)

    def _run(
        self, name: str, inputs: Floats, duration: Any, every: Any, grid: float
    ) -> tuple[Quantity, Floats, Floats | None]:
        """Run a level; samples lie on a grid (ms) that other levels have too."""
        level = self.levels[name]
        whole = steps_in(duration, grid)
        apart = max(1, whole // _SAMPLES) if every is None else steps_in(every, grid)
        if apart > whole:
            raise ParameterError(
                f"every is {short(every)} and the duration {short(duration)}.",
                mend="sample more often",
            )
        fine = round(grid / level.dt)
        net, spikes = level.run(inputs, whole * fine, apart * fine)
        return as_time(np.arange(len(net)) * apart * grid), net, spikes

    def __repr__(self) -> str:
        sizes = [self.source.layers[0].inputs, *(len(layer) for layer in self.source.layers)]
        return f"<{self.source.title} as a {self.to} network: {' - '.join(map(str, sizes))}>"
