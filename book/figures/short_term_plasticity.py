"""Two synapses, one train of spikes: one runs out of transmitter, the other warms up.

Ten spikes at 20 Hz and one more half a second later. Each uses a part u of the transmitter x that
is available. The depressing synapse (above; U = 0.5, tau_rec = 800 ms) has less and less to give;
the facilitating one (below; U = 0.03, tau_rec = 130 ms, tau_fac = 530 ms) uses more and more of
what it has, and is ahead of its start even when the train is over.
"""

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import BLUE, GREY, VERMILION, panels
from rheobase.units import V, ms, mV, nS, pA, pF

SPIKES = np.append(20 + 50.0 * np.arange(10), 970.0)
SYNAPSES = {"depressing": (0.5, 800, 0, 250), "facilitating": (0.03, 130, 530, 1540)}
SHADES = {"depressing": BLUE, "facilitating": VERMILION}


def used(u, tau_rec, tau_fac):
    """The part of all transmitter that each spike releases."""
    running, available, found = 0.0, 1.0, []
    for gap in np.append(np.diff(SPIKES), 1.0):
        running += u * (1 - running)
        found.append(running * available)
        available = 1 - (1 - available + found[-1]) * np.exp(-gap / tau_rec)
        running *= np.exp(-gap / tau_fac) if tau_fac else 0.0
    return np.array(found)


def draw():
    """The figure."""
    net = rb.Network(dt=0.1 * ms)
    train = net.add(rb.SpikeTimes(SPIKES * ms), 1, "train")
    # A threshold out of reach: these neurons only listen.
    membrane = {"C": 400 * pF, "g_L": 10 * nS, "V_L": -70 * mV, "V_R": -70 * mV, "V_T": 1 * V}
    for name, (u, tau_rec, tau_fac, weight) in SYNAPSES.items():
        target = net.add(rb.LIF(**membrane), 1, name)
        rule = rb.TsodyksMarkram(u, tau_rec * ms, tau_fac * ms)
        current = rb.Exponential(3 * ms)
        net.connect(train, target, current, rb.all_to_all(), weight * pA, 0.1 * ms, rule)
        net.record(target, "v")
    recording = net.run(1100 * ms)
    figure, axes = panels(None, (0.9, 1.8, 0.9, 1.8), width=7.6)
    for release, deflection, name in zip(axes[::2], axes[1::2], SYNAPSES, strict=True):
        t, v = recording[name].t.value_in("ms"), recording[name]["v"].value_in("mV")[:, 0]
        deflection.plot(t, v + 70, color=SHADES[name], linewidth=2)
        deflection.set(xlim=(0, 1100), ylim=(0, None), ylabel="deflection (mV)")
        part = used(*SYNAPSES[name][:3])
        release.vlines(SPIKES, 0, part, color=GREY, linewidth=1)
        release.plot(SPIKES, part, "o", color=GREY, markersize=4.5)
        release.set(ylim=(0, 1.2 * part.max()), ylabel="$u\\,x$")
        release.text(1095, 1.1 * part.max(), name, color=SHADES[name], fontsize=11,
                     fontweight="bold", ha="right", va="top")  # fmt: skip
    axes[-1].set_xlabel("time (ms)")
    return figure
