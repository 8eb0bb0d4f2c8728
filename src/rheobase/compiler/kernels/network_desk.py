"""What the pieces of a network's kernel are written with: its parameters, and where a slice is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rheobase.compiler.apart import apart
from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Array, Function, Name, Operand, Value, select
from rheobase.compiler.network import NetworkPlan
from rheobase.compiler.table import Row, Table


class NetworkDesk:
    """The builder of a network's kernel, with what all pieces of it need.

    Args:
        plan: the network.

    Attributes:
        scalars: the number of the thread, how many there are, and the steps of the call.
        tables: the tables among the kernel's parameters.
        row: the first row of the slice.
        stop: the row after its last.
        turn: which of the two sets of lists the slice fills.
    """

    def __init__(self, plan: NetworkPlan) -> None:
        self.plan, self.b = plan, Builder("network", inline=False)
        names = ("thread", "threads", "first_step", "end", "length")
        self.scalars: dict[str, Name] = {n: self.number(n) for n in names}
        self.thread, self.threads = self.scalars["thread"], self.scalars["threads"]
        self.tables: list[Table[int]] = []
        self.row = self.stop = self.b.variable("row", 0, "i64")
        self.turn = self.b.variable("turn", 0, "i64")

    def array(self, name: str, type: str = "f64") -> Array:
        """An array parameter, by name."""
        return self.b.shared_array(name, type)

    def number(self, name: str, type: str = "i64") -> Name:
        """A scalar parameter, by name."""
        return self.b.shared_scalar(name, type)

    @contextmanager
    def slices(self) -> Iterator[None]:
        """What is done in every slice of the call; `go_on` ends it."""
        end = self.scalars["end"]
        with self.b.repeat(self.row < end):
            after = self.row + self.scalars["length"]
            self.stop = self.b.let("stop", select(after < end, after, end))
            yield

    def go_on(self) -> None:
        """The slice is over."""
        self.b.assign(self.row, self.stop)
        self.b.assign(self.turn, 1 - self.turn)

    def meet(self) -> None:
        """All threads wait for one another."""
        self.b.meet(self.array("meeting", "i64"), self.threads)

    @contextmanager
    def rows(
        self, name: str, things: Sequence[int], source: Callable[[int, str, str], str | int | None]
    ) -> Iterator[Row[int]]:
        """A loop over the rows of a new table; see `Table`."""
        table = self.table(name, things, source)
        with self.b.loop("entry", 0, table.rows) as entry:
            yield table.at(entry)

    def table(
        self, name: str, things: Sequence[int], source: Callable[[int, str, str], str | int | None]
    ) -> Table[int]:
        """A new table among the parameters."""
        self.tables.append(Table(self.b, name, things, source))
        return self.tables[-1]

    def call(self, function: Function, row: Row[int], known: Mapping[str, Operand]) -> None:
        """Call a function: what is not known here stands in the row."""
        self.b.evaluate(function(*row.arguments(function.parameters, known)))

    def tick_of(self, r: Value) -> Name:
        """When what is sent in a row is sent."""
        return self.b.let("tick", self.scalars["first_step"] + r + 1)

    def list_of(self, t: Value) -> Value:
        """Where what thread t knows of its list of the slice begins, in `starts`."""
        return (self.turn * self.threads + t) * apart(self.scalars["length"] + 1)

    def spikes_of(
        self, starts: Array, bases: Array, t: Value, r: Value
    ) -> tuple[Name, Name, Value]:
        """Where the spikes of row r begin and end in the list of thread t, and where that ends."""
        b = self.b
        base = b.let("list", bases[t] + self.turn * bases[self.threads])
        list_ = b.let("rows", self.list_of(t))
        entry = b.let("entry", list_ + r - self.row)
        first, last = b.let("first", base + starts[entry]), b.let("last", base + starts[entry + 1])
        return first, last, base + starts[list_ + self.stop - self.row]
