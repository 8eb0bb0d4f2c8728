"""The power spectrum of a rate: which rhythms a population has."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.analysis.labels import plain
from rheobase.analysis.times import EDGE_TOLERANCE, time_span
from rheobase.errors import ParameterError, UnitError
from rheobase.units.dimension import RATE
from rheobase.units.quantity import Quantity
from rheobase.units.table import describe, preferred_unit

# A segment unless another is asked for: a quarter of the rate, at most this long (ms).
_LONGEST = 1000.0


def power_spectrum(rates: Any, bin: Any, segment: Any = None) -> tuple[Quantity, Quantity]:
    """The power spectral density of a rate, by Welch's method.

    Segments overlap by half; each loses its mean, is weighed by a Hann window w and transformed;
    their squares are averaged: ``S(f) = 2 dt <|sum_k w_k r_k exp(-2 pi i f k dt)|^2> / sum_k
    w_k^2``, for the frequencies above zero alone (one-sided), so that the integral over them is the
    variance of the rate. A population of n independent Poisson neurons of rate r has ``S = 2 r /
    n`` at every frequency.

    Args:
        rates: in bins of equal width: a quantity, or plain numbers in Hz.
        bin: the width of a bin, a time. Frequencies go up to 1 / (2 bin).
        segment: the length of a segment, a time: the resolution is 1 / segment. By default a
            quarter of the whole, and at most 1 s.

    Returns:
        Frequencies (Hz) and the density at each, in Hz^2 a Hz, which is Hz.

    Raises:
        UnitError: for a rate that is not one, or a time that is not one.
        ParameterError: for rates that are not finite, or a segment that does not fit.

    Source: Welch (1967), IEEE Trans. Audio Electroacoust. 15:70.
    """
    values, width = _in_hertz(rates), time_span(bin, "bin")
    if segment is None:
        wanted = max(2, int(min(len(values) / 4, _LONGEST / width)))
    else:
        wanted = int(time_span(segment, "segment") / width + EDGE_TOLERANCE)
    if not 2 <= wanted <= len(values):
        raise ParameterError(
            f"A segment of {wanted} bins does not fit into a rate of {len(values)}.",
            mend="take a segment between two bins and the whole rate",
        )
    hop = wanted - wanted // 2
    parts = np.lib.stride_tricks.sliding_window_view(values, wanted)[::hop]
    taper = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(wanted) / wanted)
    waves = np.fft.rfft((parts - parts.mean(axis=1, keepdims=True)) * taper, axis=1)
    seconds = width / 1000
    power = (np.abs(waves) ** 2).mean(axis=0) * seconds / (taper**2).sum()
    # A frequency and its negative are one, except zero and, of even lengths, the highest.
    power[1 : -1 if wanted % 2 == 0 else None] *= 2
    hertz = preferred_unit(RATE)
    return Quantity(np.fft.rfftfreq(wanted, seconds), hertz), Quantity(power, hertz)


def _in_hertz(rates: Any) -> Any:
    values, unit = plain(rates)
    if unit is not None:
        if unit.dimension != RATE:
            raise UnitError(
                f"rates is {describe(unit.dimension)} where {describe(RATE)} is due.",
                mend="give it in Hz",
            )
        values = rates.value_in("Hz")
    numbers = np.ravel(np.asarray(values, dtype=float))
    if not np.isfinite(numbers).all():
        raise ParameterError("rates holds NaN or infinity.", mend="give finite rates")
    return numbers
