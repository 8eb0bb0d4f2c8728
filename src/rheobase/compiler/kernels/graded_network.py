"""What a network's kernel does about graded projections, as a slice begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Array, Function, Name, Operand, Value
from rheobase.compiler.kernels.graded import add_dense, add_sparse, clear_sums
from rheobase.compiler.kernels.graded_delays import add_delayed
from rheobase.compiler.network import Flow, NetworkPlan


class Writer(Protocol):
    """What writes a network's kernel: its plan and builder, and its parameters by name."""

    plan: NetworkPlan
    b: Builder
    thread: Name
    threads: Name
    scalars: dict[str, Name]
    row: Name
    stop: Name

    def array(self, name: str, type: str = "f64") -> Array:
        """An array parameter, by name."""

    def number(self, name: str, type: str = "i64") -> Name:
        """A scalar parameter, by name."""


def gather(writer: Writer) -> None:
    """Add up what flows into a thread's own neurons in every step of the slice.

    Everybody has sent what is read: a slice is no longer than the smallest delay.
    """
    b = writer.b
    flows = [(c, one) for c, one in enumerate(writer.plan.connections) if isinstance(one, Flow)]
    tick = b.let("tick", writer.scalars["first_step"] + writer.row)
    for target, into in sorted({(one.target, one.into) for _, one in flows}):
        ranges = writer.array(f"{target}:ranges", "i64")
        known: dict[str, Operand] = {
            "from": b.let("from", ranges[writer.thread]),
            "to": b.let("to", ranges[writer.thread + 1]),
            "length": b.let("steps", writer.stop - writer.row),
            "stride": writer.number(f"{target}:stride"),
            "thread": writer.thread,
            "threads": writer.threads,
            "row": writer.row,
        }
        home = {"sums": f"{target}:graded_{into}"}
        _call(writer, clear_sums(), str(target), known, home)
        for c, flow in flows:
            if (flow.target, flow.into) == (target, into):
                _add(writer, c, flow, tick, known, home)


def drive(writer: Writer, k: int) -> None:
    """Add what flows into a thread's own Poisson processes to what they expect by themselves."""
    from rheobase.compiler.kernels.driven_poisson import drive_poisson

    b, ranges = writer.b, writer.array(f"{k}:ranges", "i64")
    known: dict[str, Operand] = {
        "from": b.let("from", ranges[writer.thread]),
        "to": b.let("to", ranges[writer.thread + 1]),
        "length": b.let("steps", writer.stop - writer.row),
        "thread": writer.thread,
        "row": writer.row,
    }
    _call(writer, drive_poisson(), str(k), known, {"sums": f"{k}:graded_rate"})


class _Alone:
    """Writes the gathering of one moment as a function of its own."""

    def __init__(self, plan: NetworkPlan) -> None:
        self.plan, self.b = plan, Builder("gather", inline=False)
        names = ("thread", "threads", "first_step")
        self.scalars: dict[str, Name] = {n: self.number(n) for n in names}
        self.thread, self.threads = self.scalars["thread"], self.scalars["threads"]
        self.row, self.stop = self.b.let("row", 0, "i64"), self.b.let("stop", 1, "i64")

    def array(self, name: str, type: str = "f64") -> Array:
        """An array parameter, by name."""
        return self.b.shared_array(name, type)

    def number(self, name: str, type: str = "i64") -> Name:
        """A scalar parameter, by name."""
        return self.b.shared_scalar(name, type)


def gather_kernel(plan: NetworkPlan) -> Function:
    """`gather`: what flows into a thread's own neurons in step `first_step`, for recorders."""
    writer = _Alone(plan)
    gather(writer)
    return writer.b.function()


def _add(
    writer: Writer,
    c: int,
    flow: Flow,
    tick: Value,
    known: Mapping[str, Operand],
    home: Mapping[str, str],
) -> None:
    """Add one projection."""
    b, turns = writer.b, writer.number(f"{flow.source}:turns_{flow.output}")
    place: Value = tick % turns
    if not (flow.is_delayed if flow.form is None else flow.form.delays):
        place = (tick + turns - writer.number(f"c{c}:delay")) % turns
    own: dict[str, Operand] = {**known, "turns": turns, "place": b.let("place", place)}
    homes = {**home, "rates": f"{flow.source}:sent_{flow.output}"}
    if flow.form is None:
        own["first_block"] = writer.array(f"c{c}:blocks", "i64")[writer.thread]
        add = add_delayed if flow.is_delayed else add_dense
        _call(writer, add(flow.weights), f"c{c}", own, homes)
    else:
        _call(writer, add_sparse(flow.form), f"c{c}", own, homes)


def _call(
    writer: Writer,
    function: Function,
    prefix: str,
    known: Mapping[str, Operand],
    homes: Mapping[str, str],
) -> None:
    """A call whose parameters are known, elsewhere, or of the part or projection `prefix`."""
    arguments: list[Operand | Array] = []
    for p in function.parameters:
        place = homes.get(p.name, f"{prefix}:{p.name}")
        if isinstance(p, Array):
            arguments.append(writer.array(place, p.type))
        elif p.name in known:
            arguments.append(known[p.name])
        else:
            arguments.append(writer.number(place, p.type))
    writer.b.evaluate(function(*arguments))
