"""Plasticity driven by an error: the difference between what a neuron did and should have done."""

from __future__ import annotations

from typing import Any

from rheobase.model.learning import LearningRule
from rheobase.units import ms


def ErrorDriven(eta: Any = 0.01, tau: Any = 20 * ms, x: Any = 1.0) -> LearningRule:
    """A presynaptic event changes the weight by the error of the neuron times the input.

    At each presynaptic event, ``w = w + eta (target - y) x``. Where the neuron's output y is a step
    of its net activation this is the perceptron rule; where it is linear, the delta rule, by which
    the squared error descends.

    In a network of spiking neurons y and target are traces that decay with tau, y of the neuron's
    own spikes and target of those of the projection's modulator, the teacher; each spike adds 1.
    The neuron learns to fire as the teacher does. The estimators of `rheobase.learn` take the same
    statement, with the x, y and target of an example in it.

    Args:
        eta: the learning rate, in the unit of the weights.
        tau: the time constant of both traces.
        x: the size of a presynaptic event.

    Raises:
        ParameterError: for values out of range.
        UnitError: for values of another dimension.

    Sources: F. Rosenblatt, The perceptron, Psychol. Rev. 65, 386-408 (1958), doi:10.1037/h0042519;
    B. Widrow and M. E. Hoff, Adaptive switching circuits, IRE WESCON Convention Record 4, 96-104
    (1960).
    """
    return LearningRule(
        """
        dy/dt = -y / tau
        dtarget/dt = -target / tau
        """,
        on_pre="w += eta * (target - y) * x",
        on_post="y += 1",
        on_modulator="target += 1",
        parameters={"eta": eta, "tau": tau, "x": x},
        initial={"y": 0, "target": 0},
        name="ErrorDriven",
        citation=(
            "Rosenblatt 1958, Psychological Review 65:386-408; Widrow and Hoff 1960, IRE WESCON "
            "Convention Record 4:96-104"
        ),
    )
