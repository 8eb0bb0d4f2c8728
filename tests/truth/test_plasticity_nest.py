"""Weights that learn, spike by spike as in NEST: pairs, triplets, and short-term plasticity.

What NEST gave is stored in `reference/plasticity_nest.npz`, made by `make_plasticity_nest.py`. The
order of events at a synapse is written out in `plasticity_replay.py`, which is held to NEST too and
stands in where NEST has nothing: delays that are axonal, in part or altogether.
"""

from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import ms, mV, nS

from . import plasticity_replay as replay
from .plasticity_pairs import DELAYS, EXPONENTS, SHORT_TERM, STDP, STEPS, TICK, TRIPLET, trains

REFERENCE = Path(__file__).parent / "reference" / "plasticity_nest.npz"
LASTING = [*EXPONENTS, "triplet"]
CASES = [(name, delay) for name in LASTING for delay in DELAYS]
CASES += [(name, 10) for name in SHORT_TERM]


def stored(name, delay):
    with np.load(REFERENCE) as file:
        return file[name if name in SHORT_TERM else f"{name}_{delay}"]


def largest(found, expected, first):
    """The largest difference as a share of the first weight."""
    assert len(found) == len(expected)
    return np.max(np.abs(np.subtract(found, expected))) / first


def rule_of(name):
    """Ours."""
    if name in SHORT_TERM:
        about = SHORT_TERM[name]
        return rb.TsodyksMarkram(about["U"], about["tau_rec"] * ms, about["tau_fac"] * ms)
    if name == "triplet":
        # Parts of the largest weight here, weights there.
        parts = {key: TRIPLET[key] / TRIPLET["w_max"] for key in TRIPLET if key.startswith("A")}
        times = {key: TRIPLET[key] * ms for key in TRIPLET if key.startswith("tau")}
        return rb.TripletSTDP(TRIPLET["w_max"] * nS, **times, **parts)
    return rb.PairSTDP(
        STDP["w_max"] * nS,
        tau_plus=STDP["tau_plus"] * ms,
        tau_minus=STDP["tau_minus"] * ms,
        A_plus=STDP["rate"],
        A_minus=STDP["ratio"] * STDP["rate"],
        mu_plus=EXPONENTS[name],
        mu_minus=EXPONENTS[name],
    )


def written_rule():
    """Additive pairs as a user may write them."""
    rate = STDP["rate"] * STDP["w_max"] * nS
    times = {key: STDP[key] * ms for key in ("tau_plus", "tau_minus")}
    return rb.LearningRule(
        """
        dx/dt = -x / tau_plus
        dy/dt = -y / tau_minus
        """,
        on_pre="w = clip(w - A_minus * y, 0*nS, w_max); x += 1",
        on_post="w = clip(w + A_plus * x, 0*nS, w_max); y += 1",
        transmits="w",
        parameters=times
        | dict(A_plus=rate, A_minus=STDP["ratio"] * rate, w_max=STDP["w_max"] * nS),
        initial=dict(x=0, y=0),
    )


def sent(rule, weight, delay, **how):
    """The weight that each presynaptic spike passes on, of a synapse between the two trains.

    The target fires when the driver makes it, a tick after the driver's own spike. What arrives
    stands in g for one tick, and is gone before the next.
    """
    model = rb.Model(
        """
        dv/dt = -v / quick
        dg/dt = -g / quick
        """,
        spike="v > 1*mV", reset="v = 0*mV",
        parameters=dict(quick=1e-3 * ms), initial=dict(v=0 * mV, g=0 * nS),
    )  # fmt: skip
    pre, post = trains()
    net = rb.Network(dt=TICK * ms)
    target = net.add(model, 1, name="target", method="exact")
    source = net.add(rb.SpikeTimes(pre * (TICK * ms)), 1, name="source")
    driver = net.add(rb.SpikeTimes((post - 1) * (TICK * ms)), 1, name="driver")
    net.connect(driver, target, rb.Delta("v"), rb.one_to_one(), 100 * mV, TICK * ms)
    net.connect(
        source, target, rb.Delta("g", name="plastic"), rb.one_to_one(), weight * nS,
        delay * TICK * ms, plasticity=rule, precision="float64", **how,
    )  # fmt: skip
    net.record(target, "g")
    rec = net.run(STEPS * TICK * ms)
    assert np.array_equal(np.rint(rec["target"].spikes.t.value_in(ms) / TICK), post)
    return np.ravel(rec["target"]["g"].value_in(nS))[pre + delay]


def oracle_of(name):
    """The replay's."""
    if name in SHORT_TERM:
        return replay.short_term(**SHORT_TERM[name])
    if name == "triplet":
        return replay.triplet(**TRIPLET)
    return replay.pair(**STDP, exponent=EXPONENTS[name])


def test_the_trains_meet_at_the_synapse():
    pre, post = trains()
    assert len(set(pre)) == len(set(post)) == len(pre) == len(post)
    for delay in DELAYS:
        assert len(np.intersect1d(pre, post + delay)) >= 40


@pytest.mark.parametrize(("name", "delay"), CASES)
def test_the_order_of_events_is_that_of_nest(name, delay):
    oracle = oracle_of(name)
    found = replay.replay(oracle, *trains(), axonal=0, dendritic=delay)
    assert largest(found, stored(name, delay), oracle.own["w"]) < 1e-12


@pytest.mark.parametrize(("name", "delay"), CASES)
def test_weights_are_those_of_nest(name, delay):
    first = oracle_of(name).own["w"]
    found = sent(rule_of(name), first, delay)
    assert largest(found, stored(name, delay), first) < 1e-10


def test_a_rule_as_text_learns_as_in_nest():
    found = sent(written_rule(), STDP["w"], 10)
    assert largest(found, stored("additive", 10), STDP["w"]) < 1e-10


@pytest.mark.parametrize("axonal", [10, 7, 1], ids=["all", "most", "some"])
@pytest.mark.parametrize("name", LASTING)
def test_axonal_delays_follow_the_order_of_events(name, axonal):
    oracle = oracle_of(name)
    expected = replay.replay(oracle, *trains(), axonal=axonal, dendritic=10 - axonal)
    found = sent(rule_of(name), oracle.own["w"], 10, axonal=axonal * TICK * ms)
    assert largest(found, expected, oracle.own["w"]) < 1e-10
