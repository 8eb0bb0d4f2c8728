"""Projections of spikes in the kernel of a network: all spikes of a slice to their targets.

Projections that take the same kernel, because their synapses are stored alike or learn by the same
rule, are dealt with by one piece of code, whatever their number.
"""

from __future__ import annotations

from itertools import groupby

from rheobase.compiler.apart import ring_base
from rheobase.compiler.kernel import Function, Operand, Value
from rheobase.compiler.kernels.exchange import deliver
from rheobase.compiler.kernels.network_desk import NetworkDesk
from rheobase.compiler.network import TARGET, Connection, Flow, Learner
from rheobase.compiler.table import Row, Table

# What is read of a source's lists before it is known whether there are spikes.
_LISTS = ("starts", "spike_bases")
# A projection with its number, and its kernel.
Link = tuple[int, Connection | Learner, Function]


def deliver_spikes(desk: NetworkDesk) -> None:
    """All spikes of the slice to a thread's own targets, population by population."""
    b, every = desk.b, enumerate(desk.plan.connections)
    links: list[Link] = [
        (c, one, deliver(one.form) if isinstance(one, Connection) else one.learn)
        for c, one in every
        if not isinstance(one, Flow)
    ]
    links.sort(key=lambda link: link[1].target)
    if not links:
        return
    groups = groupby(range(len(links)), key=lambda place: links[place][1].target)
    spans = {target: list(places) for target, places in groups}

    def of_target(target: int, what: str, _: str) -> str | int:
        own = {"first": spans[target][0], "last": spans[target][-1] + 1}
        return own.get(what, f"{target}:{what}")

    table = _table(desk, "projections", links)
    with desk.rows("targets", list(spans), of_target) as target:
        first, last = target.number("first"), target.number("last")
        with b.loop("r", desk.row, desk.stop) as r, b.loop("link", first, last) as entry:
            _by_kind(desk, links, table.at(entry), r)


def go_ahead(desk: NetworkDesk) -> None:
    """What of projections that learn comes before the neurons' step."""
    every = enumerate(desk.plan.connections)
    ahead: list[Link] = [
        (c, one, one.ahead)
        for c, one in every
        if isinstance(one, Learner) and one.ahead is not None
    ]
    if ahead:
        table = _table(desk, "ahead", ahead)
        with desk.b.loop("link", 0, table.rows) as entry:
            _by_kind(desk, ahead, table.at(entry), desk.row)


def _kinds(links: list[Link]) -> dict[str, Link]:
    """The kernels that projections take, by name, each with the first that takes it."""
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link[2].name, link)
    return found


def _table(desk: NetworkDesk, name: str, links: list[Link]) -> Table[int]:
    """The arguments of projections; `kind` is the place of the kernel among them."""
    kinds = list(_kinds(links))
    wanted = [_wanted(one, kernel) for _, one, kernel in links]

    def source(place: int, what: str, type: str) -> str | int | None:
        c, one, kernel = links[place]
        if what == "kind":
            return kinds.index(kernel.name)
        return _home(c, one, what) if (what, type) in wanted[place] else None

    return desk.table(name, range(len(links)), source)


def _wanted(one: Connection | Learner, kernel: Function) -> set[tuple[str, str]]:
    """What is asked of a projection, and of which type."""
    found = {(p.name, p.type) for p in kernel.parameters}
    if isinstance(one, Connection):
        found |= {(name, "i64") for name in (*_LISTS, "ranges")}
        found |= set() if one.form.delays else {("delay", "i64")}
    return found


def _home(c: int, one: Connection | Learner, what: str) -> str:
    """The full name of what the kernel of projection `c` calls `what`."""
    of_target = {"ring": f"ring_{one.state}", "turns": f"rows_{one.state}", "stride": "ring_stride"}
    if what in of_target:
        return f"{one.target}:{of_target[what]}"
    if isinstance(one, Connection):
        parts = {"ranges": one.target, **dict.fromkeys(("ordered", *_LISTS), one.source)}
        return f"{parts.get(what, f'c{c}')}:{what}"
    if what.startswith(TARGET):
        return f"{one.target}:{what.removeprefix(TARGET)}"
    home, _, rest = what.partition("_past_")
    homes = {"source": one.source, "target": one.target, "modulator": one.modulator}
    return f"{homes[home]}:past_{rest}" if rest else f"c{c}:{what}"


def _by_kind(desk: NetworkDesk, links: list[Link], link: Row[int], r: Value) -> None:
    """What one projection does in a step of the slice, with the kernel that it takes."""
    b, kind = desk.b, link.number("kind")
    for k, (_, one, kernel) in enumerate(_kinds(links).values()):
        with b.when(kind.equals(k)):
            if isinstance(one, Connection):
                _bring(desk, one, kernel, link, r)
            else:
                known: dict[str, Operand] = {
                    "tick": desk.tick_of(r),
                    "thread": desk.thread,
                    "threads": desk.threads,
                }
                desk.call(kernel, link, known)


def _bring(desk: NetworkDesk, one: Connection, kernel: Function, link: Row[int], r: Value) -> None:
    """The spikes of a step over one projection, list by list."""
    b, threads = desk.b, desk.threads
    starts, bases = (link.array(name, "i64") for name in _LISTS)
    with b.loop("t", 0, threads) as t:
        first, last, end = desk.spikes_of(starts, bases, t, r)
        with b.when(first < last):
            turns, stride = link.number("turns"), link.number("stride")
            own: Value = link.array("ranges", "i64")[desk.thread]
            tick = desk.tick_of(r)
            late = tick if one.form.delays else tick + link.number("delay")
            known: dict[str, Operand] = {
                "first": first,
                "last": last,
                "end": end,
                "part": desk.thread,
                "parts": threads,
                "turns": turns,
                "stride": stride,
                "turn": late % turns,
                "base": ring_base(desk.thread, turns, stride, own),
            }
            desk.call(kernel, link, known)
