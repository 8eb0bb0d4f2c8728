"""The kernel of a network: many slices in one call, each by all threads together.

    until the call is over, a slice of as many steps as the smallest delay:
        each thread: spikes that reach synapses and their targets at once; a slice is then a step
        all: foresee the currents of gap junctions, where there are any; a slice is then a step
        each thread: advance its own neurons through the slice; put their spikes in order
        all meet
        the first thread: keep the spikes that are recorded
        all: correct what was foreseen of the gap junctions
        each thread: deliver all spikes of the slice to its own targets

No spike arrives within the slice in which it is sent, so populations need not wait for one another
inside it. The lists of spikes are there twice: while one thread still delivers a slice, another may
fill the lists of the next.

Contributions to a target are added in the order of the step in which they were sent, then of the
projections, then of the neurons, however the run is cut into slices, calls and threads.
"""

from __future__ import annotations

from collections.abc import Mapping

from rheobase.compiler.kernel import Function, Name
from rheobase.compiler.kernels.network_desk import NetworkDesk
from rheobase.compiler.kernels.parts import advance_parts, keep
from rheobase.compiler.kernels.projections import deliver_spikes, go_ahead
from rheobase.compiler.network import COUNTERS, Flow, Learner, NetworkPlan
from rheobase.compiler.table import Layout


def network_kernel(
    plan: NetworkPlan, advances: Mapping[str, Function]
) -> tuple[Function, list[Layout]]:
    """`network`: run rows 0 to `end` of a call, whose first step is `first_step`.

    Args:
        plan: the network.
        advances: the kernels of its populations, by name.

    Returns:
        A function that every thread calls with its own number, and the tables among its parameters.
        What stands in them, and all other parameters, are arrays and numbers of the parts:
        ``"3:state_v"`` is the array `state_v` of part 3, ``"c5:rows"`` an array of connection 5.
    """
    desk = NetworkDesk(plan)
    with desk.slices():
        go_ahead(desk)
        _gather(desk)
        _foresee(desk)
        found = advance_parts(desk, advances)
        broken = _meet(desk, found)
        with desk.b.when(desk.thread.equals(0)):
            keep(desk)
        with desk.b.when(broken.equals(0)):
            _correct(desk)
            deliver_spikes(desk)
            desk.go_on()
        with desk.b.otherwise():
            desk.b.assign(desk.row, desk.scalars["end"])
    return desk.b.function(), [table.layout() for table in desk.tables]


def _meet(desk: NetworkDesk, found: Name) -> Name:
    """Meet the others; whether any thread's neurons broke in the slice, the same for all."""
    b, faults = desk.b, desk.array("faults", "i64")
    b.store(faults, (desk.turn * desk.threads + desk.thread) * COUNTERS, found)
    desk.meet()
    broken = b.variable("broken", 0, "i64")
    with b.loop("t", 0, desk.threads) as t:
        b.assign(broken, broken | faults[(desk.turn * desk.threads + t) * COUNTERS])
    return broken


def _gather(desk: NetworkDesk) -> None:
    """What graded projections bring to a thread's own neurons in the steps of the slice."""
    if any(isinstance(one, Flow) for one in desk.plan.connections):
        from rheobase.compiler.kernels.graded_network import gather

        gather(desk)


def _foresee(desk: NetworkDesk) -> None:
    """What gap junctions will bring to neurons in their step."""
    if desk.plan.junctions is not None:
        from rheobase.compiler.kernels.gap import foresee

        foresee(desk, desk.plan.junctions)
        desk.meet()


def _correct(desk: NetworkDesk) -> None:
    """What gap junctions brought otherwise than was foreseen."""
    if desk.plan.junctions is not None:
        from rheobase.compiler.kernels.gap import correct

        correct(desk, desk.plan.junctions)
        if any(isinstance(c, Learner) and c.sees for c in desk.plan.connections):
            desk.meet()
