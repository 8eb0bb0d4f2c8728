"""The published learning rules against closed forms, tables and published recursions."""

import json
import math
import pickle
from itertools import pairwise

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.units import Hz, ms, mV, nS, pA, second
from rheobase.units.dimension import CONDUCTANCE, CURRENT, NONE

from ..model.plain_learning import replay

DT = 0.1  # ms


def ticks(times):
    return [round(time / DT) for time in times]


def result(rule, pre, post, w0=0.5, modulator=(), dendritic=1, axonal=0, last=None, draw=None):
    """States and transmitted values of spikes at these times (ms) as they reach the synapse."""
    pre, post = ticks(pre), [tick - dendritic for tick in ticks(post)]
    last = max([*pre, *post, 0]) + dendritic if last is None else round(last / DT)
    return replay(
        rule, [t - axonal for t in pre], post, ticks(modulator), DT, axonal, dendritic, w0, last,
        draw,
    )  # fmt: skip


# reference/analytic.json, "stdp"
PAIR = {
    -40: -0.0014210204739844336, -20: -0.003862734132300145, -10: -0.006368571926982651,
    -5: -0.008177408222249752, 5: 0.007788007830714049, 10: 0.006065306597126334,
    20: 0.0036787944117144234, 40: 0.0013533528323661271,
}  # fmt: skip
TRIPLET_60_PAIRS = {
    (0.1, 10): 1.6542937712400112e-08, (0.1, -10): -0.3121609144297645,
    (10, 10): 0.13205341221640482, (10, -10): -0.333622996283499,
    (40, 10): 0.5337226687229263, (40, -10): 0.1547949562652077,
}  # fmt: skip
# reference/analytic.json, "tsodyks_markram": spikes every 50 ms
DEPRESSING = [
    0.5, 0.26514673429663105, 0.15483462147355664, 0.10302030158728159, 0.07868277711630017,
    0.06725128291400889, 0.06188183542345438, 0.05935977086709543, 0.058175140672344194,
    0.05761871213256792, 0.05735735401317393, 0.05723459239745837, 0.05717693046475075,
    0.05714984627834441, 0.05713712465909154, 0.05713114923143836, 0.057128342534041754,
    0.05712702420994287, 0.05712640498450311, 0.057126114130269634,
]  # fmt: skip
FACILITATING = [
    0.03, 0.055326829709521956, 0.07573618575544729, 0.09177738067776475, 0.10427856466137518,
    0.11406024756201022, 0.12181104732528399, 0.12805872224269085, 0.13318668689477173,
    0.13746567194237175, 0.14108523929989106, 0.14417927076405704, 0.14684444846466996,
    0.14915278101489926, 0.15115974130233906, 0.15290943180604133, 0.1544378446786751,
    0.1557749437111313, 0.15694603206535823, 0.15797268865208583,
]  # fmt: skip


@pytest.mark.parametrize("lag", PAIR)
@pytest.mark.parametrize("w_max", [1.0, -3.0])
def test_one_pair(lag, w_max):
    rule = rb.PairSTDP(w_max * nS)  # by default that of the table
    states, _ = result(rule, [100], [100 + lag], w0=0.5 * w_max)
    assert states["w"] / w_max - 0.5 == pytest.approx(PAIR[lag], rel=1e-9)


def neighbours(pre, post, pairing, A=0.01, B=0.0105, tau=20.0):
    """The sum over pairs by definition, without traces."""
    change = 0.0
    for own, other, amount in ((post, pre, A), (pre, post, -B)):
        for time in own:
            earlier = [t for t in other if t < time]
            for t in earlier[-1:] if pairing == "nearest" else earlier:
                change += amount * math.exp(-(time - t) / tau)
    return change


@pytest.mark.parametrize("pairing", ["all", "nearest"])
def test_pairings_of_trains(pairing):
    drawn = np.random.default_rng(3)
    pre, post = (np.unique(drawn.integers(0, 3000, 15)) / 10 for _ in range(2))
    pre = np.setdiff1d(pre, post)
    states, _ = result(rb.PairSTDP(1 * nS, pairing=pairing), pre, post)
    assert states["w"] - 0.5 == pytest.approx(neighbours(pre, post, pairing), rel=1e-9)


