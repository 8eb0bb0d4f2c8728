"""The `source` of a population that only sends spikes: a Poisson process, or given times."""

from __future__ import annotations

from typing import Any

from rheobase.errors import RheobaseError
from rheobase.lab.driving import Stimuli
from rheobase.lab.stimulus_table import read_stimulus
from rheobase.lab.table import Table
from rheobase.network.sources import Poisson, SpikeTimes

_KEYS = {"poisson": ("rate",), "spike_times": ("times", "neurons", "file")}


def read_source(owner: Table, stimuli: Stimuli) -> Poisson | SpikeTimes:
    """The source of a population table.

    Such as::

        source = { kind = "poisson", rate = "8 Hz" }
        source = { kind = "poisson", rate = { kind = "sine", amplitude = "5 Hz", ... } }
        source = { kind = "spike_times", times = ["1 ms", "4 ms"], neurons = [0, 2] }
        source = { kind = "spike_times", file = "spikes.csv" }

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    kind = owner.sub("source").choice("kind", tuple(_KEYS))
    table = owner.sub("source", ("kind", *_KEYS[kind]))
    key = "rate" if kind == "poisson" else "file" if "file" in table else "times"
    try:
        if kind == "poisson":
            return Poisson(_rate(table, stimuli))
        return _given(table)
    except RheobaseError as error:
        if error.where.startswith(f"  in {table.source.path}"):
            raise
        raise table.wrap(key if key in table else None, error) from None


def _rate(table: Table, stimuli: Stimuli) -> Any:
    """A rate or one a neuron, or a stimulus in Hz."""
    if "rate" not in table:
        raise table.error(None, "'rate' is missing here.", 'add rate = "8 Hz"')
    value = table.values["rate"]
    parts = value if isinstance(value, list) else [value]
    is_course = any(
        isinstance(p, dict) or (isinstance(p, str) and p in stimuli.named) for p in parts
    )
    if not is_course:
        return table.any_quantity("rate")
    driven = read_stimulus(value, table.source, (*table.path, "rate"), stimuli.named)
    if not driven:
        raise table.error("rate", "There is no rate here.", 'for example rate = "8 Hz"')
    total = driven[0].stimulus
    for part in driven[1:]:
        total = total + part.stimulus
    return total


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _given(table: Table) -> SpikeTimes:
    if ("file" in table) == ("times" in table):
        raise table.error(
            None, "Spikes have either times or a file.", 'for example file = "spikes.csv"'
        )
    if "file" in table:
        if "neurons" in table:
            raise table.error("neurons", "A file names its own neurons.", "leave neurons out")
        return SpikeTimes(table.file("file", "spikes.csv"))
    times = table.list("times", '["1 ms", "4 ms"]')
    trains = any(map(_is_list, times))
    read: Any = [_times(table, t) for t in times] if trains else _times(table, times)
    neurons = table.list("neurons", "[0, 2]", None)
    return SpikeTimes(read, neurons)


def _times(table: Table, times: Any) -> Any:
    return [] if times == [] else table.read_value(times, "times")
