"""The `figures` of a network file: names of pictures, or tables that say more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rheobase.analysis.pictures import weights, write
from rheobase.errors import RheobaseError, closest
from rheobase.lab.networks.ends import find
from rheobase.lab.networks.learned import learning
from rheobase.lab.table import Table
from rheobase.network.description import NetworkDescription
from rheobase.network.watching import RATE, SPIKES
from rheobase.recording import NetworkRecording, SynapseTable
from rheobase.records import Record
from rheobase.units.dimension import TIME

# The pictures of a recording with the keys that each takes beside the common ones; the diagram is
# of the network itself.
_DIAGRAM, _TRACES, _WEIGHTS = "diagram", "traces", "weights"
_OF_RATES = ("rate", "spectrum")
_COMMON = ("kind", "populations", "window")
_KEYS: dict[str, tuple[str, ...]] = {
    "raster": (*_COMMON, "bin"),
    "rate": (*_COMMON, "bin"),
    _TRACES: (*_COMMON, "variable"),
    "spectrum": (*_COMMON, "bin"),
    "irregularity": _COMMON,
    _DIAGRAM: ("kind",),
    _WEIGHTS: ("kind", "projections"),
}
_MOST_PANELS = 24


class Picture(Record, identity=True):
    """A picture that is asked for.

    Attributes:
        kind: which.
        name: of its file.
        options: what `NetworkRecording.plot` is told of it.
        table: its place in the file.
    """

    kind: str
    name: str
    options: dict[str, Any]
    table: Table


def read_pictures(owner: Table, network: NetworkDescription, duration: Any) -> tuple[Picture, ...]:
    """The pictures of a network; by default its raster, and the weights that it learns.

    Args:
        owner: the table that has `figures`.
        network: described whole.
        duration: how long it runs.

    Raises:
        ExperimentError: for a picture that does not exist or does not suit the network.
    """
    usual = ["raster", *([_WEIGHTS] if learning(network) else [])]
    entries = owner.list("figures", '["raster"]', usual)
    found: list[Picture] = []
    for number, entry in enumerate(entries):
        values = {"kind": entry} if isinstance(entry, str) else entry
        table = Table(values, owner.source, (*owner.path, "figures", number))
        kind = table.choice("kind", tuple(_KEYS))
        table = Table(values, owner.source, table.path, _KEYS[kind])
        before = sum(picture.kind == kind for picture in found)
        name = f"{kind}-{before + 1}.png" if before else f"{kind}.png"
        options: dict[str, Any] = {}
        if kind == _WEIGHTS:
            options["projections"] = _projections(table, network)
        elif kind != _DIAGRAM:
            options = _options(table, kind, network, duration)
        found.append(Picture(kind, name, options, table))
    return tuple(found)


def _options(table: Table, kind: str, network: NetworkDescription, duration: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"names": _names(table, kind, network)}
    if "window" in table:
        options["window"] = _window(table, duration)
    if "bin" in table:
        options["bin"] = table.quantity("bin", TIME, "2 ms")
        if not 0 < options["bin"] <= duration:
            raise table.error("bin", f"bin is {options['bin']}.", "choose one inside the run")
    if "variable" in table:
        options["variable"] = table.text("variable", "v")
    return options


def _names(table: Table, kind: str, network: NetworkDescription) -> list[str]:
    """The populations of a picture: those the file names, or all that have something for it."""
    variable = table.text("variable", "v", None)
    if "populations" not in table:
        shown = [name for name in network.populations if _has(network, name, kind, variable)]
        if shown:
            return shown
    names: list[str] = table.words("populations", "exc", [])
    for name in names:
        find(name, table.source, (*table.path, "populations"), network)
        if not _has(network, name, kind, variable):
            raise table.error(
                "populations",
                f"Of {name!r} nothing is recorded for the picture {kind!r}.",
                "record it, or leave it out here",
            )
    if not names:
        raise table.error(
            None,
            f"Nothing is recorded for the picture {kind!r}.",
            f'record it, as in [record] and below it exc = "{variable or "v"}", '
            "or leave this picture out",
        )
    return names


def _projections(table: Table, network: NetworkDescription) -> list[str]:
    """The projections of a picture of weights: those the file names, or all that learn."""
    there = learning(network)
    names: list[str] = table.words("projections", "exc->inh", there)
    for name in names:
        if name not in there:
            raise table.error(
                "projections",
                f"There is no projection {name!r} whose weights change.",
                f"{closest(name, there)}there are {', '.join(there) or 'none'}",
            )
    if not 0 < len(names) <= _MOST_PANELS:
        raise table.error(
            None,
            f"Of {len(names)} projections the weights are to be drawn.",
            f'name up to {_MOST_PANELS} that learn: projections = ["exc->inh"]'
            if there
            else "leave this picture out, or let a projection learn by its plasticity",
        )
    return names


def _has(network: NetworkDescription, name: str, kind: str, variable: str | None) -> bool:
    """Whether a population has something for a picture."""
    watched = network.watched(name)
    if kind == _TRACES:
        traces = watched.keys() - {SPIKES, RATE}
        return bool(traces) if variable is None else variable in traces
    return SPIKES in watched or (kind in _OF_RATES and RATE in watched)


def _window(table: Table, duration: Any) -> tuple[Any, Any]:
    ends = table.list("window", '["100 ms", "300 ms"]')
    window: Any = table.any_quantity("window") if len(ends) == 2 else None
    if getattr(window, "dimension", None) != TIME:
        raise table.error("window", "window is not two times.", 'for example ["100 ms", "300 ms"]')
    begin, end = window
    if not 0 <= begin < end <= duration:
        raise table.error(
            "window",
            f"There is no window from {begin:.12g} to {end:.12g} in a run of {duration:.12g}.",
            "choose a window inside the run, its end after its start",
        )
    return begin, end


def draw(
    picture: Picture,
    network: NetworkDescription,
    recording: NetworkRecording,
    tables: Mapping[str, SynapseTable],
    folder: Path,
) -> None:
    """Draw a picture into a folder.

    Args:
        picture: what is asked for.
        network: that has run.
        recording: of its run.
        tables: the synapses of the projections that learn.
        folder: where the file goes.

    Raises:
        ExperimentError: when it cannot be drawn.
    """
    try:
        if picture.kind == _DIAGRAM:
            network.plot(folder / picture.name)
        elif picture.kind == _WEIGHTS:
            names = picture.options["projections"]
            write(weights({name: tables[name]["w"] for name in names}), folder / picture.name)
        else:
            recording.plot(picture.kind, path=folder / picture.name, **picture.options)
    except RheobaseError as error:
        raise picture.table.wrap(None, error) from None