@pytest.mark.parametrize(("mu_plus", "mu_minus"), [(0, 0), (1, 1), (0.4, 0.2), (0, 1), (1, 0)])
def test_dependence_on_the_weight_as_nest_writes_it(mu_plus, mu_minus):
    lam, alpha, w_max = 0.02, 1.3, 200.0
    rule = rb.PairSTDP(
        w_max * pA, A_plus=lam, A_minus=alpha * lam, mu_plus=mu_plus, mu_minus=mu_minus
    )
    pre, post = [10.0, 40.0, 55.0, 90.0], [12.0, 35.0, 70.0, 88.0]
    w, trace, last = 60.0, {"pre": 0.0, "post": 0.0}, 0.0
    for time, kind in sorted([(t, "pre") for t in pre] + [(t, "post") for t in post]):
        trace = {name: k * math.exp((last - time) / 20) for name, k in trace.items()}
        last, z = time, w / w_max
        if kind == "post":
            z = min(z + lam * (1 - z) ** mu_plus * trace["pre"], 1.0)
        else:
            z = max(z - alpha * lam * z**mu_minus * trace["post"], 0.0)
        w, trace[kind] = z * w_max, trace[kind] + 1
    assert result(rule, pre, post, w0=60.0)[0]["w"] == pytest.approx(w, rel=1e-12)


@pytest.mark.parametrize("w_max", [1.0, -1.0])
@pytest.mark.parametrize("bounds", ["hard", "soft"])
def test_the_weight_stays_between_0_and_w_max(w_max, bounds):
    up = rb.PairSTDP(w_max * pA, A_plus=0.4, A_minus=0.4, bounds=bounds)
    pre = np.arange(10.0, 400, 10)
    for lag, end in ((1.0, w_max), (-1.0, 0.0)):
        w = result(up, pre, pre + lag, w0=0.5 * w_max)[0]["w"]
        assert 0 <= w / w_max <= 1
        assert w == (end if bounds == "hard" else pytest.approx(end, abs=0.2))


@pytest.mark.parametrize(("rate", "lag"), TRIPLET_60_PAIRS)
def test_sixty_pairs_of_the_triplet_rule(rate, lag):
    rule = rb.TripletSTDP(1 * nS, bounds=None)
    first = 100 + np.arange(60) * 1000 / rate
    pre, post = (first, first + lag) if lag > 0 else (first - lag, first)
    states, _ = result(rule, pre, post, w0=0.0)
    assert states["w"] == pytest.approx(TRIPLET_60_PAIRS[rate, lag], rel=1e-9)


def test_the_nearest_triplets():
    rule = rb.TripletSTDP(1 * nS, pairing="nearest", bounds=None)
    pre, post = [10.0, 22.0, 47.0], [15.0, 30.0, 50.0]
    change = 0.0
    for time in post:
        r1 = math.exp(-(time - max(t for t in pre if t < time)) / 16.8)
        before = [t for t in post if t < time]
        o2 = math.exp(-(time - before[-1]) / 40) if before else 0.0
        change += r1 * (8.8e-11 + 5.3e-2 * o2)
    for time in pre:
        before, others = [t for t in pre if t < time], [t for t in post if t < time]
        o1 = math.exp(-(time - others[-1]) / 33.7) if others else 0.0
        r2 = math.exp(-(time - before[-1]) / 714) if before else 0.0
        change -= o1 * (6.6e-3 + 3.1e-3 * r2)
    assert result(rule, pre, post)[0]["w"] == pytest.approx(0.5 + change, rel=1e-9)


def test_a_minimal_triplet_rule_is_frequency_dependent():
    rule = rb.TripletSTDP(1 * nS, "visual cortex, minimal", bounds=None)

    def change(rate):
        first = 100 + np.arange(20) * 1000 / rate
        return result(rule, first, first + 10, w0=0.0)[0]["w"]

    assert change(0.1) == pytest.approx(0.0, abs=1e-6)  # A2_plus is 0
    assert change(40) > change(20) > 0.01


