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
from itertools import groupby

from rheobase.compiler.apart import apart, ring_base
from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Array, Call, Function, Name, Operand, Value, as_value, select
from rheobase.compiler.kernels.exchange import (
    deliver,
    keep_spikes,
    order_spikes,
    remember,
    replay,
)
from rheobase.compiler.network import (
    COUNTERS,
    TARGET,
    Connection,
    Flow,
    Given,
    Learner,
    NetworkPlan,
    Neurons,
    Part,
    Random,
)
from rheobase.compiler.plan import FAULT, LIMIT, SPIKES


def network_kernel(plan: NetworkPlan, advances: Mapping[str, Function]) -> Function:
    """`network`: run rows 0 to `end` of a call, whose first step is `first_step`.

    Args:
        plan: the network.
        advances: the kernels of its populations, by name.

    Returns:
        A function of all arrays of all parts (``"3:state_v"`` is the array `state_v` of part 3,
        ``"c5:rows"`` an array of connection 5) that every thread calls with its own number.
    """
    return _Writer(plan, advances).write()


class _Writer:
    def __init__(self, plan: NetworkPlan, advances: Mapping[str, Function]) -> None:
        self.plan, self.advances = plan, advances
        self.b = Builder("network", inline=False)
        names = ("thread", "threads", "first_step", "end", "length")
        self.scalars: dict[str, Name] = {n: self.number(n) for n in names}
        self.thread, self.threads = self.scalars["thread"], self.scalars["threads"]

    def array(self, name: str, type: str = "f64") -> Array:
        """An array parameter, by name."""
        return self.b.shared_array(name, type)

    def number(self, name: str, type: str = "i64") -> Name:
        """A scalar parameter, by name."""
        return self.b.shared_scalar(name, type)

    def write(self) -> Function:
        b = self.b
        self.row = b.variable("row", 0, "i64")
        self.turn = b.variable("turn", 0, "i64")
        end = self.scalars["end"]
        with b.repeat(self.row < end):
            after = self.row + self.scalars["length"]
            self.stop = b.let("stop", select(after < end, after, end))
            self.go_ahead()
            self.gather()
            self.foresee()
            for k, part in enumerate(self.plan.parts):
                self.advance(k, part)
            self.tell_faults()
            b.meet(self.array("meeting", "i64"), self.threads)
            broken = self.broken()
            with b.when(self.thread.equals(0)):
                self.keep()
            with b.when(broken.equals(0)):
                self.correct()
                for target, group in groupby(
                    sorted(self.spiking(), key=lambda c: c[1].target),
                    key=lambda c: c[1].target,
                ):
                    self.deliver(target, list(group))
                b.assign(self.row, self.stop)
                b.assign(self.turn, 1 - self.turn)
            with b.otherwise():
                b.assign(self.row, end)
        return b.function()

    def spiking(self) -> list[tuple[int, Connection | Learner]]:
        """The projections of spikes, each with its number."""
        every = enumerate(self.plan.connections)
        return [(c, one) for c, one in every if not isinstance(one, Flow)]

    def gather(self) -> None:
        """What graded projections bring to a thread's own neurons in the steps of the slice."""
        if any(isinstance(one, Flow) for one in self.plan.connections):
            from rheobase.compiler.kernels.graded_network import gather

            gather(self)

    def foresee(self) -> None:
        """What gap junctions will bring to neurons in their step."""
        if self.plan.junctions is not None:
            from rheobase.compiler.kernels.gap import foresee

            foresee(self, self.plan.junctions)
            self.b.meet(self.array("meeting", "i64"), self.threads)

    def correct(self) -> None:
        """What gap junctions brought otherwise than was foreseen."""
        if self.plan.junctions is not None:
            from rheobase.compiler.kernels.gap import correct

            correct(self, self.plan.junctions)
            if any(isinstance(c, Learner) and c.sees for c in self.plan.connections):
                self.b.meet(self.array("meeting", "i64"), self.threads)

    def advance(self, k: int, part: Part) -> None:
        """A thread's own neurons of one population through the slice, and their spikes in order."""
        b = self.b
        ranges, bases = self.array(f"{k}:ranges", "i64"), self.array(f"{k}:spike_bases", "i64")
        first, last = b.let("from", ranges[self.thread]), b.let("to", ranges[self.thread + 1])
        slot = b.let("slot", self.thread * COUNTERS)
        base = b.let("base", bases[self.thread])
        counters = self.array(f"{k}:counters", "i64")
        b.store(counters, slot + SPIKES, 0)
        b.store(counters, slot + LIMIT, self.stop)
        known: dict[str, Operand] = {
            "from": first,
            "to": last,
            "row": self.row,
            "last_row": self.stop,
            "first_step": self.scalars["first_step"],
            "spike_base": base,
            "counter_base": slot,
            "counter_slot": slot + SPIKES,
            "thread": self.thread,
        }
        if isinstance(part, Given):
            known |= {"from": as_value(0, "i64")}
            with b.when(self.thread.equals(0)):
                b.evaluate(self.call(k, replay(), known))
        elif isinstance(part, Random):
            from rheobase.compiler.kernels.poisson import emit_poisson
            from rheobase.compiler.kernels.sparse_poisson import emit_sparse

            if part.driven:
                from rheobase.compiler.kernels.graded_network import drive

                drive(self, k)
            emit = emit_sparse if part.sparse else emit_poisson
            b.evaluate(self.call(k, emit(part.each), known))
        else:
            if part.plan.record:
                blocks = self.array(f"{k}:record_blocks", "i64")
                known["record_block"] = b.let("record_block", blocks[self.thread])
            b.evaluate(self.call(k, self.advances[part.advance], known))
        if part.kept or part.sends or part.remembered:
            length = self.scalars["length"]
            total = bases[self.threads]
            known |= {
                "ordered_base": base + self.turn * total,
                "start_base": (self.turn * self.threads + self.thread) * apart(length + 1),
                "count": counters[slot + SPIKES],
                "length": self.stop - self.row,
            }
            b.evaluate(self.call(k, order_spikes(), known))
        if part.remembered:
            known |= {
                "thread": self.thread,
                "tick": self.scalars["first_step"] + self.row + 1,
            }
            b.evaluate(self.call(k, remember(), known))

    def call(self, part: int | str, function: Function, known: Mapping[str, Operand]) -> Call:
        """A call of a part's function: what is not known here is a parameter of the whole."""
        arguments: list[Operand | Array] = []
        for p in function.parameters:
            if isinstance(p, Array):
                arguments.append(self.array(f"{part}:{p.name}", p.type))
            elif p.name in known:
                arguments.append(known[p.name])
            else:
                arguments.append(self.number(f"{part}:{p.name}", p.type))
        return function(*arguments)

    def tell_faults(self) -> None:
        """Say whether any of this thread's neurons broke in the slice, before the others look."""
        b, found = self.b, self.b.variable("found", 0, "i64")
        for k, part in enumerate(self.plan.parts):
            if isinstance(part, Neurons) or (isinstance(part, Random) and part.driven):
                counters = self.array(f"{k}:counters", "i64")
                b.assign(found, found | counters[self.thread * COUNTERS + FAULT])
        faults = self.array("faults", "i64")
        b.store(faults, (self.turn * self.threads + self.thread) * COUNTERS, found)

    def broken(self) -> Name:
        """Whether any thread left word of a fault in this slice; all of them see the same."""
        b, broken, faults = self.b, self.b.variable("broken", 0, "i64"), self.array("faults", "i64")
        with b.loop("t", 0, self.threads) as t:
            b.assign(broken, broken | faults[(self.turn * self.threads + t) * COUNTERS])
        return broken

    def deliver(self, target: int, connections: list[tuple[int, Connection | Learner]]) -> None:
        """All spikes of the slice to a thread's own targets in one population."""
        b = self.b
        own = b.let("own", self.array(f"{target}:ranges", "i64")[self.thread])
        with b.loop("r", self.row, self.stop) as r:
            tick = b.let("tick", self.scalars["first_step"] + r + 1)
            for c, connection in connections:
                if isinstance(connection, Learner):
                    self.learn(c, connection, connection.learn, tick)
                    continue
                source, state = connection.source, connection.state
                turns = self.number(f"{target}:rows_{state}")
                stride = self.number(f"{target}:ring_stride")
                late = tick if connection.form.delays else tick + self.number(f"c{c}:delay")
                known: dict[str, Operand] = {
                    "part": self.thread,
                    "parts": self.threads,
                    "turns": turns,
                    "stride": stride,
                    "turn": b.let("late", late % turns),
                    "base": ring_base(self.thread, turns, stride, own),
                }
                with b.loop("t", 0, self.threads) as t:
                    first, last, end = self.spikes_of(source, t, r)
                    known |= {"first": first, "last": last, "end": end}
                    with b.when(first < last):
                        self.deliver_connection(c, connection, known)

    def deliver_connection(
        self, c: int, connection: Connection, known: Mapping[str, Operand]
    ) -> None:
        """The spikes of one list over one projection."""
        homes = {
            "ordered": f"{connection.source}:ordered",
            "ring": f"{connection.target}:ring_{connection.state}",
        }
        function, arguments = deliver(connection.form), list[Operand | Array]()
        for p in function.parameters:
            if isinstance(p, Array):
                arguments.append(self.array(homes.get(p.name, f"c{c}:{p.name}"), p.type))
            elif p.name in known:
                arguments.append(known[p.name])
            else:
                arguments.append(self.number(f"c{c}:{p.name}", p.type))
        self.b.evaluate(function(*arguments))

    def go_ahead(self) -> None:
        """What of projections that learn comes before the neurons' step."""
        tick = self.b.let("tick", self.scalars["first_step"] + self.row + 1)
        for c, connection in enumerate(self.plan.connections):
            if isinstance(connection, Learner) and connection.ahead is not None:
                self.learn(c, connection, connection.ahead, tick)

    def learn(self, c: int, learner: Learner, kernel: Function, tick: Value) -> None:
        """A tick of a projection that learns, or what of it comes before the neurons' step."""
        known: dict[str, Operand] = {
            "tick": tick,
            "thread": self.thread,
            "threads": self.threads,
            "turns": self.number(f"{learner.target}:rows_{learner.state}"),
            "stride": self.number(f"{learner.target}:ring_stride"),
        }
        homes = {"source": learner.source, "target": learner.target, "modulator": learner.modulator}
        arguments = list[Operand | Array]()
        for p in kernel.parameters:
            home, _, rest = p.name.partition("_past_")
            place = f"{homes[home]}:past_{rest}" if rest else f"c{c}:{p.name}"
            if p.name == "ring":
                place = f"{learner.target}:ring_{learner.state}"
            if p.name.startswith(TARGET):
                place = f"{learner.target}:{p.name.removeprefix(TARGET)}"
            if isinstance(p, Array):
                arguments.append(self.array(place, p.type))
            else:
                arguments.append(known.get(p.name) or self.number(place, p.type))
        self.b.evaluate(kernel(*arguments))

    def spikes_of(self, source: int, t: Value, r: Value) -> tuple[Name, Name, Value]:
        """Where the spikes of row r begin and end in the list of thread t, and where that ends."""
        b, starts = self.b, self.array(f"{source}:starts", "i64")
        bases = self.array(f"{source}:spike_bases", "i64")
        base = b.let("list", bases[t] + self.turn * bases[self.threads])
        room = apart(self.scalars["length"] + 1)
        list_ = b.let("rows", (self.turn * self.threads + t) * room)
        entry = b.let("entry", list_ + r - self.row)
        first, last = b.let("first", base + starts[entry]), b.let("last", base + starts[entry + 1])
        return first, last, base + starts[list_ + self.stop - self.row]

    def keep(self) -> None:
        """Append the slice's spikes to what the call returns, step by step."""
        b, function = self.b, keep_spikes()
        for k, part in enumerate(self.plan.parts):
            if not part.kept:
                continue
            with b.loop("r", self.row, self.stop) as r, b.loop("t", 0, self.threads) as t:
                first, last, _ = self.spikes_of(k, t, r)
                known: dict[str, Operand] = {
                    "first": first,
                    "last": last,
                    "row": r,
                    "slot": as_value(0, "i64"),
                }
                with b.when(first < last):
                    b.evaluate(self.call(k, function, known))
