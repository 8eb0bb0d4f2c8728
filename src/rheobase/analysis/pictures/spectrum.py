"""Power spectra of rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import plain
from rheobase.analysis.pictures.populations import legible, shades, shortened
from rheobase.analysis.pictures.style import dash, legend, panel
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def spectrum(
    spectra: Mapping[str, tuple[Any, Any]],
    *,
    ax: Any = None,
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """The power spectral density of rates over frequency, both axes logarithmic.

    Args:
        spectra: by name, as `power_spectrum` returns them: frequencies and densities, quantities or
            plain numbers in Hz and Hz^2/Hz. The
            frequency zero and the highest are not drawn.
        ax: axes to draw on; None makes a Figure.
        colours: of the lines, by name; by default those of their places.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is nothing to draw.
        MissingExtraError: when matplotlib is not installed.
    """
    if not spectra:
        raise ParameterError("There is no spectrum to draw.", mend="name at least one")
    figure, ax = panel(ax, height=3.4)
    own = shades(spectra, colours)
    ax.set_xscale("log")
    ax.set_yscale("log")
    for index, (name, (frequencies, power)) in enumerate(spectra.items()):
        # Zero has no place on the axis, and the highest frequency has no mirror image to add.
        across = np.asarray(plain(frequencies)[0], dtype=float)[1:-1]
        upwards = np.asarray(plain(power)[0], dtype=float)[1:-1]
        if not (upwards > 0).any():
            upwards = np.full_like(across, np.nan)  # a silent population has no line, but a name
        ax.plot(
            across, upwards, linewidth=1.3, color=own[name], linestyle=dash(index),
            label=legible(shortened(name)),
        )  # fmt: skip
        if len(across) > 1:
            ax.set_xlim(across[0], across[-1])
    ax.set_xlabel("frequency (Hz)")
    ax.set_ylabel("power of the rate (Hz²/Hz)")
    ax.grid(which="major", color="#E8E8E8", linewidth=0.6)
    ax.set_axisbelow(True)
    if len(spectra) > 1 or next(iter(spectra)):
        legend(ax, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=min(len(spectra), 4))
    return figure
