"""Dopamine is a concentration, and it changes what its targets do with one and the same input.

Above, a hundred dopaminergic cells fire at 4 Hz and, between the dashed lines, at 20 Hz; each spike
releases 1 nM, and uptake with V_max = 4 uM/s and K_m = 0.2 uM (rat striatum) holds the
concentration near 22 nM and clears the burst in 0.2 s. A drug that competes for the
transporters, here with 3 K_m, raises and stretches everything. Below, the rate of 1000 noisy
neurons whose leak dopamine reduces, g_L (1 - 0.5 c/(c + 1 uM)). Their input is always the same, and
no current comes from dopamine. Grey, without it.
"""

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import BLUE, GREY, PALE, VERMILION, legend, panels
from rheobase.units import Hz, ms, nM, pA, uM

BURST, END, BIN = (1000, 1400), 3000, 50
K_M = {"uptake": (0.2, BLUE), "uptake with 3 $K_m$": (0.6, VERMILION)}


def draw():
    """The figure."""
    net = rb.Network(seed=4, dt=0.5 * ms)
    tonic, phasic = rb.step(4 * Hz), rb.step(16 * Hz, BURST[0] * ms, BURST[1] * ms)
    cells = net.add(rb.Poisson(tonic + phasic), 100, "dopaminergic", releases="dopamine")
    noise = rb.noise(45 * pA, 10 * ms, mean=165 * pA)
    for name in ("none", *K_M):
        target = net.add(
            rb.LIF(), 1000, name, I=noise, initial={"v": rb.uniform("-65 mV", "-55 mV")}
        )
        if name in K_M:
            dopamine = rb.Dopamine("g_L", gain=-0.5, K_m=K_M[name][0] * uM)
            net.connect(cells, target, dopamine, rb.all_to_all(), weight=1 * nM, delay=1 * ms)
            net.record(target, "c_dopamine", subset=[0], every=10)
    recording = net.run(END * ms)
    figure, (above, below) = panels(None, (2.5, 2.5), width=7.6)
    for name, (_, shade) in K_M.items():
        one = recording[name]
        above.plot(one.t.value_in("ms"), one["c_dopamine"].value_in("nM")[:, 0], color=shade,
                   linewidth=2.2, label=name)  # fmt: skip
    for name, shade in (("none", PALE), *((name, shade) for name, (_, shade) in K_M.items())):
        t, rate = recording[name].spikes.psth(BIN * ms)
        below.plot(t.value_in("ms"), rate.value_in("Hz"), color=shade, linewidth=2.2)
    for ax in (above, below):
        ax.set(xlim=(500, END), ylim=(0, None))
        for edge in BURST:
            ax.axvline(edge, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    below.text(END, 2.4, "no dopamine", color=GREY, fontsize=11, fontweight="bold", ha="right")
    above.set_ylabel("dopamine (nM)")
    below.set_ylabel("rate of targets (Hz)")
    below.set_xlabel("time (ms)")
    below.set_xticks(np.arange(500, END + 1, 500))
    legend(above, loc="upper right")
    return figure
