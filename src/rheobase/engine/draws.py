"""Values of synapses and neurons: drawn, computed or given, as arrays.

What is drawn depends on the key of its projection or population, on what it is drawn for, and on
its own place: on nothing that is drawn before, beside or after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.engine import numbers
from rheobase.engine.connectivity.rows import Rows
from rheobase.engine.keys import digest
from rheobase.errors import ParameterError
from rheobase.model.distributions import Distribution
from rheobase.network.expressions import Formula
from rheobase.records import Record

Values = npt.NDArray[Any]
# Names that a text expression may use, for the neurons of given synapses: (pre, post) -> values.
Properties = Callable[[Values, Values], Mapping[str, Any]]

_CHUNK = 1 << 18  # values in float64 at a time
# A delay is on the grid if it is this near to it, in steps: a decimal dt is not exact.
_ON_GRID = 1e-6
MOST_STEPS = 2**16 - 1
_FEW = ("less than no step", "below one step")


def stream(*words: str) -> int:
    """The stream of random numbers of one use, such as ``stream("initial", "v")``: an even number.

    The odd one after it is the stream of its normal numbers. The streams of connection rules are
    small numbers, these ones are large.
    """
    return (digest("/".join(words), 4) | 0x80000000) & ~1


class Draws(Record):
    """The random numbers of some places, for a `Distribution` to make values of.

    Attributes:
        key: of the projection or population.
        stream: what they are for.
        first: the first place.
        count: how many places.
        target: `"llvm"` or `"python"`.
        of: how many places there are in all.
    """

    key: int
    stream: int
    first: int
    count: int
    target: str = "llvm"
    of: int = 0

    def uniform(self, attempt: int) -> numbers.Numbers:
        """Numbers in (0, 1)."""
        at = (self.first, self.count, attempt, self.target, self.of)
        return numbers.uniform(self.key, self.stream, *at)

    def normal(self, attempt: int) -> numbers.Numbers:
        """Standard normal numbers."""
        at = (self.first, self.count, attempt, self.target, self.of)
        return numbers.normal(self.key, self.stream + 1, *at)


def neuron_values(
    given: Any,
    count: int,
    key: int,
    use: int,
    properties: Mapping[str, Any] | None = None,
    target: str = "llvm",
) -> npt.NDArray[np.float64]:
    """A value for each neuron of a population.

    Args:
        given: internal: a number, an array, a `Distribution` of numbers or a `Formula`.
        count: how many neurons.
        key: of the population.
        use: a `stream`.
        properties: what a formula may use.
        target: `"llvm"` or `"python"`.

    Raises:
        ParameterError: for an array of another length.
    """
    if isinstance(given, Distribution):
        return given.sample(Draws(key, use, 0, count, target))
    if isinstance(given, Formula):
        return given.evaluate(properties or {}, count)
    found = np.asarray(given, np.float64)
    if found.ndim:
        _check_length(found, count, "neurons")
    return np.array(np.broadcast_to(found, (count,)))


def synapse_weights(
    given: Any,
    rows: Rows,
    key: int,
    properties: Properties | None = None,
    precision: str | None = None,
    pairs: int | None = None,
    target: str = "llvm",
    show: Callable[[float], str] = "{:g}".format,
) -> float | Values:
    """The weights of synapses, in the order of the rows.

    Args:
        given: internal: a number, an array in the order of the list of edges, a `Distribution` of
            numbers or a `Formula`.
        rows: the synapses.
        key: of the projection.
        properties: what a formula may use.
        precision: `"float32"` or `"float64"`; None keeps the numbers of an array exact, in 32 bits
            where these hold them all, and takes 32 bits for what is drawn or computed.
        pairs: how long an array is to be, where it is not one value a synapse: of `all_to_all`
            and `one_to_one` without autapses, one value a pair all the same.
        target: `"llvm"` or `"python"`.
        show: a weight as a reader sees it.

    Returns:
        A float where one weight serves all, else an array.

    Raises:
        ParameterError: for an array of another length, or a weight that is too large.
    """
    if not isinstance(given, (Distribution, Formula)) and np.ndim(given) == 0:
        return float(given)
    kind = np.dtype(precision or np.float32)
    if precision is None and isinstance(given, np.ndarray):
        with np.errstate(over="ignore"):
            single = given.astype(np.float32)
        kind = single.dtype if np.array_equal(single, given) else np.dtype(np.float64)
        del single
    out = np.empty(rows.count, kind)
    use = stream("weight")
    for begin, part in _chunks(given, rows, key, use, properties, pairs, target):
        _refuse_large(part, kind, show)
        out[begin : begin + part.size] = part
    return out


def _refuse_large(weights: Values, kind: np.dtype[Any], show: Callable[[float], str]) -> None:
    """Refuse weights that would be infinite."""
    wrong = ~(np.abs(weights) <= np.finfo(kind).max)
    if wrong.any():
        mend = 'give precision="float64"' if kind == np.float32 else "give smaller weights"
        raise ParameterError(
            f"A weight of {show(float(weights[np.argmax(wrong)]))} is too large for "
            f"{8 * kind.itemsize} bits.",
            mend=mend,
        )


def synapse_delays(
    given: Any,
    rows: Rows,
    key: int,
    dt: float,
    properties: Properties | None = None,
    pairs: int | None = None,
    target: str = "llvm",
    least: int = 1,
    what: str = "delay",
) -> int | Values:
    """The delays of synapses in whole steps, in the order of the rows.

    Numbers and arrays must lie on the grid; what is drawn or computed is rounded to it.

    Args:
        given: in ms, as for `synapse_weights`.
        rows: the synapses.
        key: of the projection.
        dt: the step (ms).
        properties: what a formula may use.
        pairs: as for `synapse_weights`.
        target: `"llvm"` or `"python"`.
        least: the fewest steps that a delay has.
        what: the whole delay, or which part of it: "delay", "axonal", "dendritic".

    Returns:
        An int where one delay serves all, else an array of uint8 or uint16.

    Raises:
        ParameterError: for a delay of fewer steps, off the grid, or of more than 65,535 steps.
    """
    if not isinstance(given, (Distribution, Formula)):
        on_grid(np.asarray(given, np.float64), dt)
        if np.ndim(given) == 0:
            return int(whole_steps(np.asarray(given), dt, least))
    # The bound is not known beforehand: 16 bits, and 8 when they turn out to do.
    out = np.empty(rows.count, np.uint16)
    use = stream(what)
    for begin, part in _chunks(given, rows, key, use, properties, pairs, target):
        out[begin : begin + part.size] = whole_steps(part, dt, least, isinstance(given, Formula))
    return out.astype(np.uint8) if out.size == 0 or out.max() < 2**8 else out


def whole_steps(delay: Values, dt: float, least: int = 1, is_computed: bool = False) -> Values:
    """Delays (ms) as the nearest whole numbers of steps.

    Args:
        delay: the delays.
        dt: the step (ms).
        least: the fewest steps that one has.
        is_computed: whether an expression gave them, for the mend.

    Raises:
        ParameterError: for one below `least` steps, or of more than 65,535, naming it and dt.
    """
    steps = np.round(delay / dt)
    wrong = ~((steps >= least) & (steps <= MOST_STEPS))
    if wrong.any():
        first = float(np.ravel(delay)[np.argmax(wrong)])
        few = not first > dt
        longer = f"a longer delay, such as rb.clipped(..., low={least * dt:g} * ms)"
        if is_computed:
            longer = f"an expression that is {least * dt:g} ms or more for every synapse"
        raise ParameterError(
            f"A delay of {first:g} ms is "
            f"{_FEW[least] if few else f'more than {MOST_STEPS} steps'} of {dt:g} ms.",
            mend=f"take {longer}, or a smaller dt"
            if few
            else "take a shorter delay or a larger dt",
        )
    return steps


def on_grid(delay: Values, dt: float) -> None:
    """Refuse delays (ms) that are no whole number of steps.

    Raises:
        ParameterError: naming the first one and dt.
    """
    off = np.abs(delay / dt - np.round(delay / dt)) > _ON_GRID
    if off.any():
        first = float(np.ravel(delay)[np.argmax(off)])
        raise ParameterError(
            f"A delay of {first:g} ms is {first / dt:g} steps of {dt:g} ms.",
            mend="give delays that are whole numbers of dt, or choose a dt that divides them",
        )


def _chunks(
    given: Any,
    rows: Rows,
    key: int,
    use: int,
    properties: Properties | None,
    pairs: int | None,
    target: str,
) -> Iterator[tuple[int, Values]]:
    """The values of synapses, some at a time, each part with the place where it begins."""
    count = rows.count
    sources = rows.sources() if isinstance(given, Formula) else np.empty(0, np.int32)
    if not isinstance(given, (Distribution, Formula)):
        given = _in_order(given, rows, pairs)
    for begin in range(0, count, _CHUNK):
        some = min(_CHUNK, count - begin)
        if isinstance(given, Distribution):
            yield begin, given.sample(Draws(key, use, begin, some, target, count))
        elif isinstance(given, Formula):
            pair = sources[begin : begin + some], rows.targets[begin : begin + some]
            yield begin, given.evaluate(properties(*pair) if properties else {}, some)
        elif rows.order is not None:
            yield begin, given[rows.order[begin : begin + some]]


def _in_order(given: Any, rows: Rows, pairs: int | None) -> Values:
    """An array of the values of a list of edges, checked."""
    found = np.asarray(given)
    _check_length(found, rows.count if pairs is None else pairs, "synapses")
    if rows.order is None and rows.count:
        raise ParameterError(
            "An array of values needs synapses in an order of their own.",
            mend="connect by edges(), one_to_one() or all_to_all(), or give a distribution",
        )
    return found


def _check_length(found: Values, count: int, of: str) -> None:
    if found.shape != (count,):
        raise ParameterError(
            f"{found.size} values are given for {count} {of}.",
            mend=f"give one value, or one for each of the {count} {of}",
        )
