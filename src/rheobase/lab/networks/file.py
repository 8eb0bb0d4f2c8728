"""A network file: TOML that a newcomer can read, checked whole before anything runs."""

from __future__ import annotations

from typing import Any

from rheobase.engine.checks import steps_in
from rheobase.engine.network import Network
from rheobase.errors import RheobaseError
from rheobase.lab.driving import Stimuli
from rheobase.lab.limits import refuse_endless
from rheobase.lab.networks.blame import Places
from rheobase.lab.networks.figures import Picture, read_pictures
from rheobase.lab.networks.gap_junction import KEYS as JUNCTION_KEYS
from rheobase.lab.networks.gap_junction import read_gap_junction
from rheobase.lab.networks.population import KEYS as POPULATION_KEYS
from rheobase.lab.networks.population import read_population, with_likeness
from rheobase.lab.networks.projection import KEYS as PROJECTION_KEYS
from rheobase.lab.networks.projection import read_projection
from rheobase.lab.networks.record import read_record
from rheobase.lab.networks.rehearsal import rehearse
from rheobase.lab.source import Source
from rheobase.lab.table import Table
from rheobase.records import Record
from rheobase.units.dimension import TIME

KEYS = ("network", "stimulus", "population", "projection", "gap_junction", "record")
_NETWORK_KEYS = ("title", "seed", "dt", "duration", "threads", "figures")
_MOST = {"population": 1000, "projection": 10_000, "gap_junction": 10_000}


class NetworkFile(Record, identity=True):
    """What a network file asks for, all of it checked.

    Attributes:
        title: what it calls itself.
        source: the file as it was read.
        network: described whole, and not yet run.
        duration: how long it runs.
        pictures: what is drawn of it.
        places: where its parts stand in the file.
    """

    title: str
    source: Source
    network: Network
    duration: Any
    pictures: tuple[Picture, ...]
    places: Places


def read_network(source: Source, seed: int | None = None) -> NetworkFile:
    """Check a network file and describe its network.

    Args:
        source: the file as it was read.
        seed: replaces the file's own.

    Raises:
        ExperimentError: at the first thing that is wrong: its file, line, table and key, and the
            mend.
    """
    Table(source.values, source, (), KEYS)
    top = Table(source.values.get("network", {}), source, ("network",), _NETWORK_KEYS)
    title = top.text("title", "A balanced network", source.path.stem)
    chosen = top.whole("seed", 1, 0, at_most=2**64 - 1) if seed is None else seed
    threads = top.whole("threads", 2, None, at_least=1, at_most=1024)
    dt = top.quantity("dt", TIME, "0.1 ms", None)
    try:
        network = Network(chosen, dt, threads, title)
    except RheobaseError as error:
        raise top.wrap("seed" if "seed" in error.message else "dt", error) from None
    duration = top.quantity("duration", TIME, "1 s")
    try:
        steps = steps_in(duration, network.dt)
    except RheobaseError as error:
        raise top.wrap("duration", error) from None
    refuse_endless(top, steps)
    places = Places(source, {}, {}, {})
    stimuli = Stimuli.read(source)
    for table in _tables(source, "population", POPULATION_KEYS):
        own = with_likeness(table, places.populations)
        places.populations[read_population(own, network, stimuli).name] = own
    if not places.populations:
        mend = 'add [[population]] and below it model = "LIF" and n = 100'
        raise source.error(("population",), "There is no population in this network.", mend)
    for table in _tables(source, "projection", PROJECTION_KEYS):
        for projection in read_projection(table, network):
            places.projections[projection.name] = table
    for table in _tables(source, "gap_junction", JUNCTION_KEYS):
        places.gap_junctions[read_gap_junction(table, network).name] = table
    record = read_record(source, network)
    pictures = read_pictures(top, network, duration)
    rehearse(network, steps, places, top, record)
    return NetworkFile(title, source, network, duration, pictures, places)


def _tables(source: Source, key: str, keys: tuple[str, ...]) -> list[Table]:
    """The `[[key]]` tables."""
    entries = source.values.get(key, [])
    listed = entries if isinstance(entries, list) else [entries]
    if len(listed) > _MOST[key]:
        raise source.error(
            (key,), f"There are {len(listed)} of [[{key}]]; at most {_MOST[key]} are read.",
            "use n = ... for many neurons of one kind",
        )  # fmt: skip
    if not isinstance(entries, list):
        return [Table(entries, source, (key,), keys)]
    return [Table(entry, source, (key, k), keys) for k, entry in enumerate(listed)]
