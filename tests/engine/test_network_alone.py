"""Populations without projections are those that `rb.simulate` runs, to the last bit."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import Hz, ms, mV, nS, pA, pF

LIF = rb.Model(
    "C * dv/dt = g_L*(V_L - v) + I",
    spike="v >= V_T", reset="v = V_R", refractory="t_ref",
    parameters=dict(
        C=200 * pF, g_L=10 * nS, V_L=-60 * mV, V_T=-50 * mV, V_R=-60 * mV, t_ref=2 * ms
    ),
    inputs=dict(I=pA),
)  # fmt: skip
TIMED = rb.Model(
    "r = 1 + sin(0.3*t)\ndv/dt = r*(2 - v)/9 - w + I\ndw/dt = 0.1*v*v - w",
    spike="v > 1.1", reset="v = 0; w += 0.2", refractory="t_ref*(1 + 0.1*w)",
    parameters=dict(t_ref=1.0), inputs=["I"],
)  # fmt: skip
N = 70
SPREAD = np.linspace(0.8, 1.2, N)
DRIVES = {
    "waves": rb.ramp(200 * pA, 400 * pA, 3.33 * ms, 20 * ms) + rb.sine(80 * pA, 90 * Hz),
    "pulses": rb.pulses(900 * pA, (2.22 * ms, 7.77 * ms, 4), 3.01 * ms),
    "each": rb.step(300 * SPREAD * pA, 1.05 * ms) + 20 * pA,
}
# Four populations of one model, three of them with arrays where another has one number.
PARAMETERS = {
    "waves": {},
    "pulses": dict(g_L=10 * SPREAD * nS),
    "each": dict(V_R=-70 * SPREAD * mV, V_T=-50 * mV),
}
CUTS = (3.3, 3.4, 11.1, 30.0)


@pytest.mark.parametrize("method", ["exact", "euler", "exponential_euler", "rk4"])
@pytest.mark.parametrize("threads", [1, 2])
def test_populations_beside_one_another_are_as_alone(method, threads):
    net = rb.Network(dt=0.1 * ms, threads=threads)
    for name, drive in DRIVES.items():
        net.add(LIF, N, name=name, method=method, parameters=PARAMETERS[name], I=drive)
        net.record(name, ["v", "I"])
    net.add(TIMED, 9, name="timed", method="rk4", I=rb.sine(0.5, 70 * Hz) + 0.9)
    net.record("timed", ["v", "w"])
    recs = [net.run(round(b - a, 6) * ms) for a, b in zip((0, *CUTS), CUTS)]  # noqa: B905
    options = dict(dt=0.1 * ms, spike_times="grid")
    for name, drive in DRIVES.items():
        model = LIF.replace(**PARAMETERS[name])
        alone = rb.simulate(
            model, 30 * ms, n=N, method=method, record=["v", "I"], I=drive, **options
        )  # fmt: skip
        assert alone.spikes.total > N
        same(recs, name, ["v", "I"], alone)
    alone = rb.simulate(
        TIMED, 30 * ms, n=9, method="rk4", record=["v", "w"],
        I=rb.sine(0.5, 70 * Hz) + 0.9, **options,
    )  # fmt: skip
    same(recs, "timed", ["v", "w"], alone)


def same(recs, name, states, alone):
    for state in states:
        parts = [np.asarray(rec[name][state])[:-1] for rec in recs[:-1]]
        joined = np.concatenate([*parts, np.asarray(recs[-1][name][state])])
        assert np.array_equal(joined, np.asarray(alone[state])), (name, state)
    times = np.concatenate([rec[name].spikes.t.internal for rec in recs])
    assert np.array_equal(times, alone.spikes.t.internal)
    assert np.array_equal(np.concatenate([rec[name].spikes.i for rec in recs]), alone.spikes.i)


@pytest.mark.parametrize("label", ["GABA_A", "x2"])
def test_names_of_every_kind_serve(label):
    net = rb.Network(dt=0.1 * ms, threads=2)
    for name in ("3:state_v", "c0", "ring v", "höher", "a->b"):
        net.add(LIF, 20, name=name, initial=dict(v=-49 * mV))
    for name in list(net.populations):
        net.connect(
            name, "c0", rb.Exponential(5 * ms, name=label), rb.one_to_one(), 10 * pA, 0.2 * ms
        )  # fmt: skip
    net.record("c0", f"I_{label}")
    rec = net.run(1 * ms)
    assert set(rec) == set(net.populations)
    assert np.asarray(rec["c0"][f"I_{label}"]).max() == pytest.approx(50.0)
