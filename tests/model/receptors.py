"""Receptors that the tests of synapses and composites share."""

from rheobase.model import Model
from rheobase.model.synapse import Synapse
from rheobase.units import ms, mV


def current(tau=5 * ms, name="exc", **options):
    """An exponential current; its parameters may be plain numbers."""
    model = Model("tau * dI/dt = -I", parameters={"tau": tau})
    return Synapse(name, model, "I", "I", **options)


def alpha(tau=3 * ms, name="alpha", **options):
    """A current that rises and falls with one time constant."""
    model = Model("tau*dI/dt = x - I\ntau * dx / dt = -x", parameters={"tau": tau})
    return Synapse(name, model, "x", "I", **options)


def biexponential(rise=1 * ms, decay=6 * ms, name="bi", **options):
    """A current with a time constant for its rise and one for its decay."""
    text = "decay*dI/dt = x - I\nrise*dx/dt = -x"
    return Synapse(
        name, Model(text, parameters={"rise": rise, "decay": decay}), "x", "I", **options
    )


def conductance(tau=5 * ms, reversal=0 * mV, name="g", potential="v", **options):
    """An exponential conductance."""
    model = Model(
        "tau * dg/dt = -g\nI = g * (E - v)",
        parameters={"tau": tau, "E": reversal},
        inputs=["v"],
    )
    level = getattr(reversal, "internal", reversal)
    return Synapse(name, model, "g", "I", potential=potential, reversal=float(level), **options)


def delta(state="v", name="delta"):
    """A jump."""
    return Synapse(name, None, state)
