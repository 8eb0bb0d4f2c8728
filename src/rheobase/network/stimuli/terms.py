"""What a stimulus is made of: amplitudes times waveforms, and noise. Value objects."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from rheobase.errors import ParameterError
from rheobase.network.stimuli.amplitude import as_amplitude, checked, described
from rheobase.records import Record
from rheobase.units.door import measure

Array: TypeAlias = npt.NDArray[np.float64]
Coefficients: TypeAlias = tuple[Array, Array, Array]


class Waveform(Protocol):
    """A plain-number course in time, by which an amplitude is multiplied."""

    @property
    def is_constant(self) -> bool:
        """Whether it is 1 at all times."""

    @property
    def columns(self) -> int | None:
        """How many neurons it has a column for; None when all share it."""

    def coefficients(self, start: Array, h: float) -> Coefficients:
        """The waveform over steps as w0 + w1 theta + w2 theta^2, theta going from 0 to 1.

        Args:
            start: when the steps begin (ms), shape (steps,).
            h: how long a step lasts (ms).

        Returns:
            w0, w1 and w2, each of shape (steps,), or (steps, columns).
        """

    def describe(self) -> dict[str, Any]:
        """What it is, as JSON can hold it."""


class Constant(Record):
    """The waveform that is 1 at all times."""

    is_constant = True
    columns = None

    def coefficients(self, start: Array, h: float) -> Coefficients:
        """One, zero and zero."""
        nothing = np.zeros(len(start))
        return np.ones(len(start)), nothing, nothing

    def describe(self) -> dict[str, Any]:
        """Its kind."""
        return {"kind": "constant"}


class Term(Record, identity=True):
    """An amplitude times a waveform.

    Attributes:
        amplitude: a quantity, or a plain number for a model without units; a 1-D array gives each
            neuron its own.
        waveform: its plain course in time.
    """

    amplitude: Any
    waveform: Waveform

    def scaled(self, factor: Any) -> Term:
        """The same waveform with another amplitude."""
        return Term(checked(self.amplitude * factor), self.waveform)

    @property
    def size(self) -> int | None:
        """How many neurons the term is for; None when any number will do."""
        return _agreed([_length(self.amplitude), self.waveform.columns])

    def describe(self) -> dict[str, Any]:
        """The waveform's description with the amplitude."""
        return {**self.waveform.describe(), "amplitude": described(self.amplitude)}


class NoiseTerm(Record, identity=True):
    """Ornstein-Uhlenbeck noise, an independent process a neuron, started in its stationary state.

    dx = -(x - mean) / tau dt + sigma sqrt(2 / tau) dW, sampled exactly (Gillespie 1996) and held
    over each step. Its variance is sigma^2 and its autocovariance sigma^2 exp(-|s| / tau).

    Attributes:
        sigma: the standard deviation; a 1-D array gives each neuron its own.
        tau: the correlation time (ms).
        mean: the mean.
    """

    sigma: Any
    tau: float
    mean: Any

    def scaled(self, factor: Any) -> NoiseTerm:
        """The process times a number."""
        return NoiseTerm(checked(self.sigma * factor), self.tau, checked(self.mean * factor))

    @property
    def size(self) -> int | None:
        """How many neurons the term is for; None when any number will do."""
        return _agreed([_length(self.sigma), _length(self.mean)])

    def describe(self) -> dict[str, Any]:
        """Its parameters."""
        return {
            "kind": "noise",
            "sigma": described(self.sigma),
            "tau_ms": self.tau,
            "mean": described(self.mean),
        }


class Stimulus(Record):
    """A sum of terms, to be given to an input of a model.

    Stimuli add (`a + b`, and with a plain amplitude), subtract, and are scaled by numbers; an array
    scales each neuron's copy. They are equal when their descriptions are.
    """

    terms: tuple[Term | NoiseTerm, ...]

    __array_ufunc__ = None  # a quantity or an array + stimulus comes here, not to NumPy

    @property
    def size(self) -> int | None:
        """How many neurons the stimulus is for; None when any number will do.

        Raises:
            ParameterError: when its terms disagree.
        """
        return _agreed([term.size for term in self.terms])

    def describe(self) -> list[dict[str, Any]]:
        """Its terms, as JSON can hold them."""
        return [term.describe() for term in self.terms]

    def __add__(self, other: Any) -> Stimulus:
        return Stimulus(self.terms + as_stimulus(other).terms)

    def __radd__(self, other: Any) -> Stimulus:
        return Stimulus(as_stimulus(other).terms + self.terms)

    def __sub__(self, other: Any) -> Stimulus:
        return self + as_stimulus(other) * -1.0

    def __rsub__(self, other: Any) -> Stimulus:
        return as_stimulus(other) + self * -1.0

    def __neg__(self) -> Stimulus:
        return self * -1.0

    def __mul__(self, factor: Any) -> Stimulus:
        number, dimension = measure(factor, "the factor")
        if dimension is not None and not dimension.is_none:
            raise ParameterError(
                f"A stimulus is scaled by plain numbers, not by {factor!r}.",
                mend="put the unit in the amplitude: rb.step(2 * pA)",
            )
        return Stimulus(tuple(term.scaled(number) for term in self.terms))

    __rmul__ = __mul__

    def __truediv__(self, divisor: Any) -> Stimulus:
        return self * (1.0 / np.asarray(divisor, dtype=float))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stimulus) and self.describe() == other.describe()

    def __hash__(self) -> int:
        return hash(repr(self.describe()))

    def __repr__(self) -> str:
        return f"<Stimulus {' + '.join(str(term.describe()) for term in self.terms)}>"


def as_stimulus(value: Any) -> Stimulus:
    """A stimulus from a stimulus, or from a constant: a quantity, a number, or an array of them.

    Raises:
        UnitError: for anything that is not numeric.
        ParameterError: for an amplitude that is not finite or has more than one axis.
    """
    if isinstance(value, Stimulus):
        return value
    return Stimulus((Term(as_amplitude(value), Constant()),))


def _length(amplitude: Any) -> int | None:
    return len(amplitude) if np.ndim(amplitude) else None


def _agreed(sizes: list[int | None]) -> int | None:
    found = sorted({size for size in sizes if size is not None})
    if len(found) > 1:
        raise ParameterError(
            f"The stimulus has parts for {' and for '.join(map(str, found))} neurons.",
            mend="give every part one value, or one a neuron",
        )
    return found[0] if found else None
