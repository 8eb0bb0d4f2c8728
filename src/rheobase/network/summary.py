"""Tables of a network: its populations, its projections, and its gap junctions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.model.distributions import Distribution
from rheobase.model.model import Model
from rheobase.network.feasible import expected_synapses, shared
from rheobase.network.population import Population
from rheobase.network.projection import Projection
from rheobase.units.door import as_quantity
from rheobase.units.quantity import Quantity

if TYPE_CHECKING:
    from rheobase.network.description import NetworkDescription
    from rheobase.network.gap_junctions import GapJunction

POPULATION_COLUMNS = ("population", "neurons", "model", "releases", "inputs")
PROJECTION_COLUMNS = ("projection", "rule", "synapse", "weight", "delay", "synapses")
JUNCTION_COLUMNS = ("gap junction", "rule", "conductance", "rectification", "junctions")
_LONGEST = 36


class Summary(str):
    """Text that a notebook or the prompt shows as it is printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def summary(network: NetworkDescription) -> Summary:
    """Populations, projections and gap junctions, in the order in which they were made."""
    populations = list(network.populations.values())
    projections = list(network.projections.values())
    head = f"Network{f' {network.name!r}' if network.name else ''}: "
    head += f"{sum(p.n for p in populations):,} neurons, dt = {network.dt:g} ms, "
    head += f"seed {network.seed}"
    parts = [head]
    if populations:
        parts.append(
            table(POPULATION_COLUMNS, [population_row(p) for p in populations], right=(1,))
        )
    if projections:
        parts.append(_projections(projections))
    if network.gap_junctions:
        rows = [junction_row(g) for g in network.gap_junctions.values()]
        parts.append(table(JUNCTION_COLUMNS, rows, right=(4,)))
    return Summary("\n\n".join(parts))


def _projections(projections: Sequence[Projection]) -> str:
    """Their table; with what they learn by, where any of them does."""
    rows, head = [projection_row(p) for p in projections], [*PROJECTION_COLUMNS]
    if any(p.plasticity is not None for p in projections):
        head.append("plasticity")
        rows = [[*row, plasticity_text(p)] for row, p in zip(rows, projections, strict=True)]
    return table(head, rows, right=(5,))


def plasticity_text(projection: Projection) -> str:
    """The rule that a projection learns by, and whose spikes modulate it."""
    rule = projection.plasticity
    if rule is None:
        return "-"
    by = "" if projection.modulator is None else f", modulated by {projection.modulator.name}"
    return f"{_short(rule.name or '(own rule)')}{by}"


def population_row(population: Population) -> list[str]:
    """Name, size, model, what is released, and what drives it."""
    model = population.model
    inputs = ", ".join(
        f"{name}: {' + '.join(sorted(term.describe()['kind'] for term in stimulus.terms))}"
        for name, stimulus in population.inputs.items()
    )
    title = (model.name or "(own equations)") if isinstance(model, Model) else str(model)
    return [population.name, f"{population.n:,}", title, population.releases or "-", inputs or "-"]


def projection_row(projection: Projection) -> list[str]:
    """Name, rule, synapse, weight, delay, and the mean number of synapses."""
    pre, post = projection.pre, projection.post
    name = projection.name
    ends = f"{pre}->{post}"
    if ends not in name:
        name = f"{name} ({ends})"
    return [
        name,
        f"{_short(str(projection.rule))}{_allowed(projection)}",
        _synapse(projection),
        _value(projection.weight),
        _delay(projection),
        expected_text(projection),
    ]


def junction_row(junction: GapJunction) -> list[str]:
    """Name, rule, conductance, what is left of it one way, and the mean number of junctions."""
    name, ends = junction.name, f"{junction.pre}--{junction.post}"
    fixed = not junction.is_halved or junction.rule.kind == "all_to_all"
    fixed = fixed and junction.rule.kind not in ("bernoulli", "distance")
    left = junction.rectification
    return [
        name if ends in name else f"{name} ({ends})",
        _short(str(junction.rule)),
        _value(junction.conductance),
        "-" if left is None else f"{left:g} of it back",
        f"{'' if fixed else '~'}{junction.expected:,.0f}",
    ]


