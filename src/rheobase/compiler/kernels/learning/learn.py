"""The kernel of a projection that learns: one tick, by one thread, at its own synapses.

    to the tick: the states of sources, of targets and of the whole projection are advanced
    while a condition on a target holds: while_post, for the step that ends at the tick
    spikes of the targets, as they reach the synapses: on_post
    spikes of the sources, as they reach them: on_pre; what is transmitted goes into the ring
    spikes of the modulator: on_modulator
    what the events write to states of sources, targets and projection is put in its place

Events of one tick do not see what the others write to those states. But where a spike that reaches
a synapse is at its target at once (no dendritic delay), it may be why the target fires: it comes
first, before the neurons take the step that ends at the tick, in a kernel of its own that does this
tick's step of all states too; and the target's spike sees what it wrote.

Every thread keeps its own copy of the states of sources and projection, so none waits for another.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TypeAlias

from rheobase.compiler.apart import ring_base
from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Array, Cast, Function, Name, Operand, Value, as_value, select
from rheobase.compiler.kernels.learning.columns import ahead
from rheobase.compiler.kernels.learning.desk import Acts, Desk, Values
from rheobase.compiler.kernels.learning.gates import fill, sampled, sweep
from rheobase.compiler.kernels.learning.synapse import SynapseWriter
from rheobase.compiler.kernels.learning.target import own_targets, show_targets
from rheobase.compiler.learning import (
    FAULT_TICK,
    MODULATOR,
    POST,
    PRE,
    SHARED,
    WEIGHT,
    WHILE,
    LearningPlan,
)
from rheobase.compiler.network import COUNTERS, TARGET
from rheobase.compiler.plan import FAULT, LIMIT
from rheobase.model.expression import Symbol

Loop: TypeAlias = AbstractContextManager[Name]
# How many synapses of a column are sent for before they are needed.
_AHEAD = 64


def learn_kernel(plan: LearningPlan, constants: Constants, name: str) -> Function:
    """One tick of a projection that learns, once the neurons are there; see above."""
    return _Writer(Desk(name, plan, constants)).write()


def ahead_kernel(plan: LearningPlan, constants: Constants, name: str) -> Function:
    """What of a tick comes before the neurons' step to it, where spikes are at targets at once."""
    return _Writer(Desk(name, plan, constants)).write_ahead()


