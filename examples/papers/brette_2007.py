"""The four benchmarks of a review of simulators: COBA, CUBA, COBAHH and voltage jumps.

R. Brette, M. Rudolph, T. Carnevale, M. Hines, D. Beeman, J. M. Bower, M. Diesmann, A. Morrison,
P. H. Goodman, F. C. Harris Jr., M. Zirpe, T. Natschläger, D. Pecevski, B. Ermentrout,
M. Djurfeldt, A. Lansner, O. Rochel, T. Vieville, E. Muller, A. P. Davison, S. El Boustani and
A. Destexhe, Simulation of networks of spiking neurons: a review of tools and strategies,
J. Comput. Neurosci. 23, 349-398 (2007), doi:10.1007/s10827-007-0038-6; appendix B.

4,000 neurons, 80 % of them excitatory, joined with a probability of 2 %, after T. P. Vogels and
L. F. Abbott, J. Neurosci. 25, 10786-10795 (2005). They differ in the neuron (integrate-and-fire, or
Hodgkin-Huxley with the sodium and potassium of Traub and Miles) and in what a spike does
(conductance, current, or a jump of the voltage). Nothing drives them but their first state.

Differences from the paper: a random first state, that of Brian 2's examples, takes the place of
50 ms of stimulation; a delay of one step that of none; spikes of the voltage-jump benchmark are on
the grid of time. E_L of the Hodgkin-Huxley cells is -60 mV, as the appendix has it for all; with
-65 mV, as the paper's NEURON code has it, they fire alike. That benchmark is run twice: with the
step of 0.1 ms that all of them share, and converged. The paper prints no rates; those beside ours
are of Brian 2.10 with three seeds.

    python examples/papers/brette_2007.py --out out
"""

from __future__ import annotations

from typing import Any

from _options import options

import rheobase as rb
from rheobase.analysis import mean_cv
from rheobase.units import ms, mV, nS, pA, pF

N_E, N_I = 3_200, 800  # neurons
P = 0.02  # probability of a synapse
DELAY = 0.1 * ms
CELL = dict(C=200 * pF, g_L=10 * nS, V_T=-50 * mV, V_R=-60 * mV, t_ref=5 * ms)
TAU_E, TAU_I = 5 * ms, 10 * ms
E_E, E_I = 0 * mV, -80 * mV
TRANSIENT = 200 * ms
# What --scale and --duration are at the least, and why.
SMALLEST = (P, "with fewer neurons no probability gives each its synapses")
SHORTEST = (210, "the first 200 ms are not measured")

# What an excitatory and an inhibitory spike add. A current is that of 0.27 and 4.5 nS at -60 mV.
CONDUCTANCES = (6 * nS, 67 * nS)
CURRENTS = (0.27 * nS * 60 * mV, -4.5 * nS * 20 * mV)
JUMPS = (0.25 * mV, -2.25 * mV)

# What they are called, method and step.
BENCHMARKS = {
    "COBA": ("exponential_euler", 0.1 * ms),
    "CUBA": ("exact", 0.1 * ms),
    "COBAHH": ("exponential_euler", 0.1 * ms),
    "COBAHH converged": ("rk4", 0.05 * ms),
    "voltage jump": ("exact", 0.1 * ms),
}
# Rate (Hz) and CV in Brian 2.
BRIAN = {"COBA": ("18.1 to 20.6", "1.48 to 1.59"), "CUBA": ("5.5 to 5.6", "0.50 to 0.51")}


def integrate_and_fire(E_L: Any) -> rb.Model:
    """The neuron of COBA (E_L = -60 mV), and of CUBA and the voltage jumps (-49 mV)."""
    return rb.Model(
        "C * dv/dt = g_L * (E_L - v) + I",
        spike="v > V_T", reset="v = V_R", refractory="t_ref",
        parameters=dict(**CELL, E_L=E_L), inputs=dict(I=pA), initial=dict(v=-60 * mV),
    )  # fmt: skip


def parts(name: str) -> tuple[rb.Model, Any, Any, tuple[Any, Any]]:
    """Neuron, excitatory and inhibitory synapse, and their weights."""
    if name == "voltage jump":
        return integrate_and_fire(-49 * mV), rb.Delta(), rb.Delta(), JUMPS
    if name == "CUBA":
        synapses = rb.Exponential(TAU_E, name="exc"), rb.Exponential(TAU_I, name="inh")
        return integrate_and_fire(-49 * mV), *synapses, CURRENTS
    neuron = integrate_and_fire(-60 * mV) if name == "COBA" else rb.TraubMiles()
    exc = rb.Exponential(TAU_E, reversal=E_E, name="exc")
    inh = rb.Exponential(TAU_I, reversal=E_I, name="inh")
    return neuron, exc, inh, CONDUCTANCES


def network(name: str, scale: float = 1.0, seed: int = 1) -> rb.Network:
    """A benchmark; `scale` is that of its neurons, who keep their numbers of synapses."""
    neuron, excitation, inhibition, (w_e, w_i) = parts(name)
    method, dt = BENCHMARKS[name]
    initial: dict[str, Any] = {"v": rb.uniform(-60 * mV, -50 * mV)}
    if name.startswith("COBA"):
        initial["g_exc"] = rb.normal(40 * nS, 15 * nS)
        initial["g_inh"] = rb.normal(200 * nS, 120 * nS)
    net = rb.Network(seed=seed, dt=dt)
    how: dict[str, Any] = {"initial": initial, "method": method}
    exc = net.add(neuron, round(scale * N_E), "excitatory", releases="glutamate", **how)
    inh = net.add(neuron, round(scale * N_I), "inhibitory", releases="GABA", **how)
    net.connect(exc, [exc, inh], excitation, rb.bernoulli(P / scale), w_e, DELAY)
    net.connect(inh, [exc, inh], inhibition, rb.bernoulli(P / scale), w_i, DELAY)
    return net


def merits(rec: rb.NetworkRecording) -> tuple[float, float]:
    """Rate of a neuron (Hz) and mean CV of the intervals, after the transient."""
    stop = rec.start + rec.duration
    late = [rec[name].spikes.window(TRANSIENT, stop) for name in rec]
    seconds = (stop - TRANSIENT).value_in("s")
    rate = sum(one.total for one in late) / sum(one.n for one in late) / seconds
    return rate, mean_cv(late[0])


def main() -> None:
    """Run the benchmarks, print their rates and draw their rasters."""
    with options("Brette et al. (2007), the four benchmarks", SMALLEST, SHORTEST) as given:
        print(f"{'':18}{'rate (Hz)':>10}{'Brian 2':>14}{'CV':>8}{'Brian 2':>14}{'run (s)':>10}")
        for name in BENCHMARKS:
            rec = network(name, given.scale).run(given.duration * ms)
            rate, irregularity = merits(rec)
            time = rec.provenance["timing"]["run_s"]
            other, other_cv = BRIAN.get(name, ("-", "-"))
            print(f"{name:18}{rate:10.1f}{other:>14}{irregularity:8.2f}{other_cv:>14}{time:10.2f}")
            rec.plot("raster", path=given.out / f"brette_2007_{name.replace(' ', '_')}.png")


if __name__ == "__main__":
    main()
