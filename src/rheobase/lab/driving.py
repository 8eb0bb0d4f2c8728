"""Which stimulus drives which input of a model: the `stimulus` of a neuron or of a population."""

from __future__ import annotations

from dataclasses import dataclass

from rheobase.errors import class_only
from rheobase.lab.source import Source
from rheobase.lab.stimulus_table import Driven, read_named, read_stimulus
from rheobase.lab.table import Table
from rheobase.model import Model
from rheobase.network.stimuli import Stimulus


@dataclass(frozen=True)
class Stimuli:
    """The `[[stimulus]]` tables of a file.

    Attributes:
        named: those with a name.
        shared: those without: they are for all who have no stimulus of their own.
    """

    named: dict[str, Driven]
    shared: list[Driven]

    @class_only("stimuli = Stimuli.read(source)")
    @classmethod
    def read(cls, source: Source) -> Stimuli:
        """Read and check them.

        Raises:
            ExperimentError: at the first thing that is wrong.
        """
        return cls(*read_named(source))


def driven_inputs(table: Table, model: Model, stimuli: Stimuli) -> dict[str, Stimulus]:
    """The stimulus of each input that the file drives, its parts added up.

    Args:
        table: the neuron or population, which may have a `stimulus`.
        model: its model.
        stimuli: those of the file.

    Returns:
        Stimuli by input; none where the current that came with a preset is asked for.

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    if "stimulus" in table:
        place = (*table.path, "stimulus")
        parts = read_stimulus(table.values["stimulus"], table.source, place, stimuli.named)
    else:
        parts = stimuli.shared or None
    if parts is None:
        if "stimulus" in table and not model.drive:
            raise table.error(
                "stimulus",
                f"{model.title} has no current of its own: only presets do.",
                "choose a preset, or give a stimulus",
            )
        return {}
    found: dict[str, Stimulus] = {}
    for part in parts:
        into = part.into or _only_input(model)
        if into not in model.inputs:
            raise table.error(
                "stimulus",
                f"{model.title} has no input {into!r}.",
                f"its inputs are {', '.join(model.inputs) or 'none'}",
            )
        found[into] = found[into] + part.stimulus if into in found else part.stimulus
    return found


def _only_input(model: Model) -> str:
    if "I" in model.inputs or len(model.inputs) != 1:
        return "I"
    return model.inputs[0]
