"""The experiment file: TOML that a newcomer can read, checked whole before anything runs."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from rheobase.errors import missing_extra
from rheobase.lab.driving import Stimuli
from rheobase.lab.neuron import SHARED_KEYS, Defaults, Neuron, read_neuron
from rheobase.lab.source import Source
from rheobase.lab.table import Table

KEYS = ("title", "seed", "save", *SHARED_KEYS, "stimulus", "neuron")
_FORMATS = {"npz": ".npz", "netcdf": ".nc"}
_MOST_NEURONS = 200


@dataclass(frozen=True)
class Experiment:
    """What a file asks for, all of it checked.

    Attributes:
        title: what it calls itself.
        source: the file as it was read; errors of a run find their place in it.
        seed: of the random numbers.
        neurons: what to run, in order.
        suffixes: of the files that recordings are written to.
    """

    title: str
    source: Source
    seed: int
    neurons: tuple[Neuron, ...]
    suffixes: tuple[str, ...]


def read_experiment(source: Source, seed: int | None = None) -> Experiment:
    """Check an experiment file.

    Args:
        source: the file as it was read.
        seed: replaces the file's own.

    Raises:
        ExperimentError: at the first thing that is wrong: its file, line, table and key, and the
        mend. MissingExtraError: for a format whose package is not installed.
    """
    table = Table(source.values, source, (), KEYS)
    title = table.text("title", "Four neurons", source.path.stem)
    chosen = table.whole("seed", 1, 0) if seed is None else seed
    suffixes = _suffixes(table)
    defaults = Defaults(table, Stimuli.read(source), chosen)
    entries = source.values.get("neuron", [])
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list) or not entries:
        raise table.error(
            "neuron" if "neuron" in table else None,
            "There is no neuron in this experiment.",
            'add [[neuron]] and below it model = "AdEx"',
        )
    if len(entries) > _MOST_NEURONS:
        raise table.error(
            "neuron",
            f"There are {len(entries)} neuron tables; at most {_MOST_NEURONS} are read.",
            "use n = ... for many neurons of one kind, or lists of parameters",
        )
    neurons = [
        read_neuron(entry, source, ("neuron", number), defaults)
        for number, entry in enumerate(entries)
    ]
    _refuse_same_names(source, neurons)
    return Experiment(title, source, chosen, tuple(neurons), suffixes)


def _suffixes(table: Table) -> tuple[str, ...]:
    formats = table.words("save", "npz", ["npz"])
    for name in formats:
        if name not in _FORMATS:
            raise table.error(
                "save", f"There is no format {name!r}.", f"the formats are {', '.join(_FORMATS)}"
            )
    if "netcdf" in formats:
        for package in ("xarray", "h5netcdf"):
            if importlib.util.find_spec(package) is None:
                raise table.wrap("save", missing_extra(package, "io", "Writing netCDF"))
    return tuple(_FORMATS[name] for name in dict.fromkeys(formats))


def _refuse_same_names(source: Source, neurons: list[Neuron]) -> None:
    seen: dict[str, str] = {}
    for number, neuron in enumerate(neurons):
        if neuron.slug in seen:
            raise source.error(
                ("neuron", number, "name"),
                f"{neuron.name!r} and {seen[neuron.slug]!r} would have files of one name.",
                'give each neuron a name of its own: name = "second"',
            )
        seen[neuron.slug] = neuron.name