class _Writer:
    def __init__(self, desk: Desk) -> None:
        self.desk, self.plan, self.b = desk, desk.plan, desk.builder

    def write(self) -> Function:
        """The tick."""
        tick, b, first = self.desk.tick, self.b, self.plan.pre_first
        if not first:
            with b.when(tick > 0):
                show_targets(self.desk, mean=True)
                self.advance(tick)
        show_targets(self.desk, mean=False)
        here = self.since_epoch(tick)
        self.while_post(tick, here)
        self.on_post(tick, here, at_once=False)
        self.on_pre(tick, here, at_once=False)
        shared = self.on_modulator(tick, here)
        if self.keeps_aside:
            self.settle(PRE, tick)
        if first:
            self.on_post(tick, here, at_once=True)
        self.settle(POST, tick)
        for name, value in shared.items():
            b.store(self.desk.array(f"{SHARED}:state_{name}"), self.desk.thread, value)
        if here is not None:
            with b.when(here.equals(self.desk.number("epoch"))):
                sweep(self.desk, self.rows, here)
        return b.function()

    def write_ahead(self) -> Function:
        """What comes before the neurons' step."""
        tick = self.desk.tick
        self.advance(tick)
        self.on_pre(tick, self.since_epoch(tick), at_once=True)
        return self.b.function()

    @property
    def keeps_aside(self) -> bool:
        """Whether later events of the tick would see what a source's spike writes to its states."""
        read = self.plan.used(MODULATOR) & set(self.plan.scopes.get(PRE, ()))
        return self.plan.pre_first or bool(read)

    def since_epoch(self, tick: Value) -> Value | None:
        """How many ticks of the epoch have passed: from 1 to all of them; 0 at tick 0."""
        if not self.plan.is_lazy:
            return None
        passed = (tick - 1) % self.desk.number("epoch") + 1
        return self.b.let("now", select(tick > 0, passed, 0))

    def advance(self, tick: Value) -> None:
        """The states of sources, targets and projection from the tick before to this one."""
        desk, plan = self.desk, self.plan
        for scope in plan.plans:
            if scope == SHARED and plan.is_sampled:
                before = sampled(desk)
                self.advance_scope(scope, tick)
                middle = sampled(desk)
                self.advance_scope(scope, tick)
                fill(desk, tick, (before, middle, sampled(desk)))
            else:
                self.advance_scope(scope, tick)
        if plan.is_sampled and SHARED not in plan.plans:
            steady = sampled(desk)
            fill(desk, tick, (steady, steady, steady))

    def advance_scope(self, scope: str, tick: Value) -> None:
        """The units of one scope that are this thread's, by one step."""
        b, desk = self.b, self.desk
        counters = desk.array(f"{scope}:counters", "i64")
        slot = b.let("counters_at", desk.thread * COUNTERS)
        b.store(counters, slot + LIMIT, 1)
        edges = desk.array(f"{scope}:units", "i64")
        known: dict[str, Operand] = {
            "from": b.let("from", edges[desk.thread]),
            "to": b.let("to", edges[desk.thread + 1]),
            "row": as_value(0, "i64"),
            "first_step": tick - 1,
            "counter_base": slot,
            "spike_base": as_value(0, "i64"),
        }
        function, arguments = self.plan.advances[scope], list[Operand | Array]()
        for p in function.parameters:
            if isinstance(p, Array):
                arguments.append(desk.array(f"{scope}:{p.name}", p.type))
            elif p.name in known:
                arguments.append(known[p.name])
            else:
                arguments.append(desk.number(f"{scope}:{p.name}", p.type))
        b.evaluate(function(*arguments))
        is_first = counters[slot + FAULT].differs(0) & counters[slot + FAULT_TICK].equals(0)
        with b.when(is_first):
            b.store(counters, slot + FAULT_TICK, tick)

    def carried(self, event: str, names: set[str]) -> dict[str, Name]:
        """Variables for what a neuron's spike leaves to its next one of the same tick."""
        scope = {PRE: PRE, POST: POST}[event]
        return {
            s: self.b.variable(f"{s}_left", 0.0)
            for s in self.plan.scopes.get(scope, ())
            if s in names
        }

    def begun(
        self, event: str, unit: Value, again: Value, carried: dict[str, Name]
    ) -> dict[str, Value]:
        """The states with which a spike finds its own scope."""
        stored = self.desk.all_scoped(event, unit)
        return {
            s: self.b.let(s, select(again, carried[s], value)) if s in carried else value
            for s, value in stored.items()
        }

    def keep(self, carried: dict[str, Name], now: dict[str, Value]) -> None:
        """Remember what a spike leaves."""
        for s, variable in carried.items():
            self.b.assign(variable, now[s])

    def written_by(self, event: str) -> set[str]:
        """The names that an event changes."""
        return {s.name for s in self.plan.events.get(event, ())}

    def on_post(self, tick: Value, here: Value | None, *, at_once: bool) -> None:
        """Spikes of this thread's targets, at all their synapses of each dendritic delay.

        Args:
            tick: when they are at the synapses.
            here: the same, within the epoch.
            at_once: whether synapses are meant whose spikes are at the target in this very tick.
        """
        b, desk, plan = self.b, self.desk, self.plan
        if not plan.touches(POST):
            return
        delays, used = desk.number("dendrites"), plan.used(POST)
        with b.loop("dendrite", 0, delays) as d:
            behind = b.let("behind", desk.array("dendritic", "i64")[d])
            sent: Value = b.let("sent", tick - behind)
            if plan.pre_first:  # there is no spike of before tick 0
                meant = behind.equals(0) if at_once else behind > 0
                sent = b.let("meant", select(meant, sent, -1))
            carried = self.carried(POST, self.written_by(POST))
            with desk.events(POST, desk.thread, sent) as (neuron, again):
                unit = b.let("unit", neuron * delays + d)
                seen = desk.shared(used) | self.begun(POST, unit, again, carried)
                seen |= desk.target(neuron, plan.seen(POST))
                now, sequence = desk.scope_sequence(POST, seen)
                self.keep(carried, now)
                self.column(POST, unit, here, sequence)

    def while_post(self, tick: Value, here: Value | None) -> None:
        """What happens at all synapses of the targets for which a condition holds."""
        desk, plan = self.desk, self.plan
        if plan.during is None:
            return
        used = plan.used(WHILE)
        with self.b.when(tick > 0), own_targets(desk) as (neuron, unit):
            seen = desk.shared(used) | desk.scoped(POST, unit, used)
            seen |= desk.target(neuron, plan.seen(WHILE))
            with self.b.when(desk.evaluate(plan.during, seen)):
                self.column(WHILE, unit, here, [(s, seen) for s in plan.events[WHILE]])

    def column(self, event: str, unit: Value, here: Value | None, sequence: Acts) -> None:
        """An event of a target at all its synapses of one dendritic delay."""
        b, desk, plan = self.b, self.desk, self.plan
        columns, used = desk.array("columns", "i64"), plan.used(event)
        places, units = desk.array("places", "i32"), desk.array("place_units", "i32")
        writer, last = SynapseWriter(desk, here), b.let("column_end", columns[unit + 1])
        with b.loop("c", columns[unit], last) as c:
            self.send_for(event, places, ahead(c, last, _AHEAD))
            k = b.let("k", Cast(places[c], "i64"))
            source = Cast(units[c], "i64") + desk.thread * desk.number("source_units")
            around = desk.scoped(PRE, b.let("source", source), used)
            states = writer.states(k, used & {*plan.stored, WEIGHT}) | around
            writer.put(k, writer.act(k, states, sequence), self.written_by(event))

    def send_for(self, event: str, places: Array, place: Value) -> None:
        """Prefetch the states of a synapse that will be changed soon."""
        k = self.b.let("soon", Cast(places[place], "i64"))
        for name in self.plan.stored:
            if name in self.plan.used(event) | self.written_by(event):
                type_ = self.plan.type_of(name)
                self.b.prefetch(self.desk.array(f"synapse_{name}", type_), k)

    def on_pre(self, tick: Value, here: Value | None, *, at_once: bool) -> None:
        """Spikes of the sources, at this thread's synapses of each axonal delay.

        Args:
            tick: when they are at the synapses.
            here: the same, within the epoch.
            at_once: whether those are meant that are at their targets in this very tick.
        """
        b, desk, plan = self.b, self.desk, self.plan
        axons = desk.number("axons")
        classes = desk.array("axon_classes", "i64")
        with b.loop("axon", 0, axons) as a:
            sent = b.let("sent", tick - desk.array("axonal", "i64")[a])
            with b.loop("list", 0, desk.threads) as listed:
                carried = self.carried(PRE, self.written_by(PRE)) if self.keeps_aside else {}
                earlier = b.variable("earlier", 0, "i64") if plan.drawn else None
                with desk.events(PRE, listed, sent) as (neuron, again):
                    if earlier is not None:
                        b.assign(earlier, select(again, earlier + 1, 0))
                    unit = b.let("unit", neuron * axons + a)
                    unit = b.let("own", unit + desk.thread * desk.number("source_units"))
                    shared = desk.shared(plan.used(PRE))
                    own = self.begun(PRE, unit, again, carried)
                    now, sequence = desk.scope_sequence(PRE, shared | own)
                    self.keep(carried, now)
                    if not self.keeps_aside:
                        # A spike's successor finds it there.
                        desk.store_scope(PRE, unit, now)
                    drawn_at = None if earlier is None else (tick, earlier)
                    writer = SynapseWriter(desk, here, drawn_at)
                    with b.loop("class", classes[a], classes[a + 1]) as c:
                        dendrite = b.let("dendrite", desk.array("class_dendrite", "i64")[c])
                        behind = b.let("behind", desk.array("dendritic", "i64")[dendrite])
                        row = b.let("row", neuron * desk.number("classes") + c)
                        to = (row, dendrite, tick + behind)
                        if plan.pre_first:
                            with b.when(behind.equals(0) if at_once else behind > 0):
                                self.transmit(writer, to, now, sequence)
                        else:
                            self.transmit(writer, to, now, sequence)

    def transmit(
        self, writer: SynapseWriter, to: tuple[Value, Value, Value], now: Values, sequence: Acts
    ) -> None:
        """A spike at its synapses of one pair of delays, and what it sends on to the targets.

        Args:
            writer: for the synapses.
            to: their row, the place of their dendritic delay, and the tick of arrival.
            now: the states of the source.
            sequence: what is to be carried out.
        """
        b, desk, plan = self.b, self.desk, self.plan
        used, (row, dendrite, late) = plan.used(PRE), to
        turns, stride = desk.number("turns"), desk.number("stride")
        own: Value = desk.array(f"{TARGET}ranges", "i64")[desk.thread]
        base = ring_base(desk.thread, turns, stride, own)
        turn = b.let("turn", base + late % turns * stride)
        ring = desk.array("ring")
        with self.synapses_of(row) as k:
            target = writer.target(k)
            around = desk.scoped(POST, target * desk.number("dendrites") + dendrite, used)
            around |= desk.target(target, plan.seen(PRE))
            states = writer.states(k, used & {*plan.stored, WEIGHT}) | around
            after = writer.act(k, states, sequence)
            if plan.touches(PRE):
                writer.put(k, after, self.written_by(PRE))
            value = desk.evaluate(plan.transmits, {**now, **after})
            if plan.transmits != Symbol(WEIGHT):
                value = desk.signed(value)
            place = b.let("place", turn + target)
            b.store(ring, place, ring[place] + value)

    def synapses_of(self, row: Value) -> Loop:
        """A loop over this thread's synapses of a row."""
        rows = self.desk.array("rows", "i64")
        entry = self.b.let("entry", row * self.desk.threads + self.desk.thread)
        return self.b.loop("k", rows[entry], rows[entry + 1])

    def rows(self) -> Loop:
        """A loop over all rows."""
        count = self.desk.number("source_neurons") * self.desk.number("classes")
        return self.b.loop("row", 0, count)

    def on_modulator(self, tick: Value, here: Value | None) -> dict[str, Value]:
        """Spikes of the modulator; gives what becomes of the states of the projection."""
        b, desk, plan = self.b, self.desk, self.plan
        written = self.written_by(MODULATOR)
        if not written:
            return {}
        states = desk.all_scoped(SHARED, desk.thread)
        left = {s: b.variable(f"{s}_left", states[s]) for s in states if s in written}
        with b.loop("list", 0, desk.threads) as listed, desk.spikes("modulator", listed, tick):
            now, sequence = desk.scope_sequence(MODULATOR, states | left)
            if plan.touches(MODULATOR):
                self.everywhere(here, sequence)
            for s, variable in left.items():
                b.assign(variable, now[s])
        return dict(left)

    def everywhere(self, here: Value | None, sequence: Acts) -> None:
        """An event at every synapse."""
        b, desk, plan = self.b, self.desk, self.plan
        used, writer = plan.used(MODULATOR), SynapseWriter(desk, here)
        with self.rows() as row:
            c = b.let("c", row % desk.number("classes"))
            source = row // desk.number("classes") * desk.number("axons")
            source = source + desk.array("class_axon", "i64")[c]
            source = source + desk.thread * desk.number("source_units")
            dendrite = b.let("dendrite", desk.array("class_dendrite", "i64")[c])
            around = desk.scoped(PRE, b.let("source", source), used)
            with self.synapses_of(row) as k:
                target = writer.target(k)
                unit = target * desk.number("dendrites") + dendrite
                states = writer.states(k, used & {*plan.stored, WEIGHT}) | around
                states |= desk.scoped(POST, unit, used) | desk.target(target, plan.seen(MODULATOR))
                writer.put(k, writer.act(k, states, sequence), self.written_by(MODULATOR))

    def settle(self, event: str, tick: Value) -> None:
        """What the spikes of this tick write to the states of their own neurons."""
        b, desk, plan = self.b, self.desk, self.plan
        if not set(plan.scopes.get(event, ())) & self.written_by(event):
            return
        delays, sizes = {PRE: ("axonal", "axons"), POST: ("dendritic", "dendrites")}[event]
        size = desk.number(sizes)
        with b.loop("delay", 0, size) as d:
            sent = b.let("sent", tick - desk.array(delays, "i64")[d])
            if event == POST:
                self.settle_list(event, desk.thread, sent, d, size)
            else:
                with b.loop("list", 0, desk.threads) as listed:
                    self.settle_list(event, listed, sent, d, size)

    def settle_list(self, event: str, listed: Value, sent: Value, d: Value, size: Value) -> None:
        """Those of one list."""
        b, desk = self.b, self.desk
        with desk.events(event, listed, sent) as (neuron, _):
            place: Value = neuron * size + d
            if event == PRE:
                place = place + desk.thread * desk.number("source_units")
            unit = b.let("unit", place)
            seen = desk.all_scoped(event, unit)
            if event == POST:
                seen |= desk.target(neuron, desk.plan.seen(POST))
            desk.store_scope(event, unit, desk.scope_sequence(event, seen)[0])
