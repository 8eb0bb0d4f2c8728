"""A network at two levels: the raster above; rates of its populations and of rate neurons below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.pictures.network_raster import network_raster
from rheobase.analysis.pictures.style import INK, legend
from rheobase.analysis.population import Spikes
from rheobase.analysis.times import Floats, in_milliseconds
from rheobase.units.dimension import RATE
from rheobase.units.door import as_quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LINES = 4  # more populations are drawn as one, as `network_raster` does


def network_levels(
    populations: Mapping[str, Spikes],
    times: Any,
    many: Mapping[str, Floats],
    one: Mapping[str, Floats],
) -> Figure:
    """Spikes of populations, their rates, and what rate neurons in their place say of these.

    Args:
        populations: the spikes of each, by name.
        times: of the rates, in the middle of their bins: a quantity, or plain numbers in ms.
        many: the rate of each population (Hz), shape (times,).
        one: that of its rate neuron, likewise.

    Returns:
        The Figure. Of more than four populations the rates of all neurons together are drawn.

    Raises:
        ParameterError: when there is no population.
        MissingExtraError: when matplotlib is not installed.
    """
    rates = {name: (times, as_quantity(1e-3 * values, RATE)) for name, values in many.items()}
    figure = network_raster(populations, rates)
    lower, drawn = figure.axes[-1], list(one.values())
    if len(drawn) > _LINES:
        sizes = np.array([populations[name].n for name in one], dtype=float)
        drawn = [np.average(drawn, axis=0, weights=sizes)]
    for k, values in enumerate(drawn):
        label = None if k else f"rate neuron{'s' if len(drawn) > 1 else ''}"
        lower.plot(in_milliseconds(times, "times"), values, color=INK, linewidth=1.5, label=label)
    highest = max(float(np.max(values, initial=0.0)) for values in drawn)
    lower.set_ylim(top=max(lower.get_ylim()[1], 1.05 * highest))
    legend(lower, loc="lower right", bbox_to_anchor=(1, 0.97), ncols=5, fontsize=9)
    return figure
