"""Gap junctions: a step of the currents between cells, foreseen before the cells' own step.

The cells that junctions join are nodes x of one linear system. In a step of dt a cell on its own
is taken to follow dx/dt = -a x + s with its own leak a (0 where it has no constant one) and some
source s, which moves it by d. Coupled, all move by d + F x + H d; with the Laplacian L of the
conductances, K = diag(kappa dt), N = K L + dt diag(a), and phi(z) = (1 - exp(-z)) / z,

    F x = -phi(N) K L x,    H d = phi(N) d / phi(a dt) - d.

    foresee: p = F x + e of the step before; a current that moves each cell by p is given to it
    the neurons' own step, from x to y:  d = y - x - p
    correct: x(dt) = x + d + F x + e = y + e - e of the step before, where e = H d

So linear cells are solved exactly, and others to second order while voltages are smooth. Where
leaks are not constant all a are 0, and s has a slope as well, by how much d differs from that of
the step before, d_: then

    e = H d + J (d - d_),    J = integral of exp(-N (1 - u)) (u - 1/2) over u from 0 to 1.

With the least of the leaks, a0, taken out of the matrix, N = a0 dt + Z,

    F = -phi0 (1 - Z chi(Z)) K L,    H = l - chi(Z) Z (1 + l),    phi0 = phi(a0 dt),
    l = phi0 / phi(a dt) - 1,    chi(z) = (1 - phi(a0 dt + z) / phi0) / z.

J d takes the terms of H d, with other coefficients.

A node whose neuron is held has rows of zeros, and where the hold ends within the step, rows as much
less as it is free for less. One that is reset within the step has rows of zeros when the step is
corrected, and the others see it go to where it was set in a straight line.

Functions of the matrix are series whose terms are in `compiler.kernels.gap_terms`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import (
    Array,
    Call,
    Cast,
    Function,
    Operand,
    Value,
    as_value,
    select,
)
from rheobase.compiler.kernels.gap_terms import pull, share, term
from rheobase.compiler.kernels.network_desk import NetworkDesk
from rheobase.compiler.network import JUNCTIONS as PREFIX
from rheobase.compiler.network import Coupled, Junctions

# What is kept of neurons, an array for each coupled state.
_OF_NEURONS = ("state", "own", "jumped", "shared", "bent")


# What the kernel keeps of nodes: voltages as the step begins, what was foreseen, what is found now.
OF_NODES = ("x", "foreseen", "moved", "turned", "whole", "free")


def foresee(desk: NetworkDesk, junctions: Junctions) -> None:
    """Give every coupled neuron the current that its junctions will bring it in this step.

    All threads do it together. Before it, every state must have been written and a meeting held,
    and after it another one held before a thread takes a step of neurons.
    """
    solve = _Solve(desk, junctions)
    for k, coupled in enumerate(junctions.coupled):
        solve.each(k, coupled, _gather(coupled.counter))
    solve.sum_up("pull", pull(junctions.rectified))
    for k, coupled in enumerate(junctions.coupled):
        solve.each(k, coupled, _give())


def correct(desk: NetworkDesk, junctions: Junctions) -> None:
    """Mend what was foreseen, when the neurons have taken their step; all threads together.

    Another meeting must be held before a thread reads the states of another.
    """
    solve = _Solve(desk, junctions)
    for k, coupled in enumerate(junctions.coupled):
        solve.each(k, coupled, _compare(coupled.arrives, coupled.jumps))
    solve.sum_up("share", share(junctions.sloped), junctions.sloped)
    for k, coupled in enumerate(junctions.coupled):
        solve.each(k, coupled, _mend(junctions.sloped))


class _Solve:
    """Calls of the functions below, each thread for its own nodes."""

    def __init__(self, desk: NetworkDesk, junctions: Junctions) -> None:
        self.desk, self.b, self.junctions = desk, desk.b, junctions
        edges = desk.array(f"{PREFIX}:chunk_edges", "i64")
        self.known: dict[str, Operand] = {
            "first": self.b.let("first", edges[desk.thread]),
            "last": self.b.let("last", edges[desk.thread + 1]),
        }

    def meet(self) -> None:
        """Wait for the other threads."""
        self.b.meet(self.desk.array("meeting", "i64"), self.desk.threads)

    def sum_up(self, series: str, begin: Function, sloped: bool = False) -> None:
        """A series of the matrix; before it, each thread has written its own nodes."""
        homes = {"coefficients": f"{PREFIX}:{series}"}
        self.meet()
        self.b.evaluate(self._call(begin, self.known, homes))
        degree = self.desk.number(f"{PREFIX}:degree_{series}")
        with self.b.loop("order", 1, degree + 1) as order:
            self.meet()
            self.b.evaluate(self._call(term(sloped), self.known | {"order": order}, homes))

    def each(self, k: int, coupled: Coupled, function: Function) -> None:
        """Call a function for a thread's own neurons of one population."""
        edges = self.desk.array(f"{PREFIX}:edges_{k}", "i64")
        known: dict[str, Operand] = {
            "first": self.b.let("first", edges[self.desk.thread]),
            "last": self.b.let("last", edges[self.desk.thread + 1]),
        }
        part, state = coupled.part, coupled.state
        homes = {name: f"{part}:{name}_{state}" for name in _OF_NEURONS}
        homes |= {
            "flow": f"{part}:flow_{coupled.into}",
            "counter": f"{part}:{coupled.counter}",
            "dt": f"{part}:dt",
            "neuron": f"{PREFIX}:neuron_{k}",
            "node": f"{PREFIX}:node_{k}",
        }
        self.b.evaluate(self._call(function, known, homes))

    def _call(self, function: Function, known: dict[str, Operand], homes: dict[str, str]) -> Call:
        arguments: list[Operand | Array] = []
        for p in function.parameters:
            name = homes.get(p.name, f"{PREFIX}:{p.name}")
            if isinstance(p, Array):
                arguments.append(self.desk.array(name, p.type))
            elif p.name in known:
                arguments.append(known[p.name])
            else:
                arguments.append(self.desk.number(name, p.type))
        return function(*arguments)