def expected_text(projection: Projection) -> str:
    """The mean number of synapses; with a tilde where the rule draws it."""
    rule = projection.rule
    count = expected_synapses(rule, projection.pre, projection.post)
    fixed = rule.kind not in ("bernoulli", "distance")
    return f"{count:,.0f}" if fixed else f"~{count:,.0f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Columns under their heads, set to the left but for those in `right`."""
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    lines = []
    for row in [head, ["-" * width for width in widths], *rows]:
        cells = [
            cell.rjust(width) if k in right else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _allowed(projection: Projection) -> str:
    """What the rule says of autapses and multapses, where there can be any."""
    rule, words = projection.rule, []
    if shared(projection.pre, projection.post):
        words.append("autapses" if rule.autapses else "no autapses")
    if hasattr(rule, "multapses"):
        words.append("multapses" if rule.multapses else "no multapses")
    return f", {', '.join(words)}" if words else ""


def _synapse(projection: Projection) -> str:
    synapse = projection.synapse
    if projection.is_graded:
        return f"{synapse.of} into {synapse.into}"
    if synapse.model is None:
        return f"{synapse.name} on {synapse.state}"
    target = projection.composite
    times = [
        _number(target.from_internal(target.parameters[f"{key}_{synapse.name}"],
                                     f"{key}_{synapse.name}"))
        for key in synapse.model.parameters
        if key not in ("E", "scale") and f"{key}_{synapse.name}" in target.parameters
    ]  # fmt: skip
    if synapse.pulse is not None:
        times = [f"{synapse.pulse.duration:g} ms of transmitter"]
    if synapse.reversal is not None:
        times.append(f"to {_number(as_shown(projection, synapse.reversal))}")
    scaled = f" on {', '.join(synapse.scales)}" if synapse.is_modulator else ""
    return (f"{synapse.name}({', '.join(times)})" if times else synapse.name) + scaled


def as_shown(projection: Projection, reversal: float) -> Any:
    """A reversal potential with its unit, where the synapse has units."""
    model = projection.synapse.model
    if model is None or model.is_plain or "v" not in model.inputs:
        return reversal
    from rheobase.units.dimension import VOLTAGE

    return as_quantity(reversal, VOLTAGE)


def _delay(projection: Projection) -> str:
    """The whole delay, and the part of it before the synapse where one is given."""
    parts = projection.delay_parts
    listed = [] if parts is None or parts.make_the_whole else [_value(projection.delay)]
    return ", ".join([*listed, *delay_texts(projection)]) or _value(projection.delay)


def delay_texts(projection: Projection) -> list[str]:
    """What is said of the parts of the delays before the synapse and behind it."""
    parts = projection.delay_parts
    if parts is None:
        return []
    if parts.fraction is not None:
        return [f"{100 * parts.fraction:.3g} % axonal"]
    return [f"{_value(given)} {name}" for name, given in parts.written.items()]


def _value(given: Any) -> str:
    if isinstance(given, Distribution):
        return _short(str(given))
    if isinstance(given, str):
        return _short(given)
    return _number(given)


def _number(value: Any) -> str:
    if isinstance(value, Quantity) and np.ndim(value.magnitude) == 0:
        return f"{float(value.magnitude):.4g} {value.unit.name}".rstrip()
    array = np.asarray(value)
    if array.ndim:
        low, high = float(array.min()), float(array.max())
        unit = f" {value.unit.name}" if isinstance(value, Quantity) else ""
        ends = dict.fromkeys((f"{low:.4g}", f"{high:.4g}"))
        return f"{' to '.join(ends)}{unit}"
    try:
        return f"{float(value):.4g}"
    except (TypeError, ValueError):
        return str(value)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
