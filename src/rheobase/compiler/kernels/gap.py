"""Gap junctions: half a step of the currents between cells, before and after the cells' own step.

The cells that junctions join are nodes x of one linear system, dx/dt = -A x, of which

    (A x)_i = rate_i sum_j g_ij (x_i - x_j),    rate_i = kappa_i dt / 2,

is what half a step takes; a node whose neuron is held has the rate 0. The system is solved exactly
over the half step, to rounding: x(1) = x + phi(A) (-A x) with phi(z) = (1 - exp(-z)) / z, as a
Chebyshev series in B = 2 A / rho - 1, where rho is a bound of the eigenvalues of A:

    x(1) = x + sum_k a_k T_k(B) r,   r = -A x,   T_1 = B r,   T_(k+1) = 2 B T_k - T_(k-1).

A node's own sum is all that a term takes, in an order that depends on nothing, and no sum over
nodes is needed: so the bits are the same for any number of threads, which meet once a term. Cells
of one voltage have r = 0 exactly, and stay together.

Nodes lie in chunks of `LANES`; each chunk has as many slots as the junctions of its busiest node,
and slot s of lane l stands at `chunk_slot[chunk] + s * LANES + l`. Slots that are left over join a
node with itself.

Source: H. Tal-Ezer, R. Kosloff, J. Chem. Phys. 81, 3967 (1984), for the series of a propagator.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import (
    Array,
    Call,
    Cast,
    Function,
    Name,
    Operand,
    Value,
    as_value,
    fma,
    select,
)
from rheobase.compiler.network import JUNCTIONS as PREFIX
from rheobase.compiler.network import Coupled, Junctions

# Nodes a chunk.
LANES = 64


class Writer(Protocol):
    """What writes a network's kernel: its builder, and its parameters by name."""

    b: Builder
    thread: Name
    threads: Name

    def array(self, name: str, type: str = "f64") -> Array:
        """An array parameter, by name."""

    def number(self, name: str, type: str = "i64") -> Name:
        """A scalar parameter, by name."""


def couple(writer: Writer, junctions: Junctions, is_second: bool) -> None:
    """Half a step of all gap junctions, by all threads together.

    Before it, every state must have been written and a meeting held, and after it another one held
    before a thread reads the states of another.
    """
    b, solve = writer.b, _Solve(writer, junctions)
    for k, coupled in enumerate(junctions.coupled):
        solve.each(k, coupled, _gather(coupled.counter), {"second": as_value(is_second, "i64")})
    solve.meet()
    solve.evaluate(_begin(junctions.rectified))
    with b.loop("order", 1, writer.number(f"{PREFIX}:degree") + 1) as order:
        solve.meet()
        solve.evaluate(_term(), {"order": order})
    for k, coupled in enumerate(junctions.coupled):
        solve.each(k, coupled, _scatter(), {})


class _Solve:
    """Calls of the functions below, each thread for its own nodes."""

    def __init__(self, writer: Writer, junctions: Junctions) -> None:
        self.writer, self.b, self.junctions = writer, writer.b, junctions
        edges = writer.array(f"{PREFIX}:chunk_edges", "i64")
        self.known: dict[str, Operand] = {
            "first": self.b.let("first", edges[writer.thread]),
            "last": self.b.let("last", edges[writer.thread + 1]),
        }

    def meet(self) -> None:
        """Wait for the other threads."""
        self.b.meet(self.writer.array("meeting", "i64"), self.writer.threads)

    def evaluate(self, function: Function, known: dict[str, Operand] | None = None) -> None:
        """Call a function of the junctions alone."""
        self.b.evaluate(self._call(function, self.known | (known or {}), {}))

    def each(self, k: int, coupled: Coupled, function: Function, known: dict[str, Operand]) -> None:
        """Call a function for a thread's own neurons of one population."""
        edges = self.writer.array(f"{PREFIX}:edges_{k}", "i64")
        known = known | {
            "first": self.b.let("first", edges[self.writer.thread]),
            "last": self.b.let("last", edges[self.writer.thread + 1]),
        }
        part, state = coupled.part, coupled.state
        homes = {
            "state": f"{part}:state_{state}",
            "seen": f"{part}:seen_{state}",
            "counter": f"{part}:{coupled.counter}",
            "neuron": f"{PREFIX}:neuron_{k}",
            "node": f"{PREFIX}:node_{k}",
        }
        self.b.evaluate(self._call(function, known, homes))

    def _call(self, function: Function, known: dict[str, Operand], homes: dict[str, str]) -> Call:
        arguments: list[Operand | Array] = []
        for p in function.parameters:
            name = homes.get(p.name, f"{PREFIX}:{p.name}")
            if isinstance(p, Array):
                arguments.append(self.writer.array(name, p.type))
            elif p.name in known:
                arguments.append(known[p.name])
            else:
                arguments.append(self.writer.number(name, p.type))
        return function(*arguments)


