"""The `figures` of an experiment file: names of pictures, or tables that say more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rheobase.errors import RheobaseError, closest
from rheobase.lab.table import Table
from rheobase.model import Model
from rheobase.units.dimension import TIME

# Pictures of a recording, as the file and as `Recording.plot` name them.
OF_RECORDING = {
    "traces": "traces",
    "gates": "gates",
    "raster": "raster",
    "rate": "rate",
    "intervals": "intervals",
    "action_potential": "action potential",
}
# Pictures for which the model is run anew, with the keys that each takes.
OF_MODEL: dict[str, tuple[str, ...]] = {
    "f_i_curve": ("from", "to", "points", "duration"),
    "phase_plane": ("I",),
}
# One picture of several neurons, one above the other: those that name the same group.
COMPARISON = "comparison"
_KEYS = OF_MODEL | {COMPARISON: ("group",)}
KINDS = (*OF_RECORDING, *OF_MODEL, COMPARISON)


@dataclass(frozen=True)
class FigureRequest:
    """A picture that is asked for.

    Attributes:
        kind: which.
        options: what the file says of it.
        needs: names that must be recorded for it.
    """

    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


def read_figures(owner: Table, model: Model) -> tuple[FigureRequest, ...]:
    """The pictures of one neuron; by default its traces.

    Raises:
        ExperimentError: for a picture that does not exist or does not suit the model.
    """
    listed = owner.values.get("figures", ["traces"])
    if not isinstance(listed, list):
        raise owner.error("figures", "figures is not a list.", 'for example figures = ["traces"]')
    return tuple(_read(entry, owner, number, model) for number, entry in enumerate(listed))


def _read(entry: Any, owner: Table, number: int, model: Model) -> FigureRequest:
    values = {"kind": entry} if isinstance(entry, str) else entry
    path = (*owner.path, "figures", number)
    kind = Table(values, owner.source, path).text("kind", "traces")
    if kind not in KINDS:
        raise owner.source.error(
            path,
            f"There is no figure {kind!r}.",
            f"{closest(kind, list(KINDS))}the figures are {', '.join(KINDS)}",
        )
    table = Table(values, owner.source, path, ("kind", *_KEYS.get(kind, ())))
    if kind == "gates":
        gates = tuple(s for s in model.states if s != "v" and model.dimension_of(s).is_none)
        if not gates:
            raise table.error(
                None, f"{model.title} has no gating variables.", 'for example figures = ["traces"]'
            )
        return FigureRequest(kind, needs=gates)
    if kind == COMPARISON:
        if "v" not in model.states:
            raise table.error(None, f"{model.title} has no v to compare.", "leave this picture out")
        group = table.text("group", "measured current", "")
        needs = ("v", "I") if "I" in model.inputs else ("v",)
        return FigureRequest(kind, {"group": group}, needs)
    if kind == "action_potential" and "v" in model.states:
        return FigureRequest(kind, needs=("v",))
    return FigureRequest(kind, _options(kind, table, model))


def _options(kind: str, table: Table, model: Model) -> dict[str, Any]:
    """Currents in the unit of the model's input, and the rest."""
    if kind not in OF_MODEL:
        return {}
    if "I" not in model.inputs:
        raise table.error(None, f"{model.title} has no input I.", "leave this picture out")
    options: dict[str, Any] = {}
    for key in ("from", "to", "I"):
        if key in table:
            options[key] = table.any_quantity(key)
            try:
                model.to_internal(options[key], "I")
            except RheobaseError as error:
                raise table.wrap(key, error) from None
        elif key == "to" and kind == "f_i_curve":
            raise table.error(
                None,
                "An f-I curve needs the largest current.",
                '{ kind = "f_i_curve", from = "0 pA", to = "800 pA" }',
            )
    if kind == "phase_plane" and len(model.states) < 2:
        raise table.error(
            None, f"{model.title} has one state, and a plane needs two.", "leave this picture out"
        )
    if kind == "f_i_curve":
        if "duration" in table:
            options["duration"] = table.quantity("duration", TIME, "1 s")
        options["points"] = table.whole("points", 101, 101, at_least=2, at_most=10**5)
    return options
