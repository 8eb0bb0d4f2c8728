"""The cortical column under a square millimetre: eight populations in four layers.

T. C. Potjans and M. Diesmann, The cell-type specific cortical microcircuit: relating structure and
activity in a full-scale spiking network model, Cereb. Cortex 24, 785-806 (2014),
doi:10.1093/cercor/bhs358; table 5.

77,169 leaky integrate-and-fire neurons and 299 million synapses of exponential currents, with the
published probabilities of connection, and Poisson input from the rest of the brain. The neurons
are all alike, the layers differ in who reaches whom, and so in how much they fire.

At full scale the network is the published one. At a smaller --scale there are fewer neurons, and
each has fewer synapses by the same factor k; weights grow by 1 / sqrt(k), and a steady current
makes up for what is lost, so that mean and variance of the input stay (S. J. van Albada, M. Helias
and M. Diesmann, PLoS Comput. Biol. 11, e1004490, 2015). That is not exact: at 0.1, layer 4's
inhibitory neurons fire a fifth more than at full scale, here as in NEST.

The CV of neurons that fire once a second takes many seconds to measure; in one it comes out low.

Differences from the paper: the first voltages are those of NEST's implementation, near their later
means, which spares the burst at the start; weights and delays that would change sign or fall
below a step are drawn again.

    python examples/papers/potjans_diesmann_2014.py --scale 0.1 --out out
"""

from __future__ import annotations

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import mean_cv
from rheobase.units import Hz, ms, mV, pA, pF

NEURON = dict(C_m=250 * pF, tau_m=10 * ms, E_L=-65 * mV, V_th=-50 * mV, V_r=-65 * mV, t_ref=2 * ms)
TAU_SYN = 0.5 * ms
WEIGHT, G = 87.8, -4.0  # pA of an excitatory synapse; an inhibitory one is G times it
SPREAD_W, SPREAD_D = 0.1, 0.5  # standard deviations over means
DELAY_E, DELAY_I = 1.5, 0.75  # ms
BACKGROUND = 8.0  # Hz, of each external synapse
TRANSIENT = 100 * ms
# What --scale and --duration are at the least, and why.
SMALLEST = (0.001, "with fewer neurons a population has none")
SHORTEST = (100, "in less, neurons that fire once a second hardly begin")

