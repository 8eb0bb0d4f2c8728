"""Inhibitory plasticity that sets the rate of its target."""

from __future__ import annotations

from typing import Any

from rheobase.model.learning import LearningRule
from rheobase.units import Hz, ms
from rheobase.zoo.plasticity.parts import exponents, raised


def HomeostaticSTDP(
    w_max: Any,
    tau: Any = 20 * ms,
    eta: Any = 0.001,
    rho0: Any = 3 * Hz,
    bounds: str = "hard",
) -> LearningRule:
    """Inhibition that grows until its target fires at the rate rho0.

    With traces x of presynaptic and y of postsynaptic spikes, both of the time constant tau,
    alpha = 2 rho0 tau, and z = w/w_max kept from 0 to 1::

        presynaptic spike:   x = x + 1;  z = z + eta (y - alpha)
        postsynaptic spike:  y = y + 1;  z = z + eta x

    Vogels, Sprekeler, Zenke, Clopath and Gerstner (2011), whose bounds are hard. With soft ones
    what raises z is times 1 - z, and what lowers it times z.

    Args:
        w_max: the largest weight, in the unit of the weights: a conductance, or a negative current.
        tau: the time constant of the traces.
        eta: what a spike changes, as a part of w_max.
        rho0: the rate at which the weights stay as they are.
        bounds: "hard" or "soft".

    Raises:
        ParameterError: for a value out of range.
        UnitError: for values of another dimension.
    """
    change, mu = "eta * (y - alpha)", exponents(bounds, mu=None)["mu"]
    if mu:
        # The two directions, of which one is zero, have the factors of their own.
        up, down = f"positive({change})", f"positive(-{change})"
        change = f"positive(1 - w / w_max) * {up} - positive(w / w_max) * {down}"
    return LearningRule(
        """
        dx/dt = -x / tau
        dy/dt = -y / tau
        alpha = 2 * rho0 * tau
        """,
        on_pre=f"x += 1; w = w_max * clip(w / w_max + {change}, 0, 1)",
        on_post=f"y += 1; {raised('eta * x', mu, 'mu')}",
        parameters={"w_max": w_max, "tau": tau, "eta": eta, "rho0": rho0},
        initial={"x": 0, "y": 0},
        name="HomeostaticSTDP",
        citation="Vogels, Sprekeler, Zenke, Clopath and Gerstner 2011, Science 334:1569-1573",
    )
