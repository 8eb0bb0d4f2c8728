"""What a network asks for when it runs, asked before, so that each fault has its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rheobase.compiler.schemes import build_step
from rheobase.engine.checks import check_refractory
from rheobase.engine.circuit.sizes import refuse_impossible
from rheobase.engine.drive import make_drive
from rheobase.errors import ExperimentError, RheobaseError
from rheobase.lab.networks.blame import Places, blame
from rheobase.lab.table import Table
from rheobase.model import Model
from rheobase.model.composition import joined
from rheobase.network.adding import first_values
from rheobase.network.description import NetworkDescription
from rheobase.network.population import Population
from rheobase.network.watching import check_watches


def rehearse(
    network: NetworkDescription, steps: int, places: Places, top: Table, record: Table
) -> None:
    """Go through what a run will check, short of drawing and compiling.

    Args:
        network: described whole.
        steps: how many steps it will run.
        places: where its parts stand in the file.
        top: the table `[network]`, which has dt.
        record: the table `[record]`.

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    for name, table in places.populations.items():
        population = network.populations[name]
        if isinstance(population.model, Model):
            _rehearse(network, population, population.model, steps, (table, top, record))
    try:
        refuse_impossible(network)
    except RheobaseError as error:
        raise places.wrap(error) from None


def _rehearse(
    network: NetworkDescription,
    population: Population,
    model: Model,
    steps: int,
    tables: tuple[Table, Table, Table],
) -> None:
    """One population, joined with all its receptors."""
    table, top, record = tables
    composite = joined(model, population.ports)
    with _placed(table, "method"):
        step = build_step(composite, population.method)
    with _placed(top, "dt"):
        check_refractory(composite, step, network.dt, not step.localises, networked=True)
    with _placed(table, "initial"):
        first_values(population, composite)
    with _placed(record, population.name):
        check_watches(population, network.watched(population), composite)
    with _placed(table, "stimulus"):
        for name, stimulus in population.inputs.items():
            drive = make_drive(composite, name, stimulus, population.n)
            # A measured waveform that is too short shows in the last step.
            drive.slice(steps - 1, 1, network.dt, population.n)


@contextmanager
def _placed(table: Table, key: str) -> Iterator[None]:
    """Errors within are placed at a key, or at what of it they name."""
    try:
        yield
    except ExperimentError:
        raise
    except RheobaseError as error:
        raise blame(table, error, {key: ""}) from None
