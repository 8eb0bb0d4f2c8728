"""Whatever a rule does, the weights of an axon keep the sign of what it releases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.units import Hz, ms, mV, nS, pA

from .checkpoint_cases import LIF

TRACES = "dx/dt = -x/(3*ms)\ndy/dt = -y/(4*ms)\n"
DRIVEN = "dc/dt = -c/(6*ms)\ndw/dt = c*d\ndd/dt = -d/(9*ms)"


def rules(unit):
    """Rules that push hard, by name; `unit` has the sign of the weights."""

    def typed(text="", **options):
        return rb.LearningRule(text, parameters=dict(u=unit), weight=unit.unit, **options)

    hard = dict(A_plus=2, A_minus=3)
    return {
        "pairs": rb.PairSTDP(5 * unit, **hard),
        "soft pairs": rb.PairSTDP(5 * unit, bounds="soft", **hard),
        "triplets": rb.TripletSTDP(5 * unit, A2_minus=3),
        "homeostasis": rb.HomeostaticSTDP(5 * unit, eta=2, rho0=500 * Hz),
        "dopamine": rb.DopamineSTDP(5 * unit, A_plus=3, A_minus=9, release=900 * Hz),
        "down": typed(TRACES, on_pre="x += 1; w -= u*(1 + y)", on_post="y += 1; w -= u*x"),
        "there and back": typed(on_pre="w = -2*w", on_post="w = 3*u - 2*w"),
        "between events": typed(DRIVEN, on_pre="c -= u", on_modulator="d += 2/ms; c -= u"),
        "soft homeostasis": rb.HomeostaticSTDP(5 * unit, eta=2, rho0=500 * Hz, bounds="soft"),
        "soft dopamine": rb.DopamineSTDP(
            5 * unit, A_plus=3, A_minus=9, release=900 * Hz, bounds="soft"
        ),
        "by itself": typed("dw/dt = -(w + 3*u)/(5*ms)", on_pre="w += u"),
        "gated": typed(
            "dd/dt = -d/(9*ms)\ndc/dt = -c/(6*ms)\ndw/dt = -w*d/(9*ms) - c*d/(4*ms) - u*d/(9*ms)",
            on_pre="c += u",
            on_post="c -= u",
            on_modulator="d += 6",
        ),
        "by reward": typed(on_modulator="w -= 3*u", on_pre="n += 1", initial=dict(n=0)),
        "in transmission": typed(TRACES, on_pre="x += 1", transmits="w*(1 - x)"),
        "turned": typed(transmits="-w", on_pre="n += 1", initial=dict(n=0)),
    }


NAMES = list(rules(1 * pA))
RECEPTORS = {
    "excitatory conductance": ("glutamate", 1 * nS, dict(reversal=0 * mV)),
    "inhibitory conductance": ("GABA", 1 * nS, dict(reversal=-80 * mV)),
    "excitatory current": ("glutamate", 10 * pA, {}),
    "inhibitory current": ("GABA", -10 * pA, {}),
}


def run(name, receptor, seed, axonal=None, threads=1, precision=None):
    """The weights and what arrived, times the sign that they must have."""
    releases, unit, options = RECEPTORS[receptor]
    rule = rules(unit)[name]
    net = rb.Network(seed=seed, dt=0.1 * ms, threads=threads)
    first = dict(v=rb.uniform(-60 * mV, -50 * mV))
    cells = net.add(LIF, 12, name="cells", releases=releases, initial=first, I=180 * pA)
    reward = net.add(rb.Poisson(150 * Hz), 1, name="reward")
    more = dict(modulator=reward) if rule.on_modulator else {}
    con = net.connect(
        cells, cells, rb.Exponential(3 * ms, name="syn", **options), rb.bernoulli(0.4),
        rb.uniform(0 * unit, 4 * unit) if float(unit.magnitude) > 0 else
        rb.uniform(4 * unit, 0 * unit), rb.uniform(0.3 * ms, 4 * ms), plasticity=rule,
        axonal=axonal, precision=precision, **more,
    )  # fmt: skip
    arrived = "g_syn" if options else "I_syn"
    net.record(cells, ["spikes", arrived])
    weights, conductance = [], []
    for span in (3.1, 20.0, 17.3):
        rec = net.run(span * ms)
        weights.append(np.array(net.synapses(con)["w"] / unit))
        conductance.append(np.ravel(rec["cells"][arrived] / unit))
    return np.array(weights), np.concatenate(conductance), len(rec["cells"].spikes.t)


@settings(max_examples=30)
@given(
    name=st.sampled_from(NAMES),
    receptor=st.sampled_from(list(RECEPTORS)),
    seed=st.integers(0, 10**6),
    axonal=st.sampled_from([None, 0.5, 1.0]),
    threads=st.integers(1, 2),
    precision=st.sampled_from([None, "float32"]),
)
def test_no_weight_changes_its_sign_and_nothing_of_another_arrives(
    name, receptor, seed, axonal, threads, precision
):
    weights, arrived, spikes = run(name, receptor, seed, axonal, threads, precision)
    assert spikes > 0
    assert np.isfinite(weights).all()
    assert weights.min() >= 0
    assert arrived.min() >= 0


@pytest.mark.parametrize(
    "name", ["down", "there and back", "between events", "by reward", "by itself", "gated"]
)
def test_these_rules_would_turn_weights(name):
    """Where nothing says what is released, a current may turn."""
    unit = 10 * pA
    rule = rules(unit)[name]
    net = rb.Network(seed=1, dt=0.1 * ms)
    cells = net.add(LIF, 12, name="cells", I=180 * pA)
    reward = net.add(rb.Poisson(150 * Hz), 1, name="reward")
    more = dict(modulator=reward) if rule.on_modulator else {}
    con = net.connect(
        cells, cells, rb.Exponential(3 * ms), rb.bernoulli(0.4), 2 * unit, 1 * ms,
        plasticity=rule, **more,
    )  # fmt: skip
    net.run(40 * ms)
    assert (net.synapses(con)["w"].value_in(pA) < 0).any()


@pytest.mark.parametrize("receptor", RECEPTORS)
def test_weights_of_the_wrong_sign_are_refused_with_both_names(receptor):
    releases, unit, options = RECEPTORS[receptor]
    net = rb.Network(dt=0.1 * ms)
    pre = net.add(LIF, 5, name="pre", releases=releases)
    post = net.add(LIF, 5, name="post")
    synapse = rb.Exponential(3 * ms, name="syn", **options)
    for weight, w_max in ((-1 * unit, 5 * unit), (1 * unit, -5 * unit)):
        with pytest.raises(ParameterError) as caught:
            net.connect(
                pre, post, synapse, rb.all_to_all(), weight, 1 * ms, plasticity=rb.PairSTDP(w_max)
            )
        assert "from pre to post" in str(caught.value)
        assert caught.value.mend
    net.connect(pre, post, synapse, rb.all_to_all(), unit, 1 * ms, plasticity=rb.PairSTDP(5 * unit))