class _Neurons:
    """A loop over coupled neurons of one population, which are a thread's own nodes."""

    def __init__(self, b: Builder) -> None:
        self.b = b
        self.neurons, self.nodes = b.array("neuron", "i32"), b.array("node", "i32")
        self.first, self.last = b.scalar("first", "i64"), b.scalar("last", "i64")

    @contextmanager
    def each(self) -> Iterator[tuple[Value, Value]]:
        """Each neuron's number in its population, and its node."""
        b = self.b
        with b.loop("e", self.first, self.last, vector=True) as e:
            yield b.let("i", Cast(self.neurons[e], "i64")), b.let("at", Cast(self.nodes[e], "i64"))


@written_once
def _gather(counter: str | None) -> Function:
    """Read coupled neurons into their nodes, and for how much of the step they are free."""
    b = Builder(f"gap_gather_{counter or 'free'}", inline=False)
    loop, state, x, part = _Neurons(b), b.array("state"), b.array("x"), b.array("free")
    held = b.array("counter", "i32" if counter == "refractory" else "f64") if counter else None
    dt = b.scalar("dt", "f64") if counter == "remaining" else None
    with loop.each() as (i, node):
        b.store(x, node, state[i])
        free = as_value(1.0, "f64")
        if held is not None:
            late = 0.0 if dt is None else select(held[i] < dt, 1.0 - held[i] / dt, 0.0)
            free = select(held[i] <= 0, free, late)
        b.store(part, node, free)
    return b.function()


@written_once
def _give() -> Function:
    """Keep what is foreseen, and make a current of it."""
    b = Builder("gap_give", inline=False)
    loop, flow, current = _Neurons(b), b.array("flow"), b.array("current")
    moved, foreseen = b.array("moved"), b.array("foreseen")
    shared, part = b.array("shared"), b.array("free")
    with loop.each() as (i, node):
        free = b.let("free", part[node])
        push = b.let("push", moved[node] + select(free > 0.0, shared[i], 0.0))
        b.store(foreseen, node, push)
        # As much more as the cell is free for less.
        b.store(flow, i, select(free > 0.0, push * current[node] / free, 0.0))
    return b.function()


@written_once
def _compare(arrives: bool, jumps: bool) -> Function:
    """By how much each cell has moved of its own, d, and what of H d needs no matrix.

    Args:
        arrives: whether spikes move the state at the end of the step, which is no part of d.
        jumps: whether a reset sets the state.
    """
    b = Builder(f"gap_compare{'_arrives' * arrives}{'_jumps' * jumps}", inline=False)
    loop, state, x, foreseen = _Neurons(b), b.array("state"), b.array("x"), b.array("foreseen")
    smooth_end = b.array("own") if arrives else state
    part, lift = b.array("free"), b.array("lift")
    moved, whole = b.array("moved"), b.array("whole")
    jumped = b.array("jumped", "i8") if jumps else None
    with loop.each() as (i, node):
        free = b.let("free", part[node])
        if jumped is not None:
            free = b.let("smooth", select(jumped[i].equals(0), free, 0.0))
            b.store(jumped, i, as_value(0, "i8"))
            b.store(part, node, free)
        end = select(free > 0.0, smooth_end[i], state[i]) if arrives else state[i]
        gone = b.let("gone", end - x[node] - foreseen[node])
        more = b.let("more", free * lift[node] * gone)
        b.store(moved, node, more)
        b.store(whole, node, gone + more)
    return b.function()


@written_once
def _mend(sloped: bool) -> Function:
    """Move the neurons by e, where it is not what was foreseen; the next step foresees it.

    `bent` is J d of the step before, and infinite where there was none.
    """
    b = Builder(f"gap_mend{'_sloped' * sloped}", inline=False)
    loop, state, shared = _Neurons(b), b.array("state"), b.array("shared")
    moved, part = b.array("moved"), b.array("free")
    bent, turned = (b.array("bent"), b.array("turned")) if sloped else (None, None)
    with loop.each() as (i, node):
        free = b.let("free", part[node] > 0.0)
        found = b.let("found", moved[node])
        if bent is not None and turned is not None:
            now, before = b.let("now", turned[node]), b.let("before", bent[i])
            known = free & (before < math.inf)
            found = b.let("sloped", found + select(known, now - before, 0.0))
            b.store(bent, i, select(free, now, math.inf))
        b.store(state, i, state[i] + select(free, found - shared[i], 0.0))
        b.store(shared, i, found)
    return b.function()
