"""The way back from a target to its synapses, which its own spikes change."""

from __future__ import annotations

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Cast, Function, Value, select
from rheobase.compiler.kernels.exchange import NARROW, unsigned


@written_once
def turn_columns(targets: str) -> Function:
    """Sort synapses by target: `places` and `units` of column q begin at `columns[q]`.

    `columns` comes with the number of synapses of each column, after a leading zero; row e of
    `rows` belongs to the unit `row_unit[e]` of the sources and to the delay `row_delay[e]` of the
    `delays` that a target has.
    """
    b = Builder(f"turn_columns_{targets}", inline=False)
    rows, reached = b.array("rows", "i64"), b.array("targets", targets)
    row_unit, row_delay = b.array("row_unit", "i32"), b.array("row_delay", "i32")
    columns, pens = b.array("columns", "i64"), b.array("pens", "i64")
    places, units = b.array("places", "i32"), b.array("units", "i32")
    count, delays = b.scalar("count", "i64"), b.scalar("delays", "i64")
    length = b.scalar("length", "i64")

    def column(k: Value, e: Value) -> Value:
        target: Value = Cast(reached[k], "i64")
        if targets == NARROW:
            target = unsigned(reached[k], 16)
        return b.let("column", target * delays + Cast(row_delay[e], "i64"))

    with b.loop("e", 0, count) as e, b.loop("k", rows[e], rows[e + 1]) as k:
        q = column(k, e)
        b.store(columns, q + 1, columns[q + 1] + 1)
    with b.loop("q", 0, length) as q:
        b.store(columns, q + 1, columns[q + 1] + columns[q])
        b.store(pens, q, columns[q])
    with b.loop("e", 0, count) as e, b.loop("k", rows[e], rows[e + 1]) as k:
        q = column(k, e)
        pen = b.let("pen", pens[q])
        b.store(places, pen, Cast(k, "i32"))
        b.store(units, pen, row_unit[e])
        b.store(pens, q, pen + 1)
    return b.function()


def ahead(pen: Value, last: Value, distance: int) -> Value:
    """A place some entries ahead, or the last one."""
    return select(pen + distance < last, pen + distance, last - 1)
