"""The words that runs and protocols keep for themselves cannot be inputs."""

from inspect import signature

import pytest

import rheobase as rb
from rheobase.errors import EquationError, ParameterError
from rheobase.model.arguments import RUN_WORDS
from rheobase.units import mV, nS


def test_every_word_of_a_run_is_kept():
    taken = set(signature(rb.simulate).parameters) | set(signature(rb.phase_plane).parameters)
    taken |= set(signature(rb.resting_state).parameters)
    assert taken - {"inputs"} == RUN_WORDS


@pytest.mark.parametrize("word", sorted(RUN_WORDS))
def test_none_of_them_can_be_an_input(word):
    with pytest.raises(EquationError, match="takes that word for something else"):
        rb.Model("dv/dt = -v", inputs=[word])


@pytest.mark.parametrize(
    "protocol", [rb.rheobase, rb.phase_plane, lambda m: rb.fi_curve(m, [1, 2])]
)
def test_a_protocol_is_for_one_neuron(protocol):
    several = rb.AdEx(a=[2.0, 4.0] * nS, V_R=[-60.0, -58.0] * mV)
    with pytest.raises(ParameterError, match="one neuron"):
        protocol(several)
