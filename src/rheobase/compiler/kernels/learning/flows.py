"""States of a synapse that move each other, ds/dt = M s + N r + k, from event to event.

r are states of the synapse that keep their value. Over a stretch of time the states go over into
P s + Q r + p, the same for all synapses. Where M, N and k are constant, the table has these numbers
for 0 to 15 ticks, for 0, 16, ..., 240, and so on, and so many ticks are put together of a few of
its entries. Where shared states change them, it is a tree: for each tick of an epoch, for pairs of
ticks, for pairs of pairs, and so on. Any stretch is put together of some dozen of its nodes,
without ever dividing by what has decayed. The kernel adds a step as it is done: the exponential of

    h/6 (A(0) + 4 A(h/2) + A(h)) - h^2/12 [A(h/2), A(h) - A(0)]

(Magnus's expansion with Simpson's rule, an error of the fifth order in h), where A is M, N and k
above rows of zeros. Where the coefficients are a synapse's own there is no table: the exponential
is worked out at the synapse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Array, Cast, Function, Value, primitive, select
from rheobase.compiler.kernels.learning.desk import Desk, Values
from rheobase.compiler.learning import DIGITS
from rheobase.model.expression import Symbol
from rheobase.model.learning import Flow

# Terms of the series of an exponential whose argument is at most a half: 0.5^15/15! is 2e-17.
_TERMS = 14
_MOST_HALVINGS = 200


def flowed(
    desk: Desk, f: int, flow: Flow, known: Values, ticks: tuple[Value, Value]
) -> dict[str, Value]:
    """The states of a flow at one tick of the epoch as they follow from those of another.

    Args:
        desk: the kernel's parameters.
        f: the number of the flow.
        flow: the flow.
        known: states of the synapse as they are stored.
        ticks: to which they are known, and which is wanted.
    """
    b, (last, now) = desk.builder, ticks
    if desk.plan.is_own(flow):
        return _alone(desk, flow, known, now - last)
    moved = {s: b.variable(f"{s}_moved", known[s]) for s in flow.states}
    table = desk.array(f"flow_{f}")
    width = len(flow.reach)

    def go(place: Value) -> None:
        base = b.let("base", place * width)
        around: dict[str, Value] = {**known, **moved}
        new = _product(flow, table, base, around)
        # All of them are worked out before the first is changed.
        values = {s: b.let(s, value) for s, value in new.items()}
        for s, value in values.items():
            b.assign(moved[s], value)

    if desk.plan.is_steady(flow):
        left = b.variable("left", now - last)
        level = b.variable("level", 0, "i64")
        with b.repeat(left > 0):
            go(b.let("place", level + left % DIGITS))
            b.assign(left, left // DIGITS)
            b.assign(level, level + DIGITS)
    else:
        _climb(desk, last, now, go)
    return dict(moved)


def _alone(desk: Desk, flow: Flow, known: Values, ticks: Value) -> dict[str, Value]:
    """The states of a flow whose coefficients are the synapse's own, so many ticks later."""
    b, size = desk.builder, len(flow.columns)
    argument, result = (b.local(n, "f64", size * size) for n in ("argument", "result"))
    span = b.let("span", desk.evaluate(Symbol("dt"), {}) * Cast(ticks, "f64"))
    with b.loop("i", 0, size * size) as i:
        b.store(argument, i, 0.0)
    for (state, column), entry in flow.entries.items():
        b.store(argument, _spot(flow, state, column), desk.evaluate(entry, known) * span)
    b.evaluate(exponential(size)(argument, result))
    found = dict[str, Value]()
    for state, column in flow.reach:
        value: Value = result[_spot(flow, state, column)]
        term = value * known[column] if column else value
        found[state] = found[state] + term if state in found else term
    return {state: b.let(state, value) for state, value in found.items()}


def _product(flow: Flow, table: Array, base: Value, states: Values) -> dict[str, Value]:
    """The states that an entry of a table makes of others."""
    found = dict[str, Value]()
    for place, (state, column) in enumerate(flow.reach):
        entry: Value = table[base + place]
        term = entry * states[column] if column else entry
        found[state] = found[state] + term if state in found else term
    return found


def _climb(desk: Desk, last: Value, now: Value, go: Callable[[Value], None]) -> None:
    """Up and down the tree from one tick to another, by the largest nodes between them."""
    b, epoch = desk.builder, desk.number("epoch")
    own = b.let("tree", desk.thread * epoch * 2)
    reached, size = b.variable("reached", last), b.variable("size", 1, "i64")
    node = b.variable("node", epoch + last)
    with b.repeat(reached < now):
        with b.repeat((node & 1).equals(0) & (reached + size * 2 <= now)):
            b.assign(node, node >> 1)
            b.assign(size, size << 1)
        with b.repeat(reached + size > now):
            b.assign(node, node << 1)
            b.assign(size, size >> 1)
        go(b.let("place", own + node))
        b.assign(reached, reached + size)
        b.assign(node, node + 1)


