"""How good the answers of each level are as time goes on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.errors import ParameterError, UnknownNameError, closest
from rheobase.records import Record
from rheobase.reduction.conversion.trained import Trained
from rheobase.units import ms
from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity
from rheobase.units.quantity import Quantity, short
from rheobase.zoo.artificial.numbers import Floats, points

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class AccuracyCurve(Record, identity=True):
    """The score of each level against simulated time.

    Attributes:
        t: simulated time, shape (samples,), from 0.
        levels: by level, the score at each time, shape (samples,): of classes the share of the
            examples that are right, of numbers R**2 (the mean over the outputs). That of the
            artificial network does not depend on time.
        spikes: how many spikes there were until each time, a mean over the examples, shape
            (samples,); None where no level spikes.
        measure: "accuracy" or "R²".
    """

    t: Quantity
    levels: Mapping[str, Floats]
    spikes: Floats | None
    measure: str

    def time_to(self, level: str, share: Any = 0.98) -> Quantity | None:
        """The time from which on a level keeps this share of the artificial network's score.

        Args:
            level: one of `levels`.
            share: of the score.

        Returns:
            A time, or None where it does not within the time that was simulated, or where the
            artificial network's score is not above 0: of nothing there is no share.

        Raises:
            ParameterError: for a share that is none.
            UnknownNameError: for a level that there is not.
        """
        if level not in self.levels:
            raise UnknownNameError(
                f"There is no level {short(level)}.",
                mend=f"{closest(str(level), list(self.levels))}there are {', '.join(self.levels)}",
            )
        is_number = isinstance(share, (int, float, np.integer, np.floating))
        if not is_number or not 0 < share <= 1:
            raise ParameterError(
                f"share is {short(share)}.", mend="give a number above 0 and up to 1"
            )
        due = self.levels["artificial"]
        if not due[0] > 0:
            return None
        below = np.flatnonzero(self.levels[level] < share * due)
        first = int(below[-1]) + 1 if below.size else 0
        return self.t[first] if first < len(self.levels[level]) else None

    def plot(self, ax: Any = None) -> Figure:
        """The curves, one a level.

        Args:
            ax: axes to draw on; None makes a Figure.

        Raises:
            MissingExtraError: when matplotlib is not installed.
        """
        from rheobase.analysis.pictures.conversion import conversion

        return conversion(self.t, self.levels, measure=self.measure, ax=ax)

    def __str__(self) -> str:
        lines = [f"{self.measure} after {self.t[-1].value_in(ms):.12g} ms"]
        for level, values in self.levels.items():
            said = f"{level:<11} {values[-1]:.4f}"
            if level != "artificial" and self.levels["artificial"][0] > 0:
                since = self.time_to(level)
                when = "never within that time"
                if since is not None:
                    when = f"from {since.value_in(ms):.12g} ms on"
                said += f"  98 % of the artificial network's {when}"
            lines.append(said)
        if self.spikes is not None:
            lines.append(f"spikes an example: {self.spikes[-1]:.0f}")
        return "\n".join(lines)


def scored(network: Trained, net: Floats, right: Any) -> Floats:
    """The score of net activations, shape (..., examples, outputs), one for each of the first axes.

    Args:
        network: that says what they mean.
        net: the net activations of the last layer.
        right: the answers that are due: labels (examples,), or numbers (examples, outputs).
    """
    found = network.answer(net)
    if network.classes is not None:
        return np.asarray(np.mean(found == right, axis=-1))
    left = np.sum((found - right) ** 2, axis=-2)
    whole = np.sum((right - right.mean(axis=0)) ** 2, axis=0)
    return np.asarray(np.mean(1.0 - left / whole, axis=-1))


def answers(network: Trained, y: Any, examples: int) -> Any:
    """What is right, of the shape that `scored` takes.

    Raises:
        ParameterError: for answers that are not one an example, or numbers all alike.
    """
    try:
        given = np.asarray(y)
    except ValueError:
        given = np.empty(0)  # rows of different lengths
    if len(given) != examples if given.ndim else True:
        raise ParameterError(
            f"y has the shape {given.shape}, and there are {examples} examples.",
            mend="give one answer an example",
        )
    if network.classes is not None:
        if given.ndim != 1:
            raise ParameterError(f"y has {given.ndim} axes.", mend="give one label an example")
        _check_labels(given, network.classes)
        return given
    outputs = len(network.layers[-1])
    numbers = points(given.reshape(examples, -1), given.size // examples, "y")
    if numbers.shape[1] != outputs or not np.all(np.ptp(numbers, axis=0) > 0):
        raise ParameterError(
            f"y has {numbers.shape[1]} columns for {outputs} outputs, or one that is constant.",
            mend="give different numbers, shape (examples, outputs)",
        )
    return numbers


def _check_labels(given: Any, classes: Any) -> None:
    """Refuse labels that no answer can be.

    Raises:
        ParameterError: naming the first.
    """
    known = dict.fromkeys(classes.tolist())
    for place, label in enumerate(given.tolist()):
        # Labels of any kind: 1.0 is the class 1, "1" is not, and NaN is none.
        if not isinstance(label, Hashable) or label not in known:
            raise ParameterError(
                f"y[{place}] is {short(label)}, which is no class of the network.",
                mend=f"its classes are {', '.join(map(short, known))}",
            )


def as_time(values: Any) -> Quantity:
    """Milliseconds as a quantity."""
    found: Quantity = as_quantity(values, TIME)
    return found
