"""Several rules on one synapse."""

import pytest

import rheobase as rb
from rheobase.errors import EquationError, ParameterError, UnitError
from rheobase.model.learning.combined import combined
from rheobase.units import ms, mV, nS

from .learning_rules import rule

SHORT = rb.TsodyksMarkram(U=0.3, tau_rec=100 * ms)
PAIR = rb.PairSTDP(1 * nS)


def test_one_rule_alone_is_itself():
    assert combined([PAIR]) is PAIR


def test_states_statements_and_what_is_transmitted():
    found = combined([SHORT, PAIR, rb.QuantalRelease(3, 0.5)])
    assert found.scopes == {
        "x": "pre", "r": "pre", "x_PairSTDP": "pre", "y": "post", "w": "synapse", "k": "synapse",
        "failures": "synapse",
    }  # fmt: skip
    assert found.transmits == "(w * r) * k"
    assert found.name == "TsodyksMarkram and PairSTDP and QuantalRelease"
    assert SHORT.citation in found.citation and PAIR.citation in found.citation
    assert rb.LearningRule.from_dict(found.to_dict()) == found


def test_the_later_rule_is_renamed():
    found = combined([PAIR, SHORT])
    assert "dx/dt = -x / tau_plus" in found.text
    assert "dx_TsodyksMarkram/dt = (1 - x_TsodyksMarkram) / tau_rec" in found.text
    assert found.transmits == "w * r"


def test_values_of_its_own_stay():
    each = rb.TsodyksMarkram(U=rb.uniform(0.1, 0.3), tau_rec=[5, 6] * ms)
    found = combined([PAIR, each])
    assert found.varying["U"].given == rb.uniform(0.1, 0.3)
    assert set(found.varying) == {"U", "tau_rec"}


def test_a_name_that_is_a_unit_elsewhere_is_renamed():
    odd = rb.LearningRule(
        "dnS/dt = -nS / tau", on_pre="nS += 1", transmits="w*nS", name="odd",
        parameters=dict(tau=5 * ms),
    )  # fmt: skip
    other = rb.LearningRule(on_pre="w += 1*nS", name="other")
    found = combined([odd, other])
    assert "nS_odd" in found.scopes
    assert found.transmits == "w*nS_odd"


@pytest.mark.parametrize(
    ("rules", "kind", "message"),
    [
        ([], ParameterError, "not a list of learning rules"),
        ([PAIR, 3], ParameterError, "not a list of learning rules"),
        ([rb.PairSTDP, PAIR], ParameterError, "not a list of learning rules"),
        ([PAIR, PAIR, PAIR], EquationError, "both in PairSTDP and in PairSTDP"),
        ([rule(), rule(name="")], EquationError, "is a name both in"),
        ([rb.VoltageSTDP(1 * nS)] * 2, EquationError, "both have during="),
        ([rule(name="a", weight=nS), rb.LearningRule(on_pre="w += 1*mV", weight=mV, name="b")],
         UnitError, "The weights of a and b"),
        ([PAIR, rb.PairSTDP(2 * mV)], UnitError, "The weights of PairSTDP and PairSTDP are a cond"),
        ([SHORT, PAIR, rb.LearningRule(on_pre="w += 1*mV", name="own")],
         UnitError, "The weights of PairSTDP and own are a cond.* and a voltage"),
    ],
)  # fmt: skip
def test_what_does_not_go_together(rules, kind, message):
    with pytest.raises(kind, match=message) as caught:
        combined(rules)
    assert caught.value.mend


def test_a_projection_takes_a_list_and_says_what_is_wrong_with_it():
    net = rb.Network()
    cells = net.add(rb.LIF(), 3, name="cells")
    made = net.connect(
        cells, cells, rb.AMPA(), rb.all_to_all(), 0.5 * nS, 1 * ms, plasticity=[SHORT, PAIR]
    )
    assert made.plasticity == combined([SHORT, PAIR])
    with pytest.raises(EquationError, match="both in PairSTDP") as caught:
        net.connect(
            cells, cells, rb.AMPA(), rb.all_to_all(), 0.5 * nS, 1 * ms, plasticity=[PAIR] * 3,
            name="second",
        )  # fmt: skip
    assert "'second'" in caught.value.where
    assert [*net.projections] == [made.name]