def fill_flow(
    desk: Desk, f: int, flow: Flow, passed: Value, samples: Sequence[Sequence[Value]]
) -> None:
    """Add a step to the tree of a flow.

    Args:
        desk: the kernel's parameters.
        f: the number of the flow.
        flow: the flow.
        passed: how many ticks of the epoch came before the step.
        samples: the entries at its beginning, middle and end.
    """
    b, table, epoch = desk.builder, desk.array(f"flow_{f}"), desk.number("epoch")
    reach, size = flow.reach, len(flow.columns)
    argument, result = (b.local(n, "f64", size * size) for n in ("argument", "result"))
    with b.loop("i", 0, size * size) as i:
        b.store(argument, i, 0.0)
    for (state, column), value in _exponent(desk, flow, samples).items():
        b.store(argument, _spot(flow, state, column), value)
    b.evaluate(exponential(size)(argument, result))
    own = b.let("tree", desk.thread * epoch * 2)
    node = b.variable("node", epoch + passed)
    leaf = b.let("leaf", (own + node) * len(reach))
    for place, (state, column) in enumerate(reach):
        b.store(table, leaf + place, result[_spot(flow, state, column)])
    # A node on the right completes the one above it.
    with b.repeat((node & 1).equals(1) & (node > 1)):
        late = b.let("late", (own + node) * len(reach))
        both = b.let("both", (own + (node >> 1)) * len(reach))
        early = b.let("early", late - len(reach))
        for place, (state, column) in enumerate(reach):
            b.store(table, both + place, _combined(flow, table, (early, late), state, column))
        b.assign(node, node >> 1)


def _spot(flow: Flow, state: str, column: str) -> int:
    return flow.columns.index(state) * len(flow.columns) + flow.columns.index(column)


def _combined(
    flow: Flow, table: Array, nodes: tuple[Value, Value], state: str, column: str
) -> Value:
    """An entry of two stretches in a row, the earlier first."""
    reach, (early, late) = flow.reach, nodes
    total: Value | None = None
    if column not in flow.states:
        # What does not move stays as it is from the first to the second.
        total = table[late + reach.index((state, column))]
    for middle in flow.states:
        if (state, middle) in reach and (middle, column) in reach:
            second = table[late + reach.index((state, middle))]
            term = second * table[early + reach.index((middle, column))]
            total = term if total is None else total + term
    if total is None:
        raise TypeError("the state does not read the column")
    return total


def _exponent(
    desk: Desk, flow: Flow, samples: Sequence[Sequence[Value]]
) -> dict[tuple[str, str], Value]:
    """What the exponential of is one step; see above."""
    b, span = desk.builder, desk.evaluate(Symbol("dt"), {})
    mean, change = dict[tuple[str, str], Value](), dict[tuple[str, str], Value]()
    for key, early, middle, late in zip(flow.entries, *samples, strict=True):
        mean[key] = b.let("mean", span * (early + 4.0 * middle + late) / 6.0)
        change[key] = b.let("change", span * (late - early))
    found = dict(mean)
    for state in flow.states:
        for column in flow.columns:
            twist = [
                mean[state, m] * change[m, column] - change[state, m] * mean[m, column]
                for m in flow.states
                if (state, m) in mean and (m, column) in mean
            ]
            if twist:
                part = b.let("twist", sum(twist[1:], twist[0]) / -12.0)
                known = found.get((state, column))
                found[state, column] = part if known is None else b.let("part", known + part)
    return found


@written_once
def exponential(size: int) -> Function:
    """`matrix_exponential_<size>`: e^x of the matrix `x`, which is overwritten, into `result`.

    The series of x/2^k, squared k times, where k makes the sum of all entries a half or less.
    """
    b = Builder(f"matrix_exponential_{size}", inline=False)
    x, result = b.array("x"), b.array("result")
    scratch, count = b.local("scratch", "f64", size * size), size * size
    norm, halvings = b.variable("norm", 0.0), b.variable("halvings", 0, "i64")
    with b.loop("i", 0, count) as i:
        b.assign(norm, norm + primitive("fabs", x[i]))
        b.store(result, i, select((i % (size + 1)).equals(0), 1.0, 0.0))
    part = b.variable("part", 1.0)
    with b.repeat((norm * part > 0.5) & (halvings < _MOST_HALVINGS)):
        b.assign(part, part * 0.5)
        b.assign(halvings, halvings + 1)
    with b.loop("i", 0, count) as i:
        b.store(x, i, x[i] * part)
    with b.loop("term", 0, _TERMS) as term:
        _multiply(b, (x, result, scratch), size)
        with b.loop("i", 0, count) as i:
            one = select((i % (size + 1)).equals(0), 1.0, 0.0)
            b.store(result, i, one + scratch[i] / Cast(_TERMS - term, "f64"))
    with b.loop("halving", 0, halvings):
        _multiply(b, (result, result, scratch), size)
        with b.loop("i", 0, count) as i:
            b.store(result, i, scratch[i])
    return b.function()


def _multiply(b: Builder, matrices: tuple[Array, Array, Array], size: int) -> None:
    """The product of two matrices into a third."""
    left, right, product = matrices
    with b.loop("row", 0, size) as row, b.loop("column", 0, size) as column:
        total = b.variable("total", 0.0)
        with b.loop("k", 0, size) as k:
            b.assign(total, total + left[row * size + k] * right[k * size + column])
        b.store(product, row * size + column, total)
