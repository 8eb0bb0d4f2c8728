"""One edge list, one first state: the same spikes as NEST and Brian 2, all of them.

What they gave is stored in `reference/networks_*.npz`, made by `make_peer_networks.py`.
"""

from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import ms, mV, nS, pA, pF

from .peer_networks import COBA_STEPS, STEPS, conductances, currents, jumps

REFERENCE = Path(__file__).parent / "reference"


def stored(name):
    with np.load(REFERENCE / f"networks_{name}.npz") as file:
        return file["ticks"].astype(int), file["neurons"].astype(int)


def fired(rec, names, offsets):
    """Ticks and neurons of several populations as of one."""
    trains = [rec[name].spikes for name in names]
    ticks = np.concatenate([np.rint(one.t.value_in(ms) / 0.1).astype(int) for one in trains])
    neurons = np.concatenate([one.i + k for one, k in zip(trains, offsets, strict=True)])
    order = np.lexsort((neurons, ticks))
    return ticks[order], neurons[order]


def assert_same(found, expected):
    for ours, theirs in zip(found, expected, strict=True):
        assert len(theirs) > 2000
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("threads", [1, 2])
def test_currents_spike_as_in_nest(threads):
    # iaf_psc_exp; two populations and four projections here, one of each there.
    about = currents()
    lif = rb.Model(
        "C * dv/dt = g_L*(V_L - v) + I",
        spike="v >= V_T", reset="v = V_R", refractory="t_ref",
        parameters=dict(
            C=200 * pF, g_L=10 * nS, V_L=-49 * mV, V_T=-50 * mV, V_R=-60 * mV, t_ref=5 * ms
        ),
        inputs=dict(I=pA),
    )  # fmt: skip
    net = rb.Network(dt=0.1 * ms, threads=threads)
    edge = about["excite"]
    sides = {"exc": slice(0, edge), "inh": slice(edge, about["n"])}
    for name, part in sides.items():
        first = about["v"][part]
        net.add(lif, len(first), name=name, initial=dict(v=first * mV), method="exact")
    synapses = {"exc": rb.Exponential(5 * ms, name="E"), "inh": rb.Exponential(10 * ms, name="I")}
    for source, of in sides.items():
        for target, to in sides.items():
            chosen = (about["pre"] >= of.start) & (about["pre"] < of.stop)
            chosen &= (about["post"] >= to.start) & (about["post"] < to.stop)
            pre, post = about["pre"][chosen] - of.start, about["post"][chosen] - to.start
            net.connect(
                source, target, synapses[source], rb.edges(pre, post),
                about["weight"][chosen] * pA, about["delay"][chosen] * (0.1 * ms),
            )  # fmt: skip
    rec = net.run(STEPS * 0.1 * ms)
    assert_same(fired(rec, ["exc", "inh"], [0, edge]), stored("currents"))


@pytest.mark.parametrize("threads", [1, 2])
def test_jumps_spike_as_in_nest(threads):
    # iaf_psc_delta, with spike generators; views of one population here.
    about = jumps()
    lif = rb.Model(
        "tau * dv/dt = -v + drive",
        spike="v >= V_T", reset="v = V_R", refractory="t_ref",
        parameters=dict(tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms, drive=24 * mV),
    )  # fmt: skip
    net = rb.Network(dt=0.1 * ms, threads=threads)
    cells = net.add(lif, about["n"], name="cells", initial=dict(v=about["v"] * mV), method="exact")
    excites, edge = about["pre"] < about["excite"], about["excite"]
    for view, chosen, first in ((cells[:edge], excites, 0), (cells[edge:], ~excites, edge)):
        rule = rb.edges(about["pre"][chosen] - first, about["post"][chosen])
        weight = float(np.unique(about["weight"][chosen])[0])
        net.connect(view, cells, rb.Delta("v"), rule, weight * mV, 1.5 * ms)
    times = rb.SpikeTimes(about["ticks"] * (0.1 * ms), about["sender"])
    senders = net.add(times, about["senders"], name="senders")
    net.connect(
        senders, cells, rb.Delta("v"), rb.edges(about["pre_sender"], about["post_sender"]),
        about["weight_sender"] * mV, about["delay_sender"] * (0.1 * ms),
    )  # fmt: skip
    rec = net.run(STEPS * 0.1 * ms)
    assert_same(fired(rec, ["cells"], [0]), stored("jumps"))


def test_conductances_spike_as_in_brian_2():
    about = conductances()
    coba = rb.Model(
        "tau * dv/dt = (E_L - v) + I",
        spike="v > V_T", reset="v = V_R", refractory="t_ref",
        # Brian 2 counts the step of the spike into the period, and so lets go a step earlier.
        parameters=dict(tau=20 * ms, E_L=-60 * mV, V_T=-50 * mV, V_R=-60 * mV, t_ref=4.9 * ms),
        inputs=dict(I=mV),
    )  # fmt: skip
    net = rb.Network(dt=0.1 * ms)
    first = dict(v=about["v"] * mV, g_exc=about["g_exc"], g_inh=about["g_inh"])
    cells = net.add(coba, about["n"], name="cells", initial=first, method="exponential_euler")
    excites, edge = about["pre"] < about["excite"], about["excite"]
    ampa = rb.Exponential(5 * ms, reversal=0 * mV, name="exc")
    gaba = rb.Exponential(10 * ms, reversal=-80 * mV, name="inh")
    delay = about["delay"] * (0.1 * ms)
    rule = rb.edges(about["pre"][excites], about["post"][excites])
    net.connect(cells[:edge], cells, ampa, rule, 0.6, delay)
    rule = rb.edges(about["pre"][~excites] - edge, about["post"][~excites])
    net.connect(cells[edge:], cells, gaba, rule, 6.7, delay)
    rec = net.run(COBA_STEPS * 0.1 * ms)
    assert_same(fired(rec, ["cells"], [0]), stored("conductances"))
