"""What a projection that learns reads of its targets, and what their states do to its synapses.

A slice is then one step long, so that when the kernel deals with a tick the states of a target are
those of that tick. Equations of the postsynaptic scope see, over a step, the mean of its two ends;
where spikes come before the target knows them (no dendritic delay) a step is done ahead of it, and
they see its beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rheobase.compiler.kernel import Name, Value
from rheobase.compiler.kernels.learning.desk import Desk
from rheobase.compiler.learning import POST


@contextmanager
def own_targets(desk: Desk) -> Iterator[tuple[Name, Value]]:
    """A loop over this thread's targets, and over the units of each: one a dendritic delay."""
    b, edges = desk.builder, desk.array("target:ranges", "i64")
    delays = desk.number("dendrites")
    with (
        b.loop("neuron", edges[desk.thread], edges[desk.thread + 1]) as neuron,
        b.loop("dendrite", 0, delays) as d,
    ):
        yield neuron, b.let("unit", neuron * delays + d)


def show_targets(desk: Desk, *, mean: bool) -> None:
    """Give the equations of the postsynaptic scope what they read.

    Args:
        desk: the kernel's parameters.
        mean: of the tick before, which they have been given, and of this one; else this one's.
    """
    inputs = desk.plan.plans[POST].inputs if POST in desk.plan.plans else ()
    if not inputs:
        return
    b, edges = desk.builder, desk.array("target:ranges", "i64")
    delays = desk.number("dendrites")
    first, last = b.let("own", edges[desk.thread]), b.let("end", edges[desk.thread + 1])
    # All neurons of a delay in a row: with one delay, whole vectors are read and written.
    with (
        b.loop("dendrite", 0, delays) as d,
        b.loop("neuron", first, last, vector=True) as neuron,
    ):
        unit = b.let("unit", neuron * delays + d)
        for name, now in desk.target(neuron, set(inputs)).items():
            given = desk.array(f"{POST}:base_{name}")
            b.store(given, unit, 0.5 * (given[unit] + now) if mean else now)
