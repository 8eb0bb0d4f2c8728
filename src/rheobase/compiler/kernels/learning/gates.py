"""What shared states do to synapses between events, added up once for all of them.

A state that decays, c' = -a c, moves another by s' = c f, where f depends on shared states. From
tick k to tick n of an epoch it moves it by c(k) e^(a k dt) (G(n) - G(k)), with the table

    G(n) = sum over the ticks m before n of e^(-a m dt) K(m),
    K(m) = integral of e^(-a u) f(m dt + u) over u from 0 to dt,

the integral by Simpson's rule, whose error is of the fifth order in dt. An epoch is so short that
e^(a k dt) is at most e^8; at its end every synapse is brought up to date. What shared states do to
states that move each other is in `compiler.kernels.learning.flows`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from rheobase.compiler.kernel import Cast, Name, Value
from rheobase.compiler.kernels.learning.desk import Desk
from rheobase.compiler.kernels.learning.flows import fill_flow
from rheobase.compiler.kernels.learning.synapse import SynapseWriter
from rheobase.compiler.learning import SHARED
from rheobase.model.expression import Number, Operation, Symbol, names

Factors = list[Value]
_SIXTH = Operation("/", Symbol("dt"), Number(6.0))


def sampled(desk: Desk) -> Factors:
    """The factor of every gate, and the entries of flows, from the shared states as they are."""
    found = Factors()
    flowing = [entry for flow in desk.plan.unsteady for entry in flow.entries.values()]
    for expression in (*(gate.factor for gate in desk.plan.gates), *flowing):
        states = desk.scoped(SHARED, desk.thread, names(expression))
        found.append(desk.builder.let("factor", desk.evaluate(expression, states)))
    return found


def fill(desk: Desk, tick: Value, factors: tuple[Factors, Factors, Factors]) -> None:
    """Add the step that ends at `tick` to the tables; factors at its beginning, middle and end."""
    passed = desk.builder.let("passed", (tick - 1) % desk.number("epoch"))
    _fill_gates(desk, passed, factors)
    first = len(desk.plan.gates)
    for f, flow in enumerate(desk.plan.flows):
        if flow in desk.plan.unsteady:
            early, middle, late = (found[first : first + len(flow.entries)] for found in factors)
            fill_flow(desk, f, flow, passed, (early, middle, late))
            first += len(flow.entries)


def _fill_gates(desk: Desk, passed: Value, factors: tuple[Factors, Factors, Factors]) -> None:
    b, writer = desk.builder, SynapseWriter(desk, None)
    base = writer.table_base
    for g, gate in enumerate(desk.plan.gates):
        table = desk.array(f"gate_{g}")
        with b.when(passed.equals(0)):
            b.store(table, base, 0.0)
        early, middle, late = (f[g] for f in factors)
        half = writer.fading(gate.rate, b.let("half", Cast(passed, "f64") + 0.5))
        here = writer.fading(gate.rate, b.let("here", Cast(passed, "f64")))
        there = writer.fading(gate.rate, b.let("there", Cast(passed, "f64") + 1.0))
        sixth = desk.evaluate(_SIXTH, {})
        step = b.let("step", sixth * (here * early + 4.0 * half * middle + there * late))
        b.store(table, base + passed + 1, table[base + passed] + step)


def sweep(desk: Desk, rows: Callable[[], AbstractContextManager[Name]], now: Value) -> None:
    """Bring every synapse up to date; the next epoch begins."""
    b, writer = desk.builder, SynapseWriter(desk, now)
    places, last = desk.array("rows", "i64"), desk.array("last", "i32")
    with rows() as row:
        entry = b.let("entry", row * desk.threads + desk.thread)
        with b.loop("k", places[entry], places[entry + 1]) as k:
            writer.put(k, writer.states(k, set()), set())
            b.store(last, k, 0)
