"""Runs what an experiment file asks for, into a folder that appears whole or not at all."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rheobase.errors import RheobaseError, missing_extra
from rheobase.lab.experiment import Experiment
from rheobase.lab.figure_list import COMPARISON, OF_RECORDING, FigureRequest
from rheobase.lab.neuron import Neuron
from rheobase.lab.output_folder import OutputFolder
from rheobase.lab.summary import Row, resting_potential
from rheobase.recording import Recording

Say = Callable[[str], None]


@dataclass
class Result:
    """What came of a run.

    Attributes:
        folder: where it is.
        rows: what the summary says of each neuron.
        files: names of what was written.
        stopped_by: the signal that cut it short (Ctrl-C is SIGINT); None for none.
    """

    folder: Path
    rows: list[Row] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    stopped_by: str | None = None


def run_experiment(
    experiment: Experiment, target: Path, *, figures: bool = True, progress: bool = True, say: Say
) -> Result:
    """Run every neuron of an experiment and publish the results.

    Args:
        experiment: what to run, already checked.
        target: the output folder.
        figures: whether to draw.
        progress: whether long runs say on stderr how far they are.
        say: takes a line for each neuron that is done.

    Raises:
        RheobaseError: when a run fails; nothing is left behind then.
    """
    wanted = figures and any(neuron.figures for neuron in experiment.neurons)
    if wanted and importlib.util.find_spec("matplotlib") is None:
        error = missing_extra("matplotlib", "plot", "Drawing figures")
        error.mend += ", or run with --no-figures"
        raise error
    with OutputFolder(target) as output:
        result = Result(output.target)
        recordings: list[tuple[Neuron, Recording]] = []
        try:
            _run_neurons(experiment, output.path, recordings, result, progress, say)
            if figures and result.stopped_by is None:
                _draw_all(experiment, recordings, output.path)
        except KeyboardInterrupt:
            # Pressed between two runs, or twice: what is written already is kept.
            if not recordings:
                raise
            result.stopped_by = "SIGINT"
        (output.path / "experiment.toml").write_text(experiment.source.text, encoding="utf-8")
        facts: dict[str, Any] = {
            "title": experiment.title,
            "experiment": experiment.path.name,
            "seed": experiment.seed,
            "interrupted": result.stopped_by is not None,
            "summary": [row.facts() for row in result.rows],
        }
        result.folder = output.publish(facts)
    result.files = sorted(p.name for p in result.folder.iterdir())
    return result


def _run_neurons(
    experiment: Experiment,
    folder: Path,
    recordings: list[tuple[Neuron, Recording]],
    result: Result,
    progress: bool,
    say: Say,
) -> None:
    from rheobase.engine.simulate import simulate

    for number, neuron in enumerate(experiment.neurons):
        begin = time.perf_counter()
        try:
            recording = simulate(
                neuron.model, neuron.duration, progress=progress, **neuron.settings, **neuron.inputs
            )
        except RheobaseError as error:
            raise experiment.source.wrap(("neuron", number), error) from None
        wall = time.perf_counter() - begin
        for suffix in experiment.suffixes:
            recording.save(folder / f"{neuron.slug}{suffix}")
        recordings.append((neuron, recording))
        row = Row(neuron.name, recording, resting_potential(neuron.model), wall)
        result.rows.append(row)
        say(f"{neuron.name}: {recording.spikes.total} spikes in {recording.duration:g}")
        if recording.provenance["interrupted"]:
            result.stopped_by = recording.provenance["stopped_by"]
            return


def _draw_all(
    experiment: Experiment, recordings: list[tuple[Neuron, Recording]], folder: Path
) -> None:
    from rheobase.lab.comparison import Member, draw_comparison

    groups: dict[str, list[Member]] = {}
    for number, (neuron, recording) in enumerate(recordings):
        for request in neuron.figures:
            if request.kind == COMPARISON:
                member = Member(neuron.name, recording, bool(neuron.model.reset))
                groups.setdefault(request.options["group"], []).append(member)
                continue
            try:
                _draw(request, neuron, recording, folder)
            except RheobaseError as error:
                raise experiment.source.wrap(("neuron", number), error) from None
    for group, members in groups.items():
        name = "-".join(["comparison", *group.lower().split()])
        draw_comparison(members, group or experiment.title, folder / f"{name}.png")


def _draw(request: FigureRequest, neuron: Neuron, recording: Recording, folder: Path) -> None:
    path = folder / f"{neuron.slug}-{request.kind.replace('_', '-')}.png"
    if request.kind in OF_RECORDING:
        names = neuron.asked if request.kind == "traces" else None
        recording.plot(OF_RECORDING[request.kind], names=names, path=path)
        return
    from rheobase.lab.model_figures import draw

    draw(request, neuron.model, path)
