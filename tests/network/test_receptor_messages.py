"""Errors about receptors, modulators and rules say what to do, and no more than that."""

import pytest

import rheobase as rb
from rheobase.errors import ParameterError, UnknownNameError
from rheobase.units import Hz, ms, nS


def test_a_rule_without_its_modulator_is_called_by_its_name():
    net = rb.Network()
    a, b = net.add(rb.Poisson(5 * Hz), 2, "a"), net.add(rb.LIF(), 2, "b")
    with pytest.raises(ParameterError, match=r"^DopamineSTDP has on_modulator=, and") as told:
        net.connect(
            a, b, rb.AMPA(), rb.all_to_all(), 1 * nS, 1 * ms, plasticity=rb.DopamineSTDP(1 * nS)
        )
    assert len(str(told.value).splitlines()) == 3


def test_an_array_of_first_values_belongs_to_neurons():
    with pytest.raises(ParameterError, match="gives 'g' an array") as told:
        rb.Model("dg/dt = -g/tau", parameters=dict(tau=1 * ms), initial=dict(g=[1, 2] * nS))
    assert "net.add(..., initial=...)" in told.value.mend
    net = rb.Network()
    a = net.add(rb.Poisson(5 * Hz), 2, "a")
    b = net.add(rb.LIF(), 2, "b", initial=dict(g_AMPA=[1, 2] * nS, r_AMPAKinetics=[3, 4] * nS))
    net.connect(a, b, rb.AMPA(), rb.all_to_all(), 1 * nS, 1 * ms)
    net.connect(a, b, rb.AMPAKinetics(), rb.all_to_all(), 1 * nS, 1 * ms)
    net.record(b, ["g_AMPA", "r_AMPAKinetics"])
    rec = net.run(1 * ms)["b"]
    assert rec["g_AMPA"].value_in("nS")[0].tolist() == [1, 2]
    # What is bound at first leaves as it does without transmitter.
    bound = rec["r_AMPAKinetics"].value_in("nS")
    assert bound[0].tolist() == [3, 4]
    assert bound[1] == pytest.approx([3 * 2.718281828459045**-0.019, 4 * 0.98117936], rel=1e-7)


def test_a_state_of_a_receptor_that_nobody_brings():
    net = rb.Network()
    net.add(rb.LIF(), 2, "b", initial=dict(g_AMPA=1 * nS))
    with pytest.raises(UnknownNameError, match="no state 'g_AMPA'") as told:
        net.run(1 * ms)
    assert "there once a projection brings it" in told.value.mend


@pytest.mark.parametrize("receptor", [rb.AMPA, rb.GABAA])
def test_a_receptor_is_called_by_its_name(receptor):
    with pytest.raises(ParameterError, match=f"decay of {receptor.__name__} is -1 ms"):
        receptor(decay=-1 * ms)
    with pytest.raises(ParameterError, match=f"{receptor.__name__} decays in 1 ms and rises in 2"):
        receptor(decay=1 * ms, rise=2 * ms)
    with pytest.raises(ParameterError, match="NMDA decays in 1 ms and rises in 2 ms"):
        rb.NMDA(decay=1 * ms, rise=2 * ms)
    with pytest.raises(ParameterError, match="Biexponential decays"):
        rb.Biexponential(2 * ms, 1 * ms)


@pytest.mark.parametrize("state", ["on", "r_on"])
def test_no_transmitter_is_there_before_a_spike(state):
    net = rb.Network()
    a = net.add(rb.Poisson(5 * Hz), 2, "a")
    b = net.add(rb.LIF(), 2, "b", initial={f"{state}_AMPAKinetics": 1 * nS})
    net.connect(a, b, rb.AMPAKinetics(), rb.all_to_all(), 1 * nS, 1 * ms)
    with pytest.raises(ParameterError, match="no synapse has transmitter before a spike") as told:
        net.run(1 * ms)
    assert "r_AMPAKinetics" in told.value.mend and "'b'" in str(told.value)
