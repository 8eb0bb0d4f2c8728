"""Four receptors as chemistry: what one spike opens, and what ten spikes in a row do.

A. Destexhe, Z. F. Mainen and T. J. Sejnowski, Kinetic models of synaptic transmission, in C. Koch
and I. Segev (eds.), Methods in Neuronal Modeling, 2nd ed., 1-25 (MIT Press, 1998); the method in
Neural Comput. 6, 14-18 (1994), doi:10.1162/neco.1994.6.1.14; GABA-B in Proc. Natl. Acad. Sci. USA
92, 9515-9519 (1995), doi:10.1073/pnas.92.21.9515.

A spike is a pulse of transmitter, 1 mM during 1 ms (0.5 mM during 0.3 ms for GABA-B), that binds
receptors: AMPA, NMDA and GABA-A open and soon saturate. GABA-B opens its channel by G proteins,
four together, and hardly answers a single spike; a train it answers thousands of times as strongly.

Beside each stands what runs in a network. First the receptor itself, as `net.connect` takes it:
each synapse binds and saturates on its own, and the numbers are the same. Then what adds to a
conductance without an end, `rb.AMPA`, `rb.NMDA`, `rb.GABAA` and `rb.GABAB`, with the decay of the
chemistry. All are scaled to one peak after one spike, and the table says how far they are from the
chemistry: the mean difference while its picture lasts, as a part of its peak.

Differences from the chapter: 200 spikes a second instead of bursts of several rates; all receptors
are held at -40 mV, where magnesium leaves some NMDA receptors open. Conditions are those of the
zoo. What is published are the rates: beside our numbers stand the closed forms that follow.

    python examples/papers/destexhe_1998.py --out out
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.units import V, mM, ms, mV, nS

DT, HELD = 0.1, -40 * mV
SPIKES, APART = 10, 5.0  # of a train; ms between two
# The equations, the receptor of networks, the pulse (mM, ms), and how much is drawn (ms).
RECEPTORS: dict[str, tuple[Any, Any, float, float, float]] = {
    "AMPA": (rb.AMPAKinetics(), rb.AMPA(1 / 0.19 * ms), 1.0, 1.0, 80.0),
    "NMDA": (rb.NMDAKinetics(), rb.NMDA(decay=1 / 0.0066 * ms), 1.0, 1.0, 400.0),
    "GABAA": (rb.GABAAKinetics(), rb.GABAA(), 1.0, 1.0, 80.0),
    "GABAB": (rb.GABABKinetics(), rb.GABAB(), 0.5, 0.3, 800.0),
}
FORMS = ("chemistry", "in a network", "conductances that add")
# What --scale and --duration are at the least, and why.
SMALLEST = (0.05, "with less transmitter GABA-B opens by no more than rounding")
SHORTEST = (150, "the conductance of GABA-B peaks after a tenth of a second")


def released(name: str, spikes: int, duration: float, scale: float) -> Any:
    """The open fraction r of the chemistry under pulses of transmitter, every 0.1 ms."""
    model, _, peak, width, _ = RECEPTORS[name]
    times = APART * np.arange(spikes) * ms
    pulses = rb.pulses(scale * peak * mM, times, width=width * ms)
    rec = rb.simulate(model, duration * ms, dt=DT * ms, T=pulses, v=HELD, record=["r"])
    return np.asarray(rec["r"])[:, 0]


def in_networks(spikes: int, duration: float, scale: float) -> dict[str, tuple[Any, Any]]:
    """By receptor, r of its chemistry in a network and the conductance (nS) of what adds."""
    net = rb.Network(dt=DT * ms)
    source = net.add(rb.SpikeTimes(1 * ms + APART * np.arange(spikes) * ms), 1, "axon")
    # A threshold out of reach: these cells only listen.
    cell, everyone = rb.LIF(V_L=HELD, V_T=1 * V), rb.all_to_all()
    for name, (model, receptor, peak, _, _) in RECEPTORS.items():
        target = net.add(cell, 1, name, method="exponential_euler")
        kinetic = rb.Kinetic(model, concentration=scale * peak * mM, name="binds")
        # Of GABA-B the weight is the share of receptors that one synapse has: G proteins add up.
        weight: Any = 1.0 if name == "GABAB" else 1 * nS
        net.connect(source, target, kinetic, everyone, weight, DT * ms)
        net.connect(source, target, receptor, everyone, 1 * nS, DT * ms)
        net.record(target, ["r_binds", f"g_{name}"])
    net.run((1 + DT) * ms)  # until the first spike arrives
    rec = net.run(duration * ms)
    return {
        name: tuple(
            np.asarray(getattr(rec[name][key], "internal", rec[name][key]))[:, 0]
            for key in ("r_binds", f"g_{name}")
        )
        for name in RECEPTORS
    }


def closed_form(name: str, spikes: int, duration: float, scale: float) -> Any:
    """The open fraction every 0.1 ms: while T stays as it is, the equations are linear."""
    model, _, peak, width, _ = RECEPTORS[name]
    value = model.parameters
    binds, leaves = (value[key] for key in (("K1", "K2") if name == "GABAB" else ("alpha", "beta")))
    bound, protein, found = 0.0, 0.0, []
    for k in range(round(duration / DT) + 1):
        found.append((bound, protein))
        since = k * DT - APART * min(int(k * DT / APART + 1e-9), spikes - 1)
        present = scale * peak if since < width - 1e-9 else 0.0
        rate = binds * present + leaves
        limit, before = binds * present / rate, bound
        bound = limit + (bound - limit) * math.exp(-rate * DT)
        if name == "GABAB":
            leak, gain = value["K4"], value["K3"]
            off, slow = math.exp(-leak * DT), math.exp(-rate * DT)
            fed = limit * (1 - off) / leak + (before - limit) * (slow - off) / (leak - rate)
            protein = protein * off + gain * fed
    receptors, proteins = np.array(found).T
    if name != "GABAB":
        return receptors
    return proteins ** value["n"] / (proteins ** value["n"] + value["KD"])


def responses(duration: float, scale: float) -> dict[str, dict[int, tuple[Any, ...]]]:
    """By receptor and number of spikes the three forms and the closed form, samples of 0.1 ms."""
    found: dict[str, dict[int, tuple[Any, ...]]] = {name: {} for name in RECEPTORS}
    for spikes in (1, SPIKES):
        chemical = {name: released(name, spikes, duration, scale) for name in RECEPTORS}
        for name, (kinetic, conductance) in in_networks(spikes, duration, scale).items():
            exact = closed_form(name, spikes, duration, scale)
            found[name][spikes] = chemical[name], kinetic, conductance, exact
    return found


def merits(name: str, courses: dict[int, tuple[Any, ...]]) -> dict[str, tuple[float, ...]]:
    """Peaks and what a train adds, by form; and how far the two of networks are off."""
    shown = slice(round(RECEPTORS[name][4] / DT))
    one, train = courses[1], courses[SPIKES]
    gains = tuple(float(b.max() / a.max()) for a, b in zip(one, train, strict=True))
    off = []
    for spikes in (1, SPIKES):
        chemical, *others, _ = courses[spikes]
        for alone, other in zip(one[1:3], others, strict=True):
            scaled = other * (one[0].max() / alone.max())
            off.append(float(np.abs(scaled - chemical)[shown].mean() / chemical.max()))
    return {"peak": (float(one[0].max()), float(one[3].max())), "gain": gains, "off": tuple(off)}


def draw(found: dict[str, dict[int, tuple[Any, ...]]], path: Path) -> None:
    """Each receptor after one spike and after ten."""
    figure = pictures.style.new_figure(9.5, 10)
    grid: Any = figure.subplots(len(found), 2)
    dashes = ("-", (0, (4, 1.5)), (0, (1, 1.2)))
    for row, (name, courses) in zip(grid, found.items(), strict=True):
        end = RECEPTORS[name][4]
        for ax, (spikes, forms) in zip(row, courses.items(), strict=True):
            pictures.style.style_axes(ax)
            for place, (label, dash) in enumerate(zip(FORMS, dashes, strict=True)):
                alone, course = courses[1][place], forms[place]
                course = course * (courses[1][0].max() / alone.max())
                times, shade = DT * np.arange(len(course)), pictures.style.colour(place)
                ax.plot(times, course, color=shade, ls=dash, lw=2, label=label)
            ax.set(xlim=(-0.02 * end, min(end, times[-1])), ylim=(0, None))
            ax.ticklabel_format(axis="y", scilimits=(-3, 3), useMathText=True)
            called = name.replace("GABA", "GABA-")
            ax.set_title(
                f"{called}, {'one spike' if spikes == 1 else f'{spikes} spikes'}", fontsize=11
            )
        row[0].set_ylabel("open fraction")
    for ax in grid[-1]:
        ax.set_xlabel("time (ms)")
    pictures.style.legend(grid[0, 0], loc="upper right")
    pictures.write(figure, path)


def main() -> None:
    """Run one spike and ten, print and draw."""
    with options(
        "Destexhe, Mainen and Sejnowski (1998)", SMALLEST, SHORTEST, duration=1000,
        scaled="of the transmitter",
    ) as given:  # fmt: skip
        found = responses(given.duration, given.scale)
        print(f"{'':8}{'peak of one spike':>24}{'ten spikes over one, in peak':>42}")
        print(
            f"{'':8}{'here':>12}{'closed':>12}{'here':>12}{'closed':>10}{'network':>10}{'rb.':>10}"
        )
        of = {name: merits(name, courses) for name, courses in found.items()}
        for name, found_of in of.items():
            (peak, exact), (gain, again, form, exact_gain) = found_of["peak"], found_of["gain"]
            numbers = f"{gain:12.4g}{exact_gain:10.4g}{again:10.4g}{form:10.4g}"
            print(f"{name:8}{peak:12.5g}{exact:12.5g}{numbers}")
        print("\nMean difference from the chemistry, as a part of its peak (%)")
        print(f"{'':8}{'one spike: network':>20}{'rb.':>8}{'ten spikes: network':>22}{'rb.':>8}")
        for name, found_of in of.items():
            one, one_form, ten, ten_form = (100 * part for part in found_of["off"])
            print(f"{name:8}{one:20.0e}{one_form:8.2f}{ten:22.0e}{ten_form:8.2f}")
        draw(found, given.out / "destexhe_1998.png")


if __name__ == "__main__":
    main()