@lru_cache(maxsize=3)
def _gather(counter: str | None) -> Function:
    """Read the states of coupled neurons into their nodes; those that are held get the rate 0.

    A hold of whole steps ends with a step: in the second half of that step it still counts. One
    that ends within a step counts in the half that it begins or ends nearer to.
    """
    b = Builder(f"gap_gather_{counter or 'free'}", inline=False)
    state, seen = b.array("state"), b.array("seen")
    neurons, nodes = b.array("neuron", "i32"), b.array("node", "i32")
    rate, freed, x = b.array("rate"), b.array("freed"), b.array("x")
    held = b.array("counter", "i32" if counter == "refractory" else "f64") if counter else None
    first, last, second = (b.scalar(n, "i64") for n in ("first", "last", "second"))
    with b.loop("e", first, last, vector=True) as e:
        i = b.let("i", Cast(neurons[e], "i64"))
        node = b.let("at", Cast(nodes[e], "i64"))
        value, own = b.let("value", state[i]), b.let("own", rate[node])
        b.store(x, node, value)
        b.store(seen, i, value)
        if held is not None:
            if counter == "refractory":
                own = b.let("before", select(second.differs(0), freed[node], own))
            own = b.let("now", select(held[i] <= 0, own, 0.0))
        b.store(freed, node, own)
    return b.function()


@lru_cache(maxsize=1)
def _scatter() -> Function:
    """Write the voltages at the end of the half step."""
    b = Builder("gap_scatter", inline=False)
    state, neurons = b.array("state"), b.array("neuron", "i32")
    nodes, x, y = b.array("node", "i32"), b.array("x"), b.array("moved")
    first, last = (b.scalar(n, "i64") for n in ("first", "last"))
    with b.loop("e", first, last, vector=True) as e:
        node = b.let("at", Cast(nodes[e], "i64"))
        b.store(state, Cast(neurons[e], "i64"), x[node] + y[node])
    return b.function()


@lru_cache(maxsize=2)
def _begin(rectified: bool) -> Function:
    """The first term: T_0 = r = -A x. Which way a rectifying junction conducts is judged here."""
    b = Builder(f"gap_begin{'_rectified' * rectified}", inline=False)
    x = b.array("x")
    chunks = _Chunks(b)
    weights = {False: chunks.weight}
    if rectified:
        below, above = b.array("weight_below"), b.array("weight_above")

        def weigh(slot: Value, own: Value, other: Value) -> Value:
            chosen = b.let("chosen", select(own < other, below[slot], above[slot]))
            b.store(weights[False], slot, chosen)
            return chosen

    else:

        def weigh(slot: Value, own: Value, other: Value) -> Value:
            return weights[False][slot]

    freed, basis, moved = b.array("freed"), b.array("basis"), b.array("moved")
    coefficients, stride = b.array("coefficients"), b.scalar("stride", "i64")

    def write(node: Value, total: Value) -> None:
        start = b.let("start", -(freed[node] * total))
        b.store(basis, node, start)
        b.store(basis, stride + node, 0.0)
        b.store(moved, node, coefficients[0] * start)

    chunks.sweep(x, as_value(0, "i64"), weigh, write)
    return b.function()


@lru_cache(maxsize=1)
def _term() -> Function:
    """The term of an order from 1: T_k from the two before it, which lie in turn in `basis`."""
    b = Builder("gap_term", inline=False)
    chunks = _Chunks(b)
    freed, basis, moved = b.array("freed"), b.array("basis"), b.array("moved")
    coefficients, stride = b.array("coefficients"), b.scalar("stride", "i64")
    order, scale = b.scalar("order", "i64"), b.scalar("scale")
    here = b.let("here", ((order - 1) & 1) * stride)
    there = b.let("there", (order & 1) * stride)
    twice = b.let("twice", select(order.equals(1), as_value(1.0, "f64"), 2.0))
    share = b.let("share", coefficients[order])

    def weigh(slot: Value, own: Value, other: Value) -> Value:
        return chunks.weight[slot]

    def write(node: Value, total: Value) -> None:
        turned = b.let("turned", fma(freed[node] * total, scale, -basis[here + node]))
        found = b.let("found", fma(twice, turned, -basis[there + node]))
        b.store(basis, there + node, found)
        b.store(moved, node, fma(share, found, moved[node]))

    chunks.sweep(basis, here, weigh, write)
    return b.function()


class _Chunks:
    """The nodes of a thread, a chunk at a time, with the sums over their junctions."""

    def __init__(self, b: Builder) -> None:
        self.b = b
        self.nodes, self.slots = b.array("chunk_node", "i64"), b.array("chunk_slot", "i64")
        self.widths = b.array("chunk_width", "i64")
        self.other, self.weight = b.array("other", "i32"), b.array("weight")
        self.first, self.last = b.scalar("first", "i64"), b.scalar("last", "i64")
        self.total = b.local("total", "f64", LANES)

    def sweep(
        self,
        values: Array,
        begin: Value,
        weigh: Callable[[Value, Value, Value], Value],
        write: Callable[[Value, Value], None],
    ) -> None:
        """For every node: `write` it with the sum over its junctions of weight (own - other)."""
        b, total = self.b, self.total
        with b.loop("chunk", self.first, self.last) as chunk:
            base = b.let("base", self.nodes[chunk])
            count = b.let("count", self.nodes[chunk + 1] - base)
            slots = b.let("slots", self.slots[chunk])
            with b.loop("l", 0, count, vector=True) as lane:
                b.store(total, lane, 0.0)
            with b.loop("s", 0, self.widths[chunk]) as s:
                row = b.let("row", slots + s * LANES)
                with b.loop("l", 0, count, vector=True) as lane:
                    slot = b.let("slot", row + lane)
                    own = b.let("own", values[begin + base + lane])
                    other = b.let("there", values[begin + Cast(self.other[slot], "i64")])
                    weight = weigh(slot, own, other)
                    b.store(total, lane, fma(weight, own - other, total[lane]))
            with b.loop("l", 0, count, vector=True) as lane:
                write(b.let("node", base + lane), total[lane])