# Neurons, external synapses of each, mean and deviation of its first voltage (mV), and the rate
# (Hz) at full scale with which lost synapses are made up for.
POPULATIONS = {
    "L2/3e": (20_683, 1_600, -68.28, 5.36, 0.971),
    "L2/3i": (5_834, 1_500, -63.16, 4.57, 2.868),
    "L4e": (21_915, 2_100, -63.33, 4.74, 4.746),
    "L4i": (5_479, 1_900, -63.45, 4.94, 5.396),
    "L5e": (4_850, 2_000, -63.11, 4.94, 8.142),
    "L5i": (1_065, 1_900, -61.66, 4.55, 9.078),
    "L6e": (14_395, 2_900, -66.72, 5.46, 0.991),
    "L6i": (2_948, 2_100, -61.43, 4.48, 7.523),
}
# The same network in NEST: rates (Hz) at full scale, of the two parameter files that come with its
# implementation; rate and CV at a scale of 0.1 (NEST 3.10, this table, 5 s, mean of two seeds).
NEST_FULL = {
    "L2/3e": (0.90, 0.97), "L2/3i": (2.87, 2.97), "L4e": (4.41, 4.75), "L4i": (5.40, 5.88),
    "L5e": (7.57, 8.14), "L5i": (8.63, 9.08), "L6e": (0.99, 1.11), "L6i": (7.52, 7.83),
}  # fmt: skip
NEST_TENTH = {
    "L2/3e": (0.73, 0.69), "L2/3i": (3.12, 0.80), "L4e": (4.41, 0.80), "L4i": (7.00, 0.80),
    "L5e": (7.37, 0.78), "L5i": (7.78, 0.77), "L6e": (1.17, 0.73), "L6i": (8.14, 0.77),
}  # fmt: skip
# Probability that a pair is connected at all: rows are targets, columns sources (table 5).
CONNECTED = np.array(
    [
        [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0000, 0.0076, 0.0000],
        [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0000, 0.0042, 0.0000],
        [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0000],
        [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0000, 0.1057, 0.0000],
        [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0000],
        [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0000],
        [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
        [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443],
    ]
)
NAMES = tuple(POPULATIONS)
SIZES, EXTERNAL, _, _, RATES = (
    np.array(column) for column in zip(*POPULATIONS.values(), strict=True)
)


def synapses() -> np.ndarray:
    """The number of synapses of each projection at full scale: rows are targets.

    C is the probability of at least one synapse when K are drawn among N_pre N_post pairs, so
    K = ln(1 - C) / ln(1 - 1 / (N_pre N_post)).
    """
    return np.asarray(np.log1p(-CONNECTED) / np.log1p(-1 / np.outer(SIZES, SIZES)))


def weights() -> np.ndarray:
    """Mean weights (pA): rows are targets, columns sources."""
    mean = np.tile([WEIGHT, G * WEIGHT], (8, 4))
    mean[NAMES.index("L2/3e"), NAMES.index("L4e")] *= 2
    return mean


def compensation(scale: float) -> np.ndarray:
    """The steady current (pA) that keeps the mean input of each population at a smaller scale."""
    recurrent = (weights() * synapses() / SIZES[:, np.newaxis]) @ RATES
    external = WEIGHT * EXTERNAL * BACKGROUND
    lost = (1 - np.sqrt(scale)) * (recurrent + external)  # pA Hz
    return np.asarray(TAU_SYN.value_in("s") * lost)


def network(scale: float = 0.1, seed: int = 1, threads: int | None = None) -> rb.Network:
    """The microcircuit; `scale` is that of its neurons and of the synapses of each."""
    neuron = rb.Model(
        "dv/dt = -(v - E_L) / tau_m + I / C_m",
        spike="v >= V_th", reset="v = V_r", refractory="t_ref",
        parameters=NEURON, inputs=dict(I=pA),
    )  # fmt: skip
    net = rb.Network(seed=seed, dt=0.1 * ms, threads=threads)
    current = rb.Exponential(TAU_SYN)
    steady, strength = compensation(scale), 1 / np.sqrt(scale)
    for name, dc in zip(NAMES, steady, strict=True):
        n, external, mean, deviation, _ = POPULATIONS[name]
        target = net.add(
            neuron, round(scale * n), name, releases="glutamate" if name[-1] == "e" else "GABA",
            initial=dict(v=rb.normal(mean * mV, deviation * mV)), I=dc * pA,
        )  # fmt: skip
        poisson = net.add(rb.Poisson(scale * external * BACKGROUND * Hz), target.n, f"to {name}")
        weight = strength * WEIGHT * pA
        net.connect(poisson, target, current, rb.one_to_one(), weight, DELAY_E * ms)
    counts, means = np.rint(scale**2 * synapses()).astype(int), strength * weights()
    for (post, pre), count in np.ndenumerate(counts):
        if count:
            mean = means[post, pre]
            drawn = rb.normal(mean * pA, SPREAD_W * abs(mean) * pA)
            bounds = dict(low=0 * pA) if mean > 0 else dict(high=0 * pA)
            delay = DELAY_E if mean > 0 else DELAY_I
            net.connect(
                NAMES[pre], NAMES[post], current, rb.fixed_total(count, multapses=True),
                weight=rb.truncated(drawn, **bounds),
                delay=rb.truncated(rb.normal(delay * ms, SPREAD_D * delay * ms), low=0.1 * ms),
            )  # fmt: skip
    return net


def merits(rec: rb.NetworkRecording) -> dict[str, tuple[float, float]]:
    """Of each population the rate of a neuron (Hz) and the mean CV of the intervals."""
    trains = {name: rec[name].spikes for name in NAMES}
    return {name: (float(s.rate().magnitude.mean()), mean_cv(s)) for name, s in trains.items()}


def main() -> None:
    """Run the network, print its measures by layer and draw its raster and its irregularity."""
    with options(
        "Potjans and Diesmann (2014)", SMALLEST, SHORTEST, scale=0.1, duration=5000,
        scaled="of neurons and of indegrees", lasting="ms, after 100 ms",
    ) as given:  # fmt: skip
        net = network(given.scale)
        built = net.run(TRANSIENT).provenance["timing"]["build_s"]
        rec = net.run(given.duration * ms)
        heads = f"{'rate (Hz)':>10}{'NEST, 1.0':>14}{'NEST, 0.1':>11}{'CV':>9}{'NEST, 0.1':>11}"
        print(f"{'':8}{heads}")
        for name, (rate, irregularity) in merits(rec).items():
            low, high = NEST_FULL[name]
            tenth, tenth_cv = NEST_TENTH[name]
            full = f"{low:.2f} to {high:.2f}"
            print(f"{name:8}{rate:10.2f}{full:>14}{tenth:11.2f}{irregularity:9.2f}{tenth_cv:11.2f}")
        print(f"built in {built:.1f} s, run in {rec.provenance['timing']['run_s']:.1f} s")
        middle = (rec.start, rec.start + min(400 * ms, rec.duration))
        rec.plot("raster", NAMES, window=middle, path=given.out / "potjans_diesmann_2014.png")
        path = given.out / "potjans_diesmann_2014_irregularity.png"
        rec.plot("irregularity", NAMES, path=path)


if __name__ == "__main__":
    main()
