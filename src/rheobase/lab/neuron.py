"""One `[[neuron]]` of an experiment: all it takes to run it, checked before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from rheobase.compiler.schemes import METHODS, build_step
from rheobase.engine.checks import (
    check_refractory,
    population_size,
    record_names,
    steps_of,
    time_step,
)
from rheobase.engine.drive import make_drive, read_inputs
from rheobase.engine.run import refuse_impossible, rows_of
from rheobase.errors import ExperimentError, RheobaseError
from rheobase.lab.driving import Stimuli, driven_inputs
from rheobase.lab.figure_list import FigureRequest, read_figures
from rheobase.lab.limits import MOST_NEURONS, refuse_endless
from rheobase.lab.neuron_model import RATE_KEYS, TYPED_KEYS, read_model
from rheobase.lab.source import KeyPath, Source
from rheobase.lab.table import Table
from rheobase.model import Model
from rheobase.units.dimension import TIME

# What a neuron may say for itself and otherwise takes from the top of the file.
SHARED_KEYS = ("duration", "dt", "method", "record", "record_every", "spike_times", "figures")
_OWN_KEYS = ("name", "model", "preset", "equations", "parameters", "n", "stimulus")
KEYS = (*_OWN_KEYS, *RATE_KEYS, *TYPED_KEYS, *SHARED_KEYS)


@dataclass(frozen=True)
class Neuron:
    """What to run, and what to make of it.

    Attributes:
        name: what it is called in the summary.
        slug: what its files are called.
        model: the model, with its parameters.
        settings: the other arguments of `rb.simulate`.
        inputs: a stimulus for each input that the file drives.
        figures: pictures of it.
        asked: what the file wants recorded; pictures may need more.
        duration: how long it runs.
    """

    name: str
    slug: str
    model: Model
    settings: dict[str, Any]
    inputs: dict[str, Any]
    figures: tuple[FigureRequest, ...]
    asked: list[str]
    duration: Any


@dataclass(frozen=True)
class Defaults:
    """What stands at the top of the file for all neurons."""

    table: Table
    stimuli: Stimuli
    seed: int


def read_neuron(values: Any, source: Source, path: KeyPath, defaults: Defaults) -> Neuron:
    """Read and check one `[[neuron]]` table.

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    table = Table(values, source, path, KEYS)
    model = read_model(table)
    number = int(path[-1]) + 1 if path else 1
    name = table.text("name", "my neuron", None) or model.name or f"neuron {number}"
    if not name.isprintable() or len(name) > 60:
        raise table.error("name", "This name is too long, or cannot be printed.", 'name it "AdEx"')
    model = model if model.name else model.named(name)
    settings = _settings(table, defaults)
    duration = _owner(table, defaults, "duration").quantity("duration", TIME, "500 ms")
    inputs = driven_inputs(table, model, defaults.stimuli)
    figures = read_figures(_owner(table, defaults, "figures"), model)
    asked = _asked(table, defaults, model)
    needed = [name for figure in figures for name in figure.needs]
    settings["record"] = list(dict.fromkeys([*asked, *needed]))
    neuron = Neuron(name, _slug(name), model, settings, inputs, figures, asked, duration)
    _rehearse(neuron, table, defaults)
    return neuron


def _owner(table: Table, defaults: Defaults, key: str) -> Table:
    """The table that says a shared key: the neuron's, or the top of the file."""
    return table if key in table else defaults.table


def _settings(table: Table, defaults: Defaults) -> dict[str, Any]:
    def of(key: str) -> Table:
        return _owner(table, defaults, key)

    return {
        "n": table.whole("n", 10, None, at_least=1, at_most=MOST_NEURONS),
        "dt": of("dt").quantity("dt", TIME, "0.1 ms", None),
        "method": of("method").choice("method", METHODS, None),
        "record_every": of("record_every").whole("record_every", 10, 1, at_least=1),
        "spike_times": of("spike_times").choice("spike_times", ("grid", "interpolated"), None),
        "seed": defaults.seed,
    }


def _asked(table: Table, defaults: Defaults, model: Model) -> list[str]:
    """What to record: by default v, or what a model without v has in its place."""
    default = ["v"] if "v" in model.states else [*(model.outputs or model.states)]
    return list(_owner(table, defaults, "record").words("record", "v", default))


def _rehearse(neuron: Neuron, table: Table, defaults: Defaults) -> None:
    """Go through what `rb.simulate` will check, so that each fault has its place in the file."""
    model, settings = neuron.model, neuron.settings

    def checked(key: str, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except ExperimentError:
            raise
        except RheobaseError as error:
            owner = table if key in table or key not in SHARED_KEYS else defaults.table
            raise owner.wrap(key if key in owner else None, error) from None

    step = checked("method", lambda: build_step(model, settings["method"]))
    dt = checked("dt", lambda: time_step(model, step, settings["dt"]))
    steps = checked("duration", lambda: steps_of(model, neuron.duration, dt))
    refuse_endless(_owner(table, defaults, "duration"), steps)
    stimuli = checked("stimulus", lambda: read_inputs(model, neuron.inputs))
    n = checked("n", lambda: population_size(model, settings["n"], stimuli, {}))
    for name, stimulus in stimuli.items():
        drive = checked("stimulus", partial(make_drive, model, name, stimulus, n))
        # A measured waveform that is too short shows in the last step.
        checked("stimulus", partial(drive.slice, steps - 1, 1, dt, n))
    names = checked("record", lambda: record_names(model, settings["record"]))
    samples = rows_of(steps, settings["record_every"]) * n
    checked("duration", lambda: refuse_impossible(n, len(model.states), samples, len(names)))
    # The step of a neuron that spikes is divided, so that its refractory period may end anywhere.
    fine = step.method == "exact" and model.reset and settings["spike_times"] != "grid"
    on_grid = not (step.localises or fine)
    checked("dt", lambda: check_refractory(model, step, dt, on_grid))


def _slug(name: str) -> str:
    """A name that every file system takes."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
    return "-".join(part for part in kept.split("-") if part) or "neuron"
