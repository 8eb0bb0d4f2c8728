"""Plasticity that depends on the voltage of the target rather than on its spikes."""

from __future__ import annotations

from typing import Any

from rheobase.model.arguments import check_name
from rheobase.model.learning import LearningRule
from rheobase.units import ms, mV, second
from rheobase.zoo.plasticity.parts import lowered, raised

_DOWN = "A_minus * positive(u_minus - theta_minus)"


def VoltageSTDP(
    w_max: Any,
    A_plus: Any = 8e-5 / mV**2,
    A_minus: Any = 14e-5 / mV,
    theta_plus: Any = -45.3 * mV,
    theta_minus: Any = -70.6 * mV,
    tau_plus: Any = 7 * ms,
    tau_minus: Any = 10 * ms,
    tau_x: Any = 15 * ms,
    u_ref: Any = None,
    tau_mean: Any = 1 * second,
    potential: str = "v",
) -> LearningRule:
    """The weight changes with presynaptic spikes and the voltage of the postsynaptic neuron.

    x is a trace of presynaptic spikes, u_minus and u_plus are filtered voltages that begin at v::

        du_minus/dt = (v - u_minus)/tau_minus      du_plus/dt = (v - u_plus)/tau_plus
        dx/dt = -x/tau_x                           presynaptic spike:  x = x + 1

    Of z = w/w_max, kept between 0 and 1, and with [a] for the positive part of a::

        presynaptic spike:  z = z - A_minus [u_minus - theta_minus]
        all the time:       dz/dt = A_plus x/tau_x [v - theta_plus] [u_plus - theta_minus]

    The voltage needs the course of a spike, above theta_plus for about a millisecond: `TraubMiles`
    and `HodgkinHuxley` have it. To an integrate-and-fire neuron it can be given, as a state that
    follows v and that a spike sets to a peak, with ``potential="u"``::

        du/dt = (v - u)/(0.5*ms)        reset="v = V_R; u = 30*mV"

    What is seen is the voltage of the target now, not delayed by its dendrite; with most of the
    delay axonal (``axonal=``) spikes are at the synapse when they are at the target. Clopath et al.
    (2010), with the values for visual cortex; their amplitudes are parts of a weight of 1.

    Args:
        w_max: the largest weight, in the unit of the weights; negative for inhibitory currents.
        A_plus: the amplitude of potentiation, as a part of w_max.
        A_minus: that of depression, as a part of w_max.
        theta_plus: above it the voltage potentiates.
        theta_minus: above it the filtered voltages count; about the resting potential.
        tau_plus: the time constant of u_plus.
        tau_minus: that of u_minus.
        tau_x: that of x.
        u_ref: a depolarisation above theta_minus; with it A_minus is times m/u_ref**2, so that
            neurons that are much depolarised lose weight: m is the mean square of v - theta_minus
            over tau_mean, and begins as u_ref**2, for which the paper has 60 mV**2. None: A_minus
            is what it is.
        tau_mean: the time over which this mean is taken.
        potential: the state of the target that v stands for.

    Raises:
        ParameterError: for a value out of range.
        UnitError: for values of another dimension.
        EquationError: for a potential that is not a name.
    """
    values: dict[str, Any] = {
        "w_max": w_max, "A_plus": A_plus, "A_minus": A_minus, "theta_plus": theta_plus,
        "theta_minus": theta_minus, "tau_plus": tau_plus, "tau_minus": tau_minus, "tau_x": tau_x,
    }  # fmt: skip
    check_name(potential, "potential")
    v = f"{potential}_post"
    equations = f"""
        dx/dt = -x / tau_x
        du_minus/dt = ({v} - u_minus) / tau_minus
        du_plus/dt = ({v} - u_plus) / tau_plus
        """
    up = f"A_plus * x / tau_x * ({v} - theta_plus) * (u_plus - theta_minus) * dt"
    initial, down = {"x": 0, "u_minus": v, "u_plus": v}, _DOWN
    if u_ref is not None:
        values |= {"u_ref": u_ref, "tau_mean": tau_mean}
        equations += f"dm/dt = (({v} - theta_minus)**2 - m) / tau_mean"
        initial["m"] = "u_ref**2"
        down = f"m / u_ref**2 * {_DOWN}"
    return LearningRule(
        equations,
        on_pre=f"{lowered(down, 0, '')}; x += 1",
        during=f"{v} > theta_plus and u_plus > theta_minus",
        while_post=raised(up, 0, ""),
        parameters=values,
        initial=initial,
        name="VoltageSTDP",
        citation="Clopath, Buesing, Vasilaki and Gerstner 2010, Nature Neuroscience 13:344-352",
    )