def test_dopamine_turns_an_eligibility_into_a_weight():
    rule = rb.DopamineSTDP(4 * mV)
    # A pair 5 ms apart, the reward a second later: w(inf) - w0 = c d / (1/tau_c + 1/tau_d).
    states, _ = result(rule, [100], [105], w0=1.0, modulator=[1105], last=1105 + 20_000)
    c = 0.025 * 4 * math.exp(-5 / 20) * math.exp(-1)
    gained = c * 0.05 / (1 / 1000 + 1 / 200)
    assert states["w"] - 1.0 == pytest.approx(gained, rel=1e-9)
    assert states["d"] == pytest.approx(0.05 * math.exp(-100), rel=1e-9)


def test_without_dopamine_nothing_is_learned():
    states, _ = result(rb.DopamineSTDP(4 * mV), [100, 200], [105, 195], w0=1.0, last=2000)
    assert states["w"] == 1.0
    assert states["c"] != 0


def test_dopamine_meets_the_bounds_at_the_next_spike():
    rule = rb.DopamineSTDP(4 * mV)
    spikes = [100, 5000], [105]
    states, _ = result(rule, *spikes, w0=3.9, modulator=[110], last=4999)
    assert states["w"] > 4
    assert result(rule, *spikes, w0=3.9, modulator=[110], last=5000)[0]["w"] == 4


def test_homeostasis_rests_at_its_rate():
    # Spikes of a steady rate rho0 on both sides, unrelated: the mean change of a pre spike is
    # eta (rho tau - 2 rho0 tau) and of a post spike eta rho tau; at rho = rho0 they cancel.
    drawn = np.random.default_rng(7)
    for rate, sign in ((3.0, 0), (9.0, 1), (0.5, -1)):
        spikes = np.unique(drawn.integers(0, 6_000_000, int(rate * 600)))
        pre = np.unique(drawn.integers(0, 6_000_000, 1800))
        states, _ = replay(
            rb.HomeostaticSTDP(1 * nS, eta=1e-5), pre, spikes, [], DT, 0, 1, 0.5, 6_000_001
        )
        change = (states["w"] - 0.5) / 1e-5
        expected = 1800 * (rate - 6) * 0.02 + rate * 600 * 0.06
        assert change == pytest.approx(expected, abs=25)
        assert np.sign(round(expected)) == sign


def test_homeostasis_of_one_pair():
    states, _ = result(rb.HomeostaticSTDP(1 * nS, eta=0.01), [100, 130], [110])
    alpha, near, far = 0.12, math.exp(-10 / 20), math.exp(-20 / 20)
    expected = 0.5 + 0.01 * (-alpha + near + far - alpha)
    assert states["w"] == pytest.approx(expected, rel=1e-12)


def test_depression():
    rule = rb.TsodyksMarkram(0.5, 800 * ms)
    _, sent = result(rule, np.arange(20) * 50.0, [], w0=2.0)
    assert [value / 2 for _, value in sent] == pytest.approx(DEPRESSING, rel=1e-6)


def test_facilitation():
    rule = rb.TsodyksMarkram(0.03, 130 * ms, 530 * ms)
    _, sent = result(rule, np.arange(20) * 50.0, [], w0=2.0)
    assert [value / 2 for _, value in sent] == pytest.approx(FACILITATING, rel=1e-6)


def test_release_as_nest_counts_it():
    # tsodyks2_synapse from u = U, x = 1: u' = U + u (1 - U) e_fac, x' = 1 + (x - x u - 1) e_rec
    times, U, tau_rec, tau_fac = [3.0, 20.0, 24.0, 90.0, 91.5], 0.2, 300.0, 90.0
    u, x, expected = U, 1.0, [U]
    for before, time in pairwise(times):
        x = 1 + (x - x * u - 1) * math.exp(-(time - before) / tau_rec)
        u = U + u * (1 - U) * math.exp(-(time - before) / tau_fac)
        expected.append(u * x)
    _, sent = result(rb.TsodyksMarkram(U, tau_rec * ms, tau_fac * ms), times, [], w0=1.0)
    assert [value for _, value in sent] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("rule", [rb.TsodyksMarkram(0.5, 800 * ms), rb.QuantalRelease(3, 0.2)])
