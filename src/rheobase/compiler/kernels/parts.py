"""Populations in the kernel of a network: a thread's own neurons through a slice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rheobase.compiler.kernel import Function, Name, Operand, as_value
from rheobase.compiler.kernels.exchange import keep_spikes, order_spikes, remember, replay
from rheobase.compiler.kernels.network_desk import NetworkDesk
from rheobase.compiler.network import COUNTERS, Given, Neurons, Part, Random
from rheobase.compiler.plan import FAULT, LIMIT, SPIKES
from rheobase.compiler.table import Row


def advance_parts(desk: NetworkDesk, advances: Mapping[str, Function]) -> Name:
    """All populations through the slice, those of one kind in one loop.

    Args:
        desk: of the network.
        advances: the kernels of its populations, by name.

    Returns:
        Whether any of this thread's neurons broke.
    """
    found = desk.b.variable("found", 0, "i64")
    for g, alike in enumerate(_alike(desk)):
        part = desk.plan.parts[alike[0]]
        if isinstance(part, Random) and part.driven:
            from rheobase.compiler.kernels.graded_network import drive

            drive(desk, alike[0])
        with desk.rows(f"parts.{g}", alike, _source) as own:
            _advance(desk, part, own, advances, found)
    return found


def keep(desk: NetworkDesk) -> None:
    """Append the slice's spikes to what the call returns, step by step."""
    b, kept = desk.b, [k for k, part in enumerate(desk.plan.parts) if part.kept]
    if not kept:
        return
    with desk.rows("kept", kept, _source) as own:
        starts, bases = own.array("starts", "i64"), own.array("spike_bases", "i64")
        with b.loop("r", desk.row, desk.stop) as r, b.loop("t", 0, desk.threads) as t:
            first, last, _ = desk.spikes_of(starts, bases, t, r)
            slot = as_value(0, "i64")
            known: dict[str, Operand] = {"first": first, "last": last, "row": r, "slot": slot}
            with b.when(first < last):
                desk.call(keep_spikes(), own, known)


def _alike(desk: NetworkDesk) -> list[list[int]]:
    """The populations, those together with which the kernel does the same."""
    found: dict[Any, list[int]] = {}
    for k, part in enumerate(desk.plan.parts):
        own: Any = k
        if isinstance(part, Neurons):
            own = (part.advance, bool(part.plan.record))
        elif isinstance(part, Random) and not part.driven:
            own = (part.each, part.sparse)
        lists = (part.kept or part.sends or part.remembered, part.remembered)
        found.setdefault((type(part), own, lists), []).append(k)
    return list(found.values())


def _source(k: int, what: str, _: str) -> str:
    """The full name of what part `k` has under a name."""
    return f"{k}:{what}"


def _advance(
    desk: NetworkDesk, part: Part, own: Row[int], advances: Mapping[str, Function], found: Name
) -> None:
    """A thread's own neurons of one population through the slice, and their spikes in order."""
    b, thread = desk.b, desk.thread
    ranges, bases = own.array("ranges", "i64"), own.array("spike_bases", "i64")
    slot, base = b.let("slot", thread * COUNTERS), b.let("base", bases[thread])
    counters = own.array("counters", "i64")
    b.store(counters, slot + SPIKES, 0)
    b.store(counters, slot + LIMIT, desk.stop)
    known: dict[str, Operand] = {
        "from": b.let("from", ranges[thread]),
        "to": b.let("to", ranges[thread + 1]),
        "row": desk.row,
        "last_row": desk.stop,
        "first_step": desk.scalars["first_step"],
        "spike_base": base,
        "counter_base": slot,
        "counter_slot": slot + SPIKES,
        "thread": thread,
    }
    _step(desk, part, own, advances, known)
    if isinstance(part, Neurons) or (isinstance(part, Random) and part.driven):
        b.assign(found, found | counters[slot + FAULT])
    if part.kept or part.sends or part.remembered:
        known |= {
            "ordered_base": base + desk.turn * bases[desk.threads],
            "start_base": desk.list_of(thread),
            "count": counters[slot + SPIKES],
            "length": desk.stop - desk.row,
        }
        desk.call(order_spikes(), own, known)
    if part.remembered:
        known["tick"] = desk.tick_of(desk.row)
        desk.call(remember(), own, known)


def _step(
    desk: NetworkDesk,
    part: Part,
    own: Row[int],
    advances: Mapping[str, Function],
    known: dict[str, Operand],
) -> None:
    """A thread's own neurons of one population through the slice."""
    if isinstance(part, Given):
        with desk.b.when(desk.thread.equals(0)):
            desk.call(replay(), own, known)
    elif isinstance(part, Random):
        from rheobase.compiler.kernels.poisson import emit_poisson
        from rheobase.compiler.kernels.sparse_poisson import emit_sparse

        emit = emit_sparse if part.sparse else emit_poisson
        desk.call(emit(part.each), own, known)
    else:
        if part.plan.record:
            blocks = own.array("record_blocks", "i64")
            known["record_block"] = desk.b.let("record_block", blocks[desk.thread])
        desk.call(advances[part.advance], own, known)
