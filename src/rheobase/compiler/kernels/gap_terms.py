"""The terms of the series by which a step of gap junctions is solved; Z and the rest as in `gap`.

A function f of the matrix is a Chebyshev series in B = 2 Z / rho - 1, where rho is a bound of the
eigenvalues of Z:

    f(Z) r = sum_k c_k T_k(B) r,   T_1 = B r,   T_(k+1) = 2 B T_k - T_(k-1).

A node's own sum is all that a term takes, in an order that depends on nothing, and no sum over
nodes is needed: so the bits are the same for any number of threads, which meet once a term. Cells
of one voltage, leak and source have L x = 0, l = 0 and Z d = 0 exactly, and stay together.

Nodes lie in chunks of `LANES`; each chunk has as many slots as the junctions of its busiest node,
and slot s of lane l stands at `chunk_slot[chunk] + s * LANES + l`. Slots that are left over join a
node with itself.

Source: H. Tal-Ezer, R. Kosloff, J. Chem. Phys. 81, 3967 (1984), for the series of a propagator.
"""

from __future__ import annotations

from collections.abc import Callable

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Array, Cast, Function, Value, as_value, fma, select

# Nodes a chunk.
LANES = 64


@written_once
def pull(rectified: bool) -> Function:
    """The first term of F x: T_0 = -phi0 K L x.

    Which way a rectifying junction conducts in this step is judged here.
    """
    b = Builder(f"gap_pull{'_rectified' * rectified}", inline=False)
    x, chunks = b.array("x"), _Chunks(b)
    if rectified:
        below, above = b.array("weight_below"), b.array("weight_above")

    def weigh(slot: Value, own: Value, other: Value) -> Value:
        if not rectified:
            return chunks.same(slot, own, other)
        chosen = b.let("chosen", select(own < other, below[slot], above[slot]))
        b.store(chunks.weight, slot, chosen)
        return chosen

    basis, moved, fall = b.array("basis"), b.array("moved"), b.scalar("fall", "f64")
    coefficients, stride = b.array("coefficients"), b.scalar("stride", "i64")

    def write(node: Value, total: Value) -> None:
        start = b.let("start", -(fall * chunks.free[node] * (chunks.rate[node] * total)))
        b.store(basis, node, start)
        b.store(basis, stride + node, 0.0)
        b.store(moved, node, coefficients[0] * start)

    chunks.sweep(x, as_value(0, "i64"), weigh, write)
    return b.function()


@written_once
def share(sloped: bool) -> Function:
    """The first term of H d: T_0 = -Z (1 + l) d."""
    b = Builder(f"gap_share{'_sloped' * sloped}", inline=False)
    chunks, whole, bend = _Chunks(b), b.array("whole"), _Bend(b) if sloped else None
    basis, moved = b.array("basis"), b.array("moved")
    coefficients, stride = b.array("coefficients"), b.scalar("stride", "i64")

    def write(node: Value, total: Value) -> None:
        start = b.let("start", -chunks.row(node, total, whole[node]))
        b.store(basis, node, start)
        b.store(basis, stride + node, 0.0)
        b.store(moved, node, fma(coefficients[0], start, moved[node]))
        if bend is not None:
            b.store(bend.turned, node, bend.slopes[0] * start)

    chunks.sweep(whole, as_value(0, "i64"), chunks.same, write)
    return b.function()


@written_once
def term(sloped: bool) -> Function:
    """The term of an order from 1: T_k from the two before it, which lie in turn in `basis`."""
    b = Builder(f"gap_term{'_sloped' * sloped}", inline=False)
    chunks, bend = _Chunks(b), _Bend(b) if sloped else None
    basis, moved = b.array("basis"), b.array("moved")
    coefficients, stride = b.array("coefficients"), b.scalar("stride", "i64")
    order, scale = b.scalar("order", "i64"), b.scalar("scale")
    here = b.let("here", ((order - 1) & 1) * stride)
    there = b.let("there", (order & 1) * stride)
    twice = b.let("twice", select(order.equals(1), as_value(1.0, "f64"), 2.0))
    share = b.let("share", coefficients[order])
    slope = None if bend is None else b.let("slope", bend.slopes[order])

    def write(node: Value, total: Value) -> None:
        own = b.let("own", basis[here + node])
        turned = b.let("turned", fma(chunks.row(node, total, own), scale, -own))
        found = b.let("found", fma(twice, turned, -basis[there + node]))
        b.store(basis, there + node, found)
        b.store(moved, node, fma(share, found, moved[node]))
        if bend is not None and slope is not None:
            b.store(bend.turned, node, fma(slope, found, bend.turned[node]))

    chunks.sweep(basis, here, chunks.same, write)
    return b.function()


class _Bend:
    """The sum of J d, and its coefficients."""

    def __init__(self, b: Builder) -> None:
        self.turned, self.slopes = b.array("turned"), b.array("slopes")


class _Chunks:
    """The nodes of a thread, a chunk at a time, with the sums over their junctions."""

    def __init__(self, b: Builder) -> None:
        self.b = b
        self.nodes, self.slots = b.array("chunk_node", "i64"), b.array("chunk_slot", "i64")
        self.widths = b.array("chunk_width", "i64")
        self.other, self.weight = b.array("other", "i32"), b.array("weight")
        self.free, self.rate, self.excess = b.array("free"), b.array("rate"), b.array("excess")
        self.first, self.last = b.scalar("first", "i64"), b.scalar("last", "i64")
        self.total = b.local("total", "f64", LANES)

    def row(self, node: Value, total: Value, own: Value) -> Value:
        """A node's entry of Z v, from the sum over its junctions and its own entry of v."""
        return self.free[node] * fma(self.rate[node], total, self.excess[node] * own)

    def same(self, slot: Value, own: Value, other: Value) -> Value:
        """The weight of a slot, whoever is above."""
        return self.weight[slot]

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
