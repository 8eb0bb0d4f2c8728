"""Which equations of a synapse are solved from event to event, and in which form."""

import pytest

from rheobase.model.evaluate import evaluate

from .learning_rules import rule

FORMS = {
    "a decay": ("dc/dt = -c/tau", dict(decays={"c"})),
    "towards a value": ("dc/dt = (2 - c)/tau", dict(approaches={"c"})),
    "the weight towards a value": ("dw/dt = (w_max/2 - w)/tau", dict(approaches={"w"})),
    "a steady rise": ("dc/dt = 1/tau", dict(approaches={"c"})),
    "towards what the synapse keeps": ("dc/dt = (k - c)/tau", dict(approaches={"c"})),
    "at a rate that the synapse keeps": ("dc/dt = -k*c/tau", dict(decays={"c"})),
    "gathered": ("dc/dt = -c/tau\ndw/dt = c*A/tau", dict(decays={"c"}, drives={"w"})),
    "a cascade": ("dc/dt = -c/tau\nde/dt = (c - e)/tau", dict(flows=[("c", "e")])),
    "gathered and decaying": ("dc/dt = -c/tau\ndw/dt = c*A/tau - w/tau", dict(flows=[("c", "w")])),
    "gathered from the gathered": (
        "dc/dt = -c/tau\nde/dt = c/tau\ndw/dt = e*A/tau", dict(flows=[("c", "e", "w")])
    ),
    "both ways": ("dc/dt = (e - c)/tau\nde/dt = (c - 2*e)/tau", dict(flows=[("c", "e")])),
    "apart": (
        "dc/dt = (e - c)/tau\nde/dt = -e/tau\ndw/dt = (A*k - w)/tau",
        dict(flows=[("c", "e")], approaches={"w"}),
    ),
    "times what is shared": ("dd/dt = -d/tau\ndw/dt = -w*d/tau", dict(flows=[("w",)])),
    "what is shared alone": ("dd/dt = -d/tau\ndw/dt = A*d/tau", dict(flows=[("w",)])),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_the_simplest_form_that_does(name):
    text, expected = FORMS[name]
    states = [s for s in ("c", "e", "k") if f"{s}" in text.replace("w_max", "")]
    events = "; ".join(f"{s} += 1" for s in states)
    options = dict(on_modulator="d += 1") if "dd/dt" in text else {}
    found = rule(
        text, on_pre=f"{events}; w += A", on_post=f"{events}; w -= A", initial=dict(k=1), **options
    ).parts.course
    given = dict(decays=set(), approaches=set(), drives=set(), flows=[]) | expected
    assert {*found.decays} == given["decays"]
    assert {*found.approaches} == given["approaches"]
    assert {*found.drives} == given["drives"]
    assert [flow.states for flow in found.flows] == given["flows"]


def test_coefficients_and_reach_of_a_flow():
    """What moves what, directly and by others; and what is 0 takes no room."""
    text = "dc/dt = -c/tau\nde/dt = (c - e)/tau + k*2/tau\ndf/dt = (e - 3*f + 1)/tau"
    events = "; ".join(f"{s} += 1" for s in "cefk")
    (flow,) = rule(text, on_pre=events, on_post=events, initial=dict(k=0)).parts.course.flows
    assert flow.states == ("c", "e", "f")
    assert set(flow.columns) == {"c", "e", "f", "k", ""}
    values = {key: evaluate(entry, dict(tau=20.0)) for key, entry in flow.entries.items()}
    expected = {
        ("c", "c"): -1, ("e", "c"): 1, ("e", "e"): -1, ("e", "k"): 2, ("f", "e"): 1,
        ("f", "f"): -3, ("f", ""): 1,
    }  # fmt: skip
    assert {k: pytest.approx(v / 20) for k, v in expected.items()} == values
    assert ("f", "k") in flow.reach and ("f", "c") in flow.reach
    assert ("c", "e") not in flow.reach and ("e", "") not in flow.reach


@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_a_weight_in_another_unit_moves_as_fast(scale):
    """The number of a projection is so many of the rule's w."""
    from rheobase.model.learning.bound import bound_rule

    text = "dc/dt = (w/nS - c)/tau\ndw/dt = (w_max*c - w)/tau\nde/dt = (w/nS - e)/tau"
    whole = rule(text, on_pre="c += 1; e += 1", on_post="c += 1; e += 1; w += A")
    (flow,) = bound_rule(whole, scale, None, {}).course.flows
    values = {key: float(evaluate(f, dict(tau=20.0, w_max=1.0))) for key, f in flow.entries.items()}
    assert values["c", "w"] == pytest.approx(scale / 20)
    assert values["w", "c"] == pytest.approx(1 / scale / 20)
    assert values["w", "w"] == pytest.approx(-1 / 20)
    assert values["e", "w"] == pytest.approx(scale / 20)


def test_eigenvalues_that_are_zero_are_no_growth():
    """A rise, and a rise of it: rounding makes no growth of them."""
    text = "\n".join(["dc0/dt = 1/ms", *(f"dc{k}/dt = c{k - 1}/tau" for k in range(1, 6))])
    events = "; ".join(f"c{k} += 1" for k in range(6))
    found = rule(text, on_pre=events, on_post=events)
    assert len(found.parts.course.flows[0].states) == 6
