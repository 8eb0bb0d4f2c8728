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

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rheobase.compiler.apart import apart
from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Array, Function, Name, Operand, Value, as_value, select
from rheobase.compiler.kernels.exchange import (
    keep_spikes,
    order_spikes,
    remember,
    replay,
)
from rheobase.compiler.kernels.projections import deliver_spikes, go_ahead
from rheobase.compiler.network import (
    COUNTERS,
    Flow,
    Given,
    Learner,
    NetworkPlan,
    Neurons,
    Part,
    Random,
)
from rheobase.compiler.plan import FAULT, LIMIT, SPIKES
from rheobase.compiler.table import Layout, Row, Table


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
    writer = NetworkWriter(plan, advances)
    function = writer.write()
    return function, [table.layout() for table in writer.tables]


class NetworkWriter:
    """Writes the kernel of a network.

    Args:
        plan: the network.
        advances: the kernels of its populations, by name.

    Attributes:
        tables: the tables among the kernel's parameters.
    """

    def __init__(self, plan: NetworkPlan, advances: Mapping[str, Function]) -> None:
        self.plan, self.advances = plan, advances
        self.b = Builder("network", inline=False)
        names = ("thread", "threads", "first_step", "end", "length")
        self.scalars: dict[str, Name] = {n: self.number(n) for n in names}
        self.thread, self.threads = self.scalars["thread"], self.scalars["threads"]
        self.tables: list[Table[int]] = []

    def array(self, name: str, type: str = "f64") -> Array:
        """An array parameter, by name."""
        return self.b.shared_array(name, type)

    def number(self, name: str, type: str = "i64") -> Name:
        """A scalar parameter, by name."""
        return self.b.shared_scalar(name, type)

    @contextmanager
    def rows(
        self, name: str, things: Sequence[int], source: Callable[[int, str, str], str | int | None]
    ) -> Iterator[Row[int]]:
        """A loop over the rows of a new table; see `Table`."""
        table = Table(self.b, name, things, source)
        self.tables.append(table)
        with self.b.loop("entry", 0, table.rows) as entry:
            yield table.at(entry)

    def write(self) -> Function:
        """The whole function."""
        b = self.b
        self.row = b.variable("row", 0, "i64")
        self.turn = b.variable("turn", 0, "i64")
        end = self.scalars["end"]
        with b.repeat(self.row < end):
            after = self.row + self.scalars["length"]
            self.stop = b.let("stop", select(after < end, after, end))
            go_ahead(self)
            self.gather()
            self.foresee()
            self.found = b.variable("found", 0, "i64")
            for g, alike in enumerate(self.alike()):
                self.advance(g, alike)
            # Whether any of this thread's neurons broke in the slice, before the others look.
            place = (self.turn * self.threads + self.thread) * COUNTERS
            b.store(self.array("faults", "i64"), place, self.found)
            b.meet(self.array("meeting", "i64"), self.threads)
            broken = self.broken()
            with b.when(self.thread.equals(0)):
                self.keep()
            with b.when(broken.equals(0)):
                self.correct()
                deliver_spikes(self)
                b.assign(self.row, self.stop)
                b.assign(self.turn, 1 - self.turn)
            with b.otherwise():
                b.assign(self.row, end)
        return b.function()

    def alike(self) -> list[list[int]]:
        """The populations, those together with which the kernel does the same."""
        found: dict[Any, list[int]] = {}
        for k, part in enumerate(self.plan.parts):
            own: Any = k
            if isinstance(part, Neurons):
                own = (part.advance, bool(part.plan.record))
            elif isinstance(part, Random) and not part.driven:
                own = (part.each, part.sparse)
            lists = (part.kept or part.sends or part.remembered, part.remembered)
            found.setdefault((type(part), own, lists), []).append(k)
        return list(found.values())

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

    def advance(self, g: int, alike: list[int]) -> None:
        """A thread's own neurons of populations through the slice, and their spikes in order."""
        b, part = self.b, self.plan.parts[alike[0]]
        if isinstance(part, Random) and part.driven:
            from rheobase.compiler.kernels.graded_network import drive

            drive(self, alike[0])
        with self.rows(f"parts.{g}", alike, of_part) as own:
            ranges, bases = own.array("ranges", "i64"), own.array("spike_bases", "i64")
            slot = b.let("slot", self.thread * COUNTERS)
            base = b.let("base", bases[self.thread])
            counters = own.array("counters", "i64")
            b.store(counters, slot + SPIKES, 0)
            b.store(counters, slot + LIMIT, self.stop)
            known: dict[str, Operand] = {
                "from": b.let("from", ranges[self.thread]),
                "to": b.let("to", ranges[self.thread + 1]),
                "row": self.row,
                "last_row": self.stop,
                "first_step": self.scalars["first_step"],
                "spike_base": base,
                "counter_base": slot,
                "counter_slot": slot + SPIKES,
                "thread": self.thread,
            }
            self.step(part, own, known)
            if isinstance(part, Neurons) or (isinstance(part, Random) and part.driven):
                b.assign(self.found, self.found | counters[slot + FAULT])
            if part.kept or part.sends or part.remembered:
                length = self.scalars["length"]
                known |= {
                    "ordered_base": base + self.turn * bases[self.threads],
                    "start_base": (self.turn * self.threads + self.thread) * apart(length + 1),
                    "count": counters[slot + SPIKES],
                    "length": self.stop - self.row,
                }
                self.call(order_spikes(), own, known)
            if part.remembered:
                known["tick"] = self.scalars["first_step"] + self.row + 1
                self.call(remember(), own, known)

    def step(self, part: Part, own: Row[int], known: dict[str, Operand]) -> None:
        """A thread's own neurons of one population through the slice."""
        b = self.b
        if isinstance(part, Given):
            with b.when(self.thread.equals(0)):
                self.call(replay(), own, known)
        elif isinstance(part, Random):
            from rheobase.compiler.kernels.poisson import emit_poisson
            from rheobase.compiler.kernels.sparse_poisson import emit_sparse

            emit = emit_sparse if part.sparse else emit_poisson
            self.call(emit(part.each), own, known)
        else:
            if part.plan.record:
                blocks = own.array("record_blocks", "i64")
                known["record_block"] = b.let("record_block", blocks[self.thread])
            self.call(self.advances[part.advance], own, known)

    def call(self, function: Function, row: Row[int], known: Mapping[str, Operand]) -> None:
        """Call a function: what is not known here stands in the row."""
        self.b.evaluate(function(*row.arguments(function.parameters, known)))

    def broken(self) -> Name:
        """Whether any thread left word of a fault in this slice; all of them see the same."""
        b, broken, faults = self.b, self.b.variable("broken", 0, "i64"), self.array("faults", "i64")
        with b.loop("t", 0, self.threads) as t:
            b.assign(broken, broken | faults[(self.turn * self.threads + t) * COUNTERS])
        return broken

    def tick_of(self, r: Value) -> Name:
        """When what is sent in a row is sent."""
        return self.b.let("tick", self.scalars["first_step"] + r + 1)

    def spikes_of(
        self, starts: Array, bases: Array, t: Value, r: Value
    ) -> tuple[Name, Name, Value]:
        """Where the spikes of row r begin and end in the list of thread t, and where that ends."""
        b = self.b
        base = b.let("list", bases[t] + self.turn * bases[self.threads])
        room = apart(self.scalars["length"] + 1)
        list_ = b.let("rows", (self.turn * self.threads + t) * room)
        entry = b.let("entry", list_ + r - self.row)
        first, last = b.let("first", base + starts[entry]), b.let("last", base + starts[entry + 1])
        return first, last, base + starts[list_ + self.stop - self.row]

    def keep(self) -> None:
        """Append the slice's spikes to what the call returns, step by step."""
        b, function = self.b, keep_spikes()
        kept = [k for k, part in enumerate(self.plan.parts) if part.kept]
        if not kept:
            return
        with self.rows("kept", kept, of_part) as own:
            lists = (own.array("starts", "i64"), own.array("spike_bases", "i64"))
            with b.loop("r", self.row, self.stop) as r, b.loop("t", 0, self.threads) as t:
                first, last, _ = self.spikes_of(*lists, t, r)
                known: dict[str, Operand] = {
                    "first": first,
                    "last": last,
                    "row": r,
                    "slot": as_value(0, "i64"),
                }
                with b.when(first < last):
                    self.call(function, own, known)


def of_part(k: int, what: str, _: str) -> str:
    """The full name of what part `k` has under a name."""
    return f"{k}:{what}"
