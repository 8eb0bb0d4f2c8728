"""Every limit of every rule holds for the weights: given, drawn, listed, in any rule of a list."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.units import Hz, ms, mV, nS

COUNT = 12
SLOW = dict(A_plus=1e-6, A_minus=1e-6)
WIDE = rb.PairSTDP(9 * mV, **SLOW), rb.TripletSTDP(9 * mV)


def in_every_form(value):
    """A limit as one value, a list, a distribution; alone, and after another rule."""
    forms = {
        "one": value,
        "list": np.full(COUNT, float(value.magnitude)) * value.unit,
        "drawn": rb.uniform(0.99 * value, value)
        if float(value.magnitude) > 0
        else rb.uniform(value, 0.99 * value),
    }
    makes = {"pairs": rb.PairSTDP, "triplets": rb.TripletSTDP, "homeostasis": rb.HomeostaticSTDP}
    found = []
    for form, limit in forms.items():
        for name, make in makes.items():
            options = dict(eta=1e-6) if name == "homeostasis" else {}
            rule = make(limit, **options)
            found.append(pytest.param(rule, "w_max", id=f"{form} {name}"))
            after = [rb.TsodyksMarkram(), WIDE[name == "pairs"], rule]
            label = f"{form} {name} after others"
            found.append(pytest.param(after, f"w_max_{rule.name.split(',')[0]}", id=label))
    return found


def made(rule, weight=1 * mV, releases=None, synapse=None, name="c"):
    net = rb.Network(seed=1)
    pre = net.add(rb.Poisson(80 * Hz), 4, name="pre", releases=releases)
    post = net.add(rb.LIF(), 3, name="post")
    net.connect(pre, post, synapse or rb.Delta(), rb.all_to_all(), weight, 1 * ms,
                plasticity=rule, name=name)  # fmt: skip
    return net


def look(net):
    return net.synapses("c")


def run(net):
    return net.run(1 * ms)


def refused(error, *words):
    text = str(error.value)
    assert "in the projection 'c" in text and error.value.mend
    for word in words:
        assert word in text, text


@pytest.mark.parametrize("ask", [look, run])
@pytest.mark.parametrize(("rule", "name"), in_every_form(2 * mV))
def test_a_weight_beyond_a_limit_is_refused(rule, name, ask):
    for weight in (2.5 * mV, np.full((4, 3), 2.5) * mV, rb.uniform(2.5 * mV, 2.6 * mV)):
        with pytest.raises(ParameterError) as caught:
            ask(made(rule, weight))
        refused(caught, f"largest is {name} = ", "cut off there", " mV")
    ask(made(rule, 1.9 * mV))


@pytest.mark.parametrize(("rule", "name"), in_every_form(2 * mV))
def test_so_it_is_when_it_is_set_or_grows(rule, name):
    for ran in (False, True):
        net = made(rule)
        if ran:
            net.run(5 * ms)
        with pytest.raises(ParameterError) as caught:
            net.set_synapses("c", w=2.5 * mV)
        refused(caught, f"largest is {name} = ", "2.5 mV")
        np.testing.assert_allclose(look(net)["w"].value_in(mV), 1, rtol=1e-3)
        net.set_synapses("c", w=1.9 * mV)
        if not any(isinstance(v.values, np.ndarray) for v in varying(net)):
            with pytest.raises(ParameterError) as caught:
                net.grow("c", rb.fixed_total(3), 2.5 * mV, multapses=True)
            refused(caught, f"largest is {name} = ", "2.5 mV")
            assert net.grow("c", rb.fixed_total(3), 1.9 * mV, multapses=True) == 3


def varying(net):
    return net.projections["c"].plasticity.varying.values()


@pytest.mark.parametrize("ran", [False, True])
def test_a_limit_that_is_set_below_the_weight_is_refused(ran):
    net = made(rb.PairSTDP(rb.uniform(2 * mV, 3 * mV), **SLOW), 1.5 * mV)
    if ran:
        net.run(5 * ms)
    with pytest.raises(ParameterError, match="largest is w_max = 1 mV"):
        net.set_synapses("c", w_max=1 * mV)
    net.set_synapses("c", w_max=1 * mV, w=0.5 * mV)
    with pytest.raises(ParameterError, match="largest is w_max = 1 mV"):
        net.set_synapses("c", w=1.5 * mV)
    net.set_synapses("c", w=1.5 * mV, w_max=2 * mV)
    net.run(1 * ms)


def test_the_synapse_that_is_named_is_the_one():
    limits = np.full(COUNT, 5.0)
    limits[7] = 1.0
    net = made(rb.PairSTDP(limits * mV), rb.uniform(2 * mV, 3 * mV))
    with pytest.raises(ParameterError, match="The weight of synapse 7 is 2") as caught:
        net.run(1 * ms)
    refused(caught, "= 1 mV")


@pytest.mark.parametrize(
    ("wrong", "synapse", "releases"),
    [(-2 * mV, None, "glutamate"), (2 * mV, None, "GABA"), (-2 * nS, rb.AMPA(), None)],
)
def test_a_limit_that_would_end_every_weight_at_zero(wrong, synapse, releases):
    """Of a conductance whatever is released; of a current, by what is."""
    for case in in_every_form(wrong):
        rule = case.values[0]
        rule = [rule[0], rule[2]] if isinstance(rule, list) else rule
        with pytest.raises(ParameterError) as caught:
            made(rule, 0 * wrong, releases, synapse)
        refused(caught, "w_max", f"{wrong}", "turn the sign of w_max")
        assert "Synapse(" not in str(caught.value)


def test_a_limit_that_is_drawn_on_the_other_side_of_zero():
    """Part of a distribution: the synapse that draws it is named when it is drawn."""
    rule = rb.PairSTDP(rb.normal(0.5 * mV, 1 * mV))
    for ask in (look, run):
        net = made(rule, 0 * mV, "glutamate")
        with pytest.raises(ParameterError, match="w_max of synapse") as caught:
            ask(net)
        refused(caught, "releases glutamate", "rb.truncated")
    free = made(rule, 0 * mV)
    free.run(1 * ms)
    with pytest.raises(ParameterError, match="w_max of synapse"):
        made(rb.PairSTDP(rb.uniform(1 * mV, 2 * mV)), 0 * mV, "glutamate").set_synapses(
            "c", w_max=-1 * mV
        )
    mixed = np.ones(COUNT)
    mixed[5] = -1
    with pytest.raises(ParameterError, match="w_max of synapse 5 is -1"):
        made(rb.PairSTDP(mixed * mV), 0 * mV, "glutamate")


def test_what_measures_and_bounds_nothing_is_no_limit():
    each = dict(w_max=rb.uniform(1 * mV, 2 * mV))
    net = made(rb.LearningRule(on_pre="w += 0.1*w_max", parameters=each), 5 * mV)
    net.run(1 * ms)
    assert np.all(net.synapses("c")["w"].value_in(mV) >= 5)


BY_ANY_NAME = {
    "clipped": ("w = clip(w + step*x, 0*mV, top); x += 1", 1),
    "the least": ("w = min(w + step*x, top); x += 1", 1),
    "relative": ("w = top*clip(w/top + 0.1*x, 0, 1); x += 1", 1),
    "twice": ("x += 1; w -= step*x; w = clip(w, 0*mV, 2*top)", 2),
    "a condition": ("w = where(x < 0.5, min(w, top), top); x += 1", 1),
}


def bounded(text, **parameters):
    parameters = {"step": 0.01 * mV, **parameters}
    used = {name: value for name, value in parameters.items() if name in text}
    return rb.LearningRule(on_pre=text, initial=dict(x=0), parameters=used, weight=mV, name="mine")


@pytest.mark.parametrize("name", BY_ANY_NAME)
def test_a_limit_is_found_by_what_it_does(name):
    """Whatever it is called, alone and after another rule."""
    text, times = BY_ANY_NAME[name]
    rule = bounded(text, top=2 * mV / times)
    for given in (rule, [WIDE[0], rule]):
        with pytest.raises(ParameterError) as caught:
            look(made(given, 2.5 * mV))
        refused(caught, "the rule's largest is top", "= 2 mV", "cut off there")
        net = made(given, 1.9 * mV)
        net.run(1 * ms)
        with pytest.raises(ParameterError, match="largest is top"):
            net.set_synapses("c", w=2.5 * mV)


@pytest.mark.parametrize("name", BY_ANY_NAME)
def test_and_its_sign_is_that_of_the_weights(name):
    text, times = BY_ANY_NAME[name]
    with pytest.raises(ParameterError) as caught:
        made(bounded(text, top=-2 * mV / times), 0 * mV, "glutamate")
    refused(caught, "top is -", "releases glutamate", "turn the sign of top")
    made(bounded(text, top=2 * mV / times), 1 * mV, "glutamate").run(1 * ms)


def test_limits_below_zero_and_on_both_sides():
    """Inhibitory currents with a floor of any name, and weights between two ends."""
    floor = rb.LearningRule(on_pre="w = clip(w, least, 0*mV)", parameters=dict(least=-2 * mV))
    made(floor, -1 * mV, "GABA").run(1 * ms)
    with pytest.raises(ParameterError, match="the rule's largest is least = -2 mV"):
        look(made(floor, -3 * mV, "GABA"))
    with pytest.raises(ParameterError, match="least is 2 mV"):
        made(floor.replace(least=2 * mV), 0 * mV, "GABA")
    ends = dict(least=-1 * mV, most=2 * mV)
    both = rb.LearningRule(on_post="w = clip(w, least, most)", parameters=ends)
    for weight in (-0.9 * mV, 0 * mV, 1.9 * mV):
        made(both, weight).run(1 * ms)
    made(both, 1 * mV, "glutamate").run(1 * ms)
    for weight, words in ((-1.1 * mV, "largest is least = -1 mV"), (2.1 * mV, "is most = 2 mV")):
        with pytest.raises(ParameterError, match=words):
            look(made(both, weight))
    narrow = both.replace(least=1 * mV)
    with pytest.raises(ParameterError, match="smallest is least = 1 mV") as caught:
        look(made(narrow, 0.5 * mV))
    assert "give a smaller least, or larger weights" in caught.value.mend
    symmetric = rb.LearningRule(on_pre="w = clip(w, -top, top)", parameters=dict(top=2 * mV))
    made(symmetric, -1 * mV).run(1 * ms)


@pytest.mark.parametrize(
    "text",
    ["w += step*x; x += 1", "w = w*x + top; x += 1", "w += step*(top - w)/mV; x += 1",
     "w = clip(w, 0*mV, top + 9*mV*x); x = 1", "w = 0.9*clip(w, 0*mV, top)", "w = top"],
)  # fmt: skip
def test_what_bounds_nothing_has_no_limits(text):
    """Steps, decay towards a value, a bound that states move: no weight is refused."""
    net = made(bounded(text, top=2 * mV), 3 * mV)
    assert look(net)["w"].value_in(mV).tolist() == [3.0] * 12
    net.run(1 * ms)


def test_each_synapse_may_have_its_own_of_any_name():
    tops = np.full(COUNT, 5.0)
    tops[7] = 1.0
    for given in (tops * mV, rb.uniform(0.9 * mV, 1 * mV)):
        net = made(bounded(BY_ANY_NAME["clipped"][0], top=given), 1.5 * mV)
        with pytest.raises(ParameterError, match=r"synapse \d+ is 1.5 mV.* is top = (1|0.9\d*) mV"):
            net.run(1 * ms)
    tops[7] = -5.0
    with pytest.raises(ParameterError, match="top of synapse 7 is -5 mV"):
        made(bounded(BY_ANY_NAME["clipped"][0], top=tops * mV), 1 * mV, "glutamate")
