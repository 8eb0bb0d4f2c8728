"""Runs what an experiment file asks for, into a folder that appears whole or not at all."""

from __future__ import annotations

import time
from pathlib import Path

from rheobase.errors import RheobaseError
from rheobase.lab.experiment import Experiment
from rheobase.lab.figure_list import COMPARISON, OF_RECORDING, FigureRequest
from rheobase.lab.neuron import Neuron
from rheobase.lab.publication import Result, Say, publish, require_matplotlib
from rheobase.lab.summary import Row, resting_potential, summary_table
from rheobase.recording import Recording


def run_experiment(
    experiment: Experiment, target: Path, *, figures: bool = True, progress: bool = True, say: Say
) -> Result[Row]:
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
    if figures and any(neuron.figures for neuron in experiment.neurons):
        require_matplotlib()

    def work(folder: Path, result: Result[Row]) -> None:
        recordings: list[tuple[Neuron, Recording]] = []
        _run_neurons(experiment, folder, recordings, result, progress, say)
        if figures and result.stopped_by is None:
            _draw_all(experiment, recordings, folder)

    result = publish(experiment.source, experiment.title, experiment.seed, target, work)
    result.table = summary_table(result.rows)
    return result


def _run_neurons(
    experiment: Experiment,
    folder: Path,
    recordings: list[tuple[Neuron, Recording]],
    result: Result[Row],
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
        say(f"{neuron.name}: {recording.spikes.total} spikes in {recording.duration:.12g}")
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
