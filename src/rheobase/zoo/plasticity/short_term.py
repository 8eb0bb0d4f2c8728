"""Plasticity of release: what a synapse transmits, while its weight stays as it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.distribution import Distribution
from rheobase.model.learning import LearningRule
from rheobase.units import ms
from rheobase.units.door import measure
from rheobase.units.quantity import short
from rheobase.zoo.plasticity.parts import check_each, number

_WITH_FACILITATION = """
du/dt = -u / tau_fac
dx/dt = (1 - x) / tau_rec
"""
_WITHOUT = "dx/dt = (1 - x) / tau_rec"


def TsodyksMarkram(U: Any = 0.5, tau_rec: Any = 800 * ms, tau_fac: Any = 0) -> LearningRule:
    """Short-term depression and facilitation: a spike transmits w r, a part of what is left.

    x is the part of the transmitter that is available, u the part of it that a spike uses. At a
    presynaptic spike::

        u = u + U (1 - u);    r = u x;    x = x - r

    and in between dx/dt = (1 - x)/tau_rec, du/dt = -u/tau_fac. The first spike transmits w U. With
    tau_fac = 0 nothing of u is left at the next spike, and u = U. All are states of the presynaptic
    neuron. Tsodyks, Pawelzik and Markram (1998), whose depressing synapse the defaults are.

    Each synapse has its own constants where they are distributions, as in Tsodyks, Uziel and
    Markram (2000), or lists, and its own states with them::

        rb.TsodyksMarkram(U=rb.truncated(rb.normal(0.5, 0.25), low=0.001, high=1),
                          tau_rec=rb.truncated(rb.normal(800*ms, 400*ms), low=5*ms))

    Args:
        U: the part used by a first spike, above 0 and at most 1.
        tau_rec: the time constant of the recovery from depression.
        tau_fac: that of facilitation; 0 for none.

    Raises:
        ParameterError: for a value out of range.
        UnitError: for values of another dimension.
    """
    check_each("U", U, 0.0, 1.0)
    if isinstance(U, (int, float)) and U == 0:
        raise ParameterError("U is 0: nothing is ever transmitted.", mend="give a part of 1")
    values = {"U": U, "tau_rec": tau_rec}
    start = {"x": 1, "r": 0}
    text, used = _WITHOUT, "r = U * x"
    if _facilitates(tau_fac):
        text, used = _WITH_FACILITATION, "u += U * (1 - u); r = u * x"
        values["tau_fac"], start["u"] = tau_fac, 0
    return LearningRule(
        text,
        on_pre=f"{used}; x -= r",
        transmits="w * r",
        parameters=values,
        initial=start,
        name="TsodyksMarkram",
        citation="Tsodyks, Pawelzik and Markram 1998, Neural Computation 10:821-835",
    )


def _facilitates(tau_fac: Any) -> bool:
    """Whether anything of u is left at the next spike."""
    if isinstance(tau_fac, Distribution):
        return True
    span, _ = measure(tau_fac, "tau_fac")
    if np.min(span) < 0:
        raise ParameterError(
            f"tau_fac is {short(tau_fac)}.", mend="give a time, or 0 for no facilitation"
        )
    return bool(np.any(span))


def QuantalRelease(sites: Any, p: Any) -> LearningRule:
    """A spike releases k of n quanta, drawn anew for every synapse and spike.

    k is binomial with n = sites trials of probability p, and k w is transmitted: the weight is the
    quantal size q. The mean is n p q, the variance n p (1 - p) q**2. The states k, the last number
    of quanta, and `failures`, how many spikes released none, can be read of each synapse. del
    Castillo and Katz (1954).

    Args:
        sites: how many quanta can be released, a whole number of 1 or more.
        p: the probability of each; a distribution, or a list, for one a synapse.

    Raises:
        ParameterError: for a value out of range.
    """
    trials = number("sites", sites, least=1.0)
    if trials != int(trials):
        raise ParameterError(f"sites is {short(sites)}.", mend="give a whole number")
    check_each("p", p, 0.0, 1.0)
    return LearningRule(
        on_pre="k = binomial(sites, p); failures += where(k == 0, 1, 0)",
        transmits="w * k",
        parameters={"sites": sites, "p": p},
        initial={"failures": 0},
        name="QuantalRelease",
        citation="del Castillo and Katz 1954, Journal of Physiology 124:560-573",
    )
