"""All neurons of a worm: touch at its head wakes the neurons for going back, at its tail forward.

J. G. White, E. Southgate, J. N. Thomson and S. Brenner, The structure of the nervous system of the
nematode Caenorhabditis elegans, Phil. Trans. R. Soc. B 314, 1-340 (1986),
doi:10.1098/rstb.1986.0056; L. R. Varshney, B. L. Chen, E. Paniagua, D. H. Hall and
D. B. Chklovskii, Structural properties of the Caenorhabditis elegans neuronal network, PLoS Comput.
Biol. 7, e1001066 (2011), doi:10.1371/journal.pcbi.1001066.

302 neurons with their chemical synapses and gap junctions. The touch cells of the head (ALML, ALMR,
AVM) or of the tail (PLML, PLMR) are depolarised. M. Chalfie et al., J. Neurosci. 5, 956-964 (1985),
doi:10.1523/JNEUROSCI.05-04-00956.1985, killed cells one by one and found who commands the answer:
AVA, AVD and AVE going back, AVB and PVC going forward.

What is data here: who is joined with whom, and by how many contacts; and which 26 neurons release
GABA (S. L. McIntire, E. Jorgensen, J. Kaplan and H. R. Horvitz, Nature 364, 337-341 (1993),
doi:10.1038/364337a0). All else is a simplification. The neurons are alike and passive: they have no
spikes, and release quanta of transmitter at a rate that follows their potential. Each contact
counts the same. GABA inhibits and everything else excites; the touch cells' glutamate is run both
ways, since Chalfie et al. concluded that it inhibits. Capacitance, leak and gap junctions are of
the size that J. Kunert, E. Shlizerman and J. N. Kutz, Phys. Rev. E 89, 052805 (2014),
doi:10.1103/PhysRevE.89.052805, used; chemical synapses are weaker, so that the worm can rest.

Back and forward come out right, whatever the sign of that glutamate. Gap junctions see to it: they
join AVM to AVD, and PLM to PVC. AVA, AVE and AVB, a step further on, differ by little.

The contacts are read from files in the package cect, whose code is not run:

    pip install "rheobase[connectome]"  # or, to keep the newest NumPy, --no-deps cect
    python examples/papers/c_elegans.py --out out
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from _connectome import Connectome, read
from _options import options

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.units import Hz, ms, mV, pA, pF, pS

GABAERGIC = {
    *(f"DD{k}" for k in range(1, 7)), *(f"VD{k}" for k in range(1, 14)),
    "RMED", "RMEV", "RMEL", "RMER", "AVL", "DVB", "RIS",
}  # fmt: skip
TOUCH = {"head": ("ALML", "ALMR", "AVM"), "tail": ("PLML", "PLMR")}
BACKWARD, FORWARD = ("AVA", "AVD", "AVE"), ("AVB", "PVC")
NEURON = rb.Model(
    """
    C * dv/dt = g_L * (V_L - v) + I
    dq/dt = fastest / (1 + exp((V_half - v) / slope))
    """,
    spike="q > 1", reset="q = q - 1",
    parameters=dict(
        C=1.5 * pF, g_L=10 * pS, V_L=-35 * mV, V_half=-10 * mV, slope=5 * mV, fastest=100 * Hz,
    ),
    inputs=dict(I=pA), initial=dict(v="V_L", q=0), method="exponential_euler",
)  # fmt: skip
JUNCTION, QUANTUM = 100 * pS, 1 * pS  # a contact of a gap junction, and what a quantum opens
EXCITES = rb.Exponential(20 * ms, reversal=0 * mV, name="excites")
INHIBITS = rb.Exponential(20 * ms, reversal=-45 * mV, name="inhibits")
TOUCHED, REST = 3 * pA, 500.0  # into a touch cell; ms before it
DT = 0.5
# What --scale and --duration are at the least, and why.
SMALLEST = (0.01, "without chemical synapses nothing tells a connectome from a heap of wire")
SHORTEST = (100, "the membranes take so long to charge")


def network(worm: Connectome, touched: str, inhibits: bool, scale: float = 1.0) -> rb.Network:
    """The worm, touched at the "head", the "tail" or nowhere; `scale` is that of its synapses.

    `inhibits` says whether the glutamate of touch cells does.
    """
    current = np.zeros(len(worm.names))
    for name in TOUCH.get(touched, ()):
        current[worm.places(name)] = 1.0
    net = rb.Network(seed=1, dt=DT * ms)
    touch = rb.step(current * TOUCHED, start=REST * ms)
    cells = net.add(
        NEURON, len(worm.names), "neurons", I=touch, initial=dict(q=rb.uniform(0.0, 1.0))
    )
    touch_cells = {name for cells in TOUCH.values() for name in cells}
    inhibitory = GABAERGIC | (touch_cells if inhibits else set())
    pre, post = np.nonzero(worm.chemical)
    signs = np.isin(worm.names, sorted(inhibitory))[pre]
    for synapse, these in ((EXCITES, ~signs), (INHIBITS, signs)):
        contacts = worm.chemical[pre[these], post[these]]
        edges = rb.edges(pre[these], post[these])
        net.connect(cells, cells, synapse, edges, contacts * scale * QUANTUM, 1 * ms)
    one, other = np.nonzero(np.triu(worm.electrical))
    net.gap_junction(cells, cells, rb.edges(one, other), worm.electrical[one, other] * JUNCTION)
    net.record(cells, "v", every=2 * ms)
    return net


def answers(worm: Connectome, inhibits: bool, duration: float, scale: float) -> dict[str, Any]:
    """What a touch changes (mV): the times (ms), and by place the course of each command neuron."""
    found: dict[str, Any] = {}
    for touched in ("", *TOUCH):
        net = network(worm, touched, inhibits, scale)
        net.run(REST * ms)
        rec = net.run(duration * ms)["neurons"]
        volts = rec["v"].value_in("mV")
        found[touched] = {
            name: volts[:, worm.places(name)].mean(axis=1) for name in (*BACKWARD, *FORWARD)
        }
        found["t"] = rec.t.value_in("ms") - REST
    calm = found.pop("")
    for touched in TOUCH:
        found[touched] = {name: v - calm[name] for name, v in found[touched].items()}
    return found


def merits(found: dict[str, Any]) -> dict[str, dict[str, float]]:
    """By place of touch: each command neuron at the end, and back less forward (mV)."""
    table = {}
    for touched in TOUCH:
        late = slice(-max(1, len(found["t"]) // 4), None)
        of = {name: float(v[late].mean()) for name, v in found[touched].items()}
        back, forward = (np.mean([of[name] for name in some]) for some in (BACKWARD, FORWARD))
        table[touched] = {**of, "back - forward": float(back - forward)}
    return table


def draw(worm: Connectome, found: dict[bool, dict[str, Any]], path: Path) -> None:
    """Who is joined with whom, and the command neurons after a touch of head and tail."""
    figure = pictures.style.new_figure(11, 8)
    wires, courses = figure.subfigures(1, 2, width_ratios=[1, 1.6])
    # Those who send more than they hear come first: senses, then commands, then muscles' neurons.
    sent, heard = worm.chemical.sum(axis=1), worm.chemical.sum(axis=0)
    order = np.argsort(-(sent - heard) / np.maximum(sent + heard, 1), kind="stable")
    for ax, matrix, shade, what in zip(
        wires.subplots(2, 1), (worm.chemical, worm.electrical),
        (pictures.style.BLUE, pictures.style.VERMILION), ("chemical", "gap junctions"), strict=True,
    ):  # fmt: skip
        pre, post = np.nonzero(matrix[np.ix_(order, order)])
        ax.plot(post, pre, ".", color=shade, ms=2, mew=0)
        pictures.style.style_axes(ax)
        ax.set(aspect="equal", xlim=(0, len(order)), ylim=(len(order), 0), title=what)
        ax.set_xlabel("to neuron")
        ax.set_ylabel("from neuron")
    grid: Any = courses.subplots(2, 2, sharex=True, sharey="row")
    for column, (inhibits, of) in zip(grid.T, found.items(), strict=True):
        for ax, touched in zip(column, TOUCH, strict=True):
            pictures.style.style_axes(ax)
            for place, (name, v) in enumerate(of[touched].items()):
                dash = "-" if name in BACKWARD else (0, (4, 1.5))
                ax.plot(of["t"], v, color=pictures.style.colour(place), ls=dash, lw=1.8, label=name)
            ax.axhline(0, color=pictures.style.PALE, lw=0.8, zorder=0)
            acts = "inhibit" if inhibits else "excite"
            ax.set_title(f"{touched} touched; touch cells {acts}", fontsize=11)
            ax.set_xlim(0, of["t"][-1])
        column[1].set_xlabel("time (ms)")
    for ax in grid[:, 0]:
        ax.set_ylabel("change of the potential (mV)")
    pictures.style.legend(grid[0, 1], loc="upper left", ncols=2)
    pictures.write(figure, path)


def connectome(parser: argparse.ArgumentParser) -> None:
    """The option that this paper has beside the others."""
    help = "a file like those of the package cect, in place of the package"
    parser.add_argument("--connectome", type=Path, help=help)


def main() -> None:
    """Touch the worm, print who answers, and draw it."""
    with options(
        "The connectome of C. elegans", SMALLEST, SHORTEST, also=connectome,
        scaled="of the strength of chemical synapses", lasting="ms of touch",
    ) as given:  # fmt: skip
        worm = read(given.connectome)
        print(f"{'':36}{'here':>8}{'published':>12}")
        for name, (count, published) in worm.counts.items():
            print(f"{name:36}{count:8}{published:>12}")
        print("\nChange of the potential (mV): a worm touched at the head goes back, else forward")
        names = (*BACKWARD, *FORWARD, "back - forward")
        print(
            f"{'touch cells':14}{'touch':>8}" + "".join(f"{n:>{max(9, len(n) + 3)}}" for n in names)
        )
        found = {}
        for inhibits in (False, True):
            found[inhibits] = answers(worm, inhibits, given.duration, given.scale)
            for touched, of in merits(found[inhibits]).items():
                numbers = "".join(f"{v:{max(9, len(n) + 3)}.2f}" for n, v in of.items())
                print(f"{'inhibit' if inhibits else 'excite':14}{touched:>8}{numbers}")
        draw(worm, found, given.out / "c_elegans.png")


if __name__ == "__main__":
    main()
