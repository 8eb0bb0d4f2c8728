"""A thousand spiking neurons with the rhythms of a cortex: alpha and gamma.

E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural Netw. 14, 1569-1572 (2003),
doi:10.1109/TNN.2003.820440; its program net.m and figure 3.

800 excitatory cells, from regular spiking to chattering, and 200 inhibitory ones, from fast spiking
to low-threshold spiking, all connected to all with random weights and driven by thalamic noise,
redrawn every millisecond. They wake into rhythms near 10 Hz (alpha) and 40 Hz (gamma).

This is that program to the letter, but for the random numbers. In it the spikes of a millisecond
act within the same one. Here no spike arrives at once, so our clock ticks twice in each of its
milliseconds: in the first half neurons are updated, in the second their spikes arrive.

    python examples/papers/izhikevich_2003.py --out out
"""

from __future__ import annotations

from typing import Any

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.units import ms

N_E, N_I = 800, 200  # neurons
THALAMUS_E, THALAMUS_I = 5.0, 2.0  # standard deviation of the input
WEIGHT_E, WEIGHT_I = 0.5, -1.0  # the strongest; all between 0 and it alike
ALPHA, GAMMA = (5.0, 15.0), (25.0, 60.0)  # bands in which a rhythm is looked for (Hz)
# What --scale and --duration are at the least, and why.
SMALLEST = (1 / N_I, "with fewer neurons none is inhibitory")
SHORTEST = (100, "a rhythm of 10 Hz takes so long")

# Its program, transcribed to NumPy and run for 10 s with four seeds, beside what the paper says.
PAPER = {
    "rate, excitatory": "about 8",
    "rate, inhibitory": "-",
    "rhythm, alpha": "10",
    "rhythm, gamma": "40",
}
PROGRAM = {
    "rate, excitatory": "7.26 to 7.44",
    "rate, inhibitory": "6.64 to 6.80",
    "rhythm, alpha": "8",
    "rhythm, gamma": "26 to 32",
}


def cells(n: int, kind: str, rng: np.random.Generator) -> dict[str, Any]:
    """Parameters of the cells; r places each between two types."""
    r = rng.random(n)
    if kind == "excitatory":  # r = 0: regular spiking, r = 1: chattering
        return dict(a=0.02, b=0.2, c=-65 + 15 * r**2, d=8 - 6 * r**2, thalamus=THALAMUS_E)
    # r = 0: low-threshold spiking, r = 1: fast spiking
    return dict(a=0.02 + 0.08 * r, b=0.25 - 0.05 * r, c=-65.0, d=2.0, thalamus=THALAMUS_I)


def neuron() -> rb.Model:
    """Izhikevich's model with all that reaches it.

    s is the sum of the spikes that came; `now` is 1 in the half of a millisecond that updates.
    """
    return rb.Model(
        """
        dv/dt = 0.04*v**2 + 5*v + 140 - u + thalamus*xi + s
        du/dt = a*(b*v - u)
        ds/dt = 0
        dnow/dt = 0
        """,
        spike="v >= 30",
        reset="v = c; u += d",
        parameters=dict(a=0.02, b=0.2, c=-65.0, d=8.0, thalamus=5.0),
        initial=dict(v=-65.0, u="b*v", s=0.0, now=1.0),
        time=ms,
        method="published",
        published=rb.Published(
            updates="""
            I = thalamus*xi + s
            v += now*0.5*(0.04*v*v + 5*v + 140 - u + I)
            v += now*0.5*(0.04*v*v + 5*v + 140 - u + I)
            u += now*a*(b*v - u)
            s -= now*s
            now = 1 - now
            """,
            dt=0.5,
            source="net.m, printed in the paper",
        ),
    )


def network(scale: float = 1.0, seed: int = 1) -> rb.Network:
    """The network; `scale` is that of its neurons, whose weights grow as they get fewer."""
    net, rng = rb.Network(seed=seed, dt=0.5 * ms), np.random.default_rng(seed)
    found = {}
    for kind, n, transmitter in (("excitatory", N_E, "glutamate"), ("inhibitory", N_I, "GABA")):
        n = round(scale * n)
        values = cells(n, kind, rng)
        found[kind] = net.add(neuron(), n, kind, releases=transmitter, parameters=values)
    exc, inh = found.values()
    weight_e, weight_i = rb.uniform(0.0, WEIGHT_E / scale), rb.uniform(WEIGHT_I / scale, 0.0)
    arrives = rb.Delta("s")
    net.connect(exc, [exc, inh], arrives, rb.all_to_all(), weight_e, 0.5 * ms)
    net.connect(inh, [exc, inh], arrives, rb.all_to_all(), weight_i, 0.5 * ms)
    return net


def merits(rec: rb.NetworkRecording) -> dict[str, float]:
    """Rates, and the strongest frequency of the excitatory rate in either band (Hz)."""
    frequency, power = rec.spectrum("excitatory", 1 * ms, segment=min(500 * ms, rec.duration))
    hertz, density = frequency.magnitude, power.magnitude
    found = {f"rate, {name}": rec[name].spikes.rate().magnitude.mean() for name in rec}
    for name, (low, high) in {"alpha": ALPHA, "gamma": GAMMA}.items():
        band = (hertz >= low) & (hertz <= high)
        found[f"rhythm, {name}"] = hertz[band][density[band].argmax()]
    return {name: float(value) for name, value in found.items()}


def main() -> None:
    """Run the network, print its measures, draw its raster and its rhythms."""
    with options("Izhikevich (2003), the network", SMALLEST, SHORTEST, duration=10_000) as given:
        rec = network(given.scale).run(given.duration * ms)
        print(f"{'Hz':18}{'here':>8}{'paper':>10}{'net.m':>14}")
        for name, value in merits(rec).items():
            print(f"{name:18}{value:8.2f}{PAPER[name]:>10}{PROGRAM[name]:>14}")
        first = (0 * ms, min(1000 * ms, rec.duration))
        rec.plot("raster", window=first, bin=2 * ms, path=given.out / "izhikevich_2003.png")
        figure = pictures.spectrum(
            {name: rec.spectrum(name, 1 * ms, segment=min(500 * ms, rec.duration)) for name in rec}
        )
        pictures.write(figure, given.out / "izhikevich_2003_rhythms.png")


if __name__ == "__main__":
    main()