def test_release_leaves_the_weight_alone(rule):
    assert "w" not in rule.scopes
    states, _ = result(rule, [10, 20], [15], w0=0.7, draw=lambda tick, n, p: 1)
    assert states["w"] == 0.7


def test_quanta():
    drawn = np.random.default_rng(5)
    n, p, q, spikes = 5, 0.3, 0.4, 20_000
    states, sent = replay(
        rb.QuantalRelease(n, p), range(spikes), [], [], DT, 0, 1, q, spikes,
        draw=lambda tick, trials, chance: drawn.binomial(int(trials), chance),
    )  # fmt: skip
    released = np.array([value for _, value in sent])
    assert released.mean() == pytest.approx(n * p * q, rel=0.02)
    assert released.var() == pytest.approx(n * p * (1 - p) * q * q, rel=0.04)
    assert states["failures"] == np.count_nonzero(released == 0)
    assert states["failures"] / spikes == pytest.approx((1 - p) ** n, rel=0.04)


def test_one_after_the_other_in_a_tick():
    """Events of one tick do not see each other's traces, but for what may be why a target fires."""
    rule = rb.PairSTDP(1 * nS)
    assert result(rule, [100], [100])[0]["w"] == 0.5
    assert result(rule, [100], [100], dendritic=0)[0]["w"] == pytest.approx(0.51, rel=1e-12)
    twice = result(rule, [100, 100], [110])[0]["w"]
    assert twice == pytest.approx(0.5 + 2 * 0.01 * math.exp(-0.5), rel=1e-12)


RULES = {
    "pair": rb.PairSTDP(1 * nS),
    "soft pair": rb.PairSTDP(1 * nS, bounds="soft", pairing="nearest"),
    "exponents": rb.PairSTDP(1 * nS, mu_plus=0.4),
    "triplet": rb.TripletSTDP(1 * nS),
    "soft triplet": rb.TripletSTDP(1 * nS, "hippocampus", bounds="soft"),
    "dopamine": rb.DopamineSTDP(1 * nS),
    "homeostatic": rb.HomeostaticSTDP(1 * nS),
    "depression": rb.TsodyksMarkram(0.5, 800 * ms),
    "facilitation": rb.TsodyksMarkram(0.03, 130 * ms, 530 * ms),
    "quanta": rb.QuantalRelease(5, 0.3),
}


@pytest.mark.parametrize("what", RULES)
def test_a_rule_survives_its_description(what):
    rule = RULES[what]
    again = rb.LearningRule.from_dict(json.loads(json.dumps(rule.to_dict())))
    assert again == rule
    assert hash(again) == hash(rule)
    assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301  our own bytes
    assert rule.citation
    assert rule.latex().startswith("\\begin{aligned}")


@pytest.mark.parametrize("what", RULES)
def test_a_rule_fits_its_weights_and_no_others(what):
    rule = RULES[what]
    assert rule.bound(CONDUCTANCE).transmits is not None
    if "w_max" in rule.parameters:
        for other in (CURRENT, NONE):
            with pytest.raises(UnitError, match="conductance"):
                rule.bound(other)
    else:
        assert rule.bound(CURRENT).events == rule.bound(CONDUCTANCE).events
        assert rule.bound(NONE).events == rule.bound(CONDUCTANCE).events


def test_the_scopes_of_the_published_rules():
    assert RULES["dopamine"].scopes == {
        "x": "pre", "y": "post", "c": "synapse", "w": "synapse", "d": "shared",
    }  # fmt: skip
    assert set(RULES["facilitation"].scopes.values()) == {"pre"}
    assert RULES["quanta"].scopes == {"k": "synapse", "failures": "synapse"}
    assert RULES["triplet"].scopes["o2"] == "post"


