"""The f-I curve: firing rate, or another output, over a steady current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import axis_label, plain, unit_text
from rheobase.analysis.pictures.style import INK, PALE, colour, legend, panel
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def fi_curve(
    currents: Any,
    rates: Any,
    *,
    rheobase: Any = None,
    ax: Any = None,
    label: str = "firing rate (Hz)",
    shades: Sequence[str] = (),
) -> Figure:
    """Firing rate over current.

    Args:
        currents: shape (points,): a quantity of current or current density, or plain numbers.
        rates: shape (points,): a quantity, or plain numbers in Hz; or several such by name.
        rheobase: the smallest current that makes the neuron fire, marked where it is given.
        ax: axes to draw on; None makes a Figure.
        label: what the values are, with their unit, where they are no rates.
        shades: the colour of each curve; by default one after another.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is not one rate a current.
        MissingExtraError: when matplotlib is not installed.
    """
    across, unit = plain(currents)
    across = np.asarray(across, dtype=float)
    curves = dict(rates) if isinstance(rates, Mapping) else {"": rates}
    figure, ax = panel(ax, width=5.2, height=3.6)
    few, lowest = len(across) <= 40, 0.0
    for index, (name, values) in enumerate(curves.items()):
        heights = np.asarray(plain(values)[0], dtype=float)
        if heights.shape != across.shape:
            raise ParameterError(
                f"There are {across.size} currents and {heights.size} rates.",
                mend="give one rate a current",
            )
        lowest = min(lowest, float(np.min(heights, initial=0.0)))
        shade = shades[index] if shades else colour(index)
        ax.plot(
            across, heights, color=shade, linewidth=1.5, label=name or None,
            marker="o" if few else "", markersize=4, clip_on=False, zorder=3,
        )  # fmt: skip
    if lowest == 0:  # what has values below 0 is no rate
        ax.set_ylim(bottom=0)
    ax.set_xlabel(axis_label("I", unit))
    ax.set_ylabel(label)
    if rheobase is not None:
        _mark_rheobase(ax, rheobase, unit)
    if len(curves) > 1 or "" not in curves:
        legend(ax, loc="upper left")
    return figure


def _mark_rheobase(ax: Any, rheobase: Any, unit: Any) -> None:
    least = rheobase.value_in(unit) if unit is not None else float(rheobase)
    ax.axvline(least, color=PALE, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    text = f"rheobase {least:.3g} {unit_text(unit)}".rstrip()
    left, right = ax.get_xlim()
    beyond_middle = least > (left + right) / 2
    ax.annotate(
        text, (least, 0.97), xycoords=ax.get_xaxis_transform(), textcoords="offset points",
        xytext=(-5 if beyond_middle else 5, 0), ha="right" if beyond_middle else "left", va="top",
        color=INK, fontsize=10,
    )  # fmt: skip