def test_a_weight_without_units():
    with_times = rb.PairSTDP(1.0)
    plain = rb.PairSTDP(1.0, tau_plus=20, tau_minus=20)
    assert plain.is_plain
    assert not with_times.is_plain
    for rule in (with_times, plain):
        assert rule.bound(NONE).parameters["w_max"] == 1.0
        with pytest.raises(UnitError):
            rule.bound(CONDUCTANCE)
    assert plain.bound(NONE, time_unit=second).plain_time == 1000.0


def test_replacing_a_value():
    rule = RULES["pair"].replace(tau_plus=10 * ms, w_max=2 * nS)
    assert rule.parameters["tau_plus"] == 10.0
    assert rule == rb.PairSTDP(2 * nS, tau_plus=10 * ms)
    with pytest.raises(UnknownNameError, match="tau_pluss"):
        rule.replace(tau_pluss=1 * ms)
    with pytest.raises(UnitError, match="A_plus"):
        rule.replace(A_plus=1 * nS)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: rb.PairSTDP(0 * nS), "w_max"),
        (lambda: rb.PairSTDP(1 * nS, tau_plus=0 * ms), "tau_plus"),
        (lambda: rb.PairSTDP(1 * nS, tau_minus=-20 * ms), "tau_minus"),
        (lambda: rb.PairSTDP(1 * nS, pairing="al"), "pairing"),
        (lambda: rb.PairSTDP(1 * nS, bounds="sofd"), "bounds"),
        (lambda: rb.PairSTDP(1 * nS, bounds=None), "bounds"),
        (lambda: rb.PairSTDP(1 * nS, mu_plus=-1), "mu_plus"),
        (lambda: rb.PairSTDP(1 * nS, A_plus=[[0.1, 0.2]]), "A_plus"),
        (lambda: rb.PairSTDP([1, 0] * nS), "w_max"),
        (lambda: rb.TripletSTDP(1 * nS, "visual"), "visual"),
        (lambda: rb.TripletSTDP(1 * nS, "hippocampus, minimal", "nearest"), "hippocampus"),
        (lambda: rb.TsodyksMarkram(0, 800 * ms), "U"),
        (lambda: rb.TsodyksMarkram(1.5, 800 * ms), "U"),
        (lambda: rb.TsodyksMarkram(0.5, 0 * ms), "tau_rec"),
        (lambda: rb.TsodyksMarkram(0.5, 800 * ms, -1 * ms), "tau_fac"),
        (lambda: rb.QuantalRelease(0, 0.5), "sites"),
        (lambda: rb.QuantalRelease(2.5, 0.5), "sites"),
        (lambda: rb.QuantalRelease(3, 1.5), "p is"),
        (lambda: rb.DopamineSTDP(1 * nS, tau_c=0 * ms), "tau_c"),
        (lambda: rb.DopamineSTDP(1 * nS, bounds="soff"), "bounds"),
        (lambda: rb.HomeostaticSTDP(1 * nS, tau=-1 * ms), "tau"),
        (lambda: rb.HomeostaticSTDP(1 * nS, bounds=0), "bounds"),
    ],
)
def test_values_that_no_synapse_has(make, what):
    with pytest.raises(ParameterError, match=what) as caught:
        make()
    assert caught.value.mend


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: rb.PairSTDP(1 * nS, tau_plus=20), "tau_plus"),
        (lambda: rb.PairSTDP(1 * nS, A_plus=0.1 * nS), "="),
        (lambda: rb.DopamineSTDP(1 * nS, release=0.5), "release"),
        (lambda: rb.TsodyksMarkram(0.5, 800 * ms, 530), "tau_fac"),
        (lambda: rb.TsodyksMarkram(0.5, 800 * Hz), "="),
    ],
)
def test_values_of_another_dimension(make, what):
    with pytest.raises(UnitError, match=what):
        make()
