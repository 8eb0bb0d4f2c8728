"""A memory of graded neurons, and how many patterns it holds.

J. J. Hopfield, Neurons with graded response have collective computational properties like those of
two-state neurons, Proc. Natl. Acad. Sci. USA 81, 3088-3092 (1984), doi:10.1073/pnas.81.10.3088;
theory: D. J. Amit, H. Gutfreund and H. Sompolinsky, Storing infinite numbers of patterns in a
spin-glass model of neural networks, Phys. Rev. Lett. 55, 1530-1533 (1985),
doi:10.1103/PhysRevLett.55.1530.

N neurons with r = tanh(GAIN v) store p random patterns of +1 and -1 by w_ij = sum_mu xi_i xi_j / N.
From a pattern with some of its signs turned the network goes to the nearest memory. In the limit of
many neurons and of a steep function the overlap of a memory with its pattern is m = erf(x/sqrt(2)),

    x sqrt(alpha)/(1 - C) = m,    C = sqrt(2/(pi alpha)) (1 - C) exp(-x**2/2),    alpha = p/N,

and beyond alpha = 0.138 there is no such solution.

    python examples/papers/hopfield_1984.py --out out
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.units import ms

NEURONS, GAIN, TAU, DT = 2000, 50.0, 10.0, 2.0  # ms
LOADS = (0.02, 0.05, 0.08, 0.10, 0.12, 0.16, 0.20)
TURNED = 0.05  # of the signs of a pattern
CUES = 4  # patterns that are asked for, of each load
CAPACITY = 0.138
SMALLEST = (0.2, "with fewer neurons than 400 chance decides what is remembered")
SHORTEST = (200, "the network needs twenty time constants to come to rest")

Floats = np.ndarray[Any, np.dtype[np.float64]]


def theory(alpha: float) -> float:
    """The overlap of a memory with its pattern for many neurons; 0 where there is none.

    With y = x/sqrt(2) the equations are y (sqrt(2 alpha) + 2 exp(-y**2)/sqrt(pi)) = erf(y); the
    largest y is the memory.
    """

    def excess(y: float) -> float:
        noise = math.sqrt(2 * alpha) + 2 / math.sqrt(math.pi) * math.exp(-y * y)
        return math.erf(y) - y * noise

    grid = np.linspace(0.5, 30, 30_000)
    held = [y for y in grid if excess(float(y)) > 0]
    return math.erf(float(held[-1])) if held else 0.0


def memory(alpha: float, count: int, seed: int) -> tuple[rb.Network, Floats]:
    """A network of as many copies as cues, each begun near a pattern; and the patterns."""
    rng = np.random.default_rng(seed)
    patterns = rng.choice([-1.0, 1.0], size=(max(CUES, round(alpha * count)), count))
    weights = patterns.T @ patterns / count
    np.fill_diagonal(weights, 0.0)
    net = rb.Network(dt=DT * ms)
    neuron = rb.RateNeuron("tanh(gain*x)", gain=GAIN, tau=TAU * ms)
    for k in range(CUES):
        turned = np.where(rng.random(count) < TURNED, -1.0, 1.0)
        cells = net.add(neuron, count, f"cue {k}", initial=dict(v=patterns[k] * turned))
        net.connect(cells, cells, rb.Graded(), rb.all_to_all(), weights, 0 * ms)
        net.record(cells, "r", every=5)
    return net, patterns


def run(duration: float, scale: float = 1.0) -> dict[float, Floats]:
    """The overlaps of each load: shape (samples, cues)."""
    found = {}
    for alpha in LOADS:
        net, patterns = memory(alpha, round(scale * NEURONS), seed=1)
        rec = net.run(duration * ms)
        overlaps = [
            np.sign(np.asarray(rec[f"cue {k}"]["r"])) @ patterns[k] / patterns.shape[1]
            for k in range(CUES)
        ]
        found[alpha] = np.transpose(overlaps)
    return found


def draw(found: dict[float, Floats], path: Path) -> None:
    """Overlaps in time, and at the end beside the theory."""
    figure = pictures.style.new_figure(9, 3.4)
    left, right = figure.subplots(1, 2)
    for alpha, overlaps in found.items():
        left.plot(np.arange(len(overlaps)) * 5 * DT, overlaps.mean(axis=1), label=f"{alpha:g}")
    left.set(xlabel="t (ms)", ylabel="overlap")
    left.legend(title="load")
    loads = np.linspace(0.005, 0.22, 300)
    right.plot(loads, [theory(float(a)) for a in loads], "k", lw=1, label="theory")
    for alpha, overlaps in found.items():
        right.plot(np.full(CUES, alpha), overlaps[-1], "o", color="C0", ms=4)
    right.axvline(CAPACITY, color="0.6", ls="--", lw=1)
    right.set(xlabel="load p/N", ylabel="overlap", ylim=(0, 1.05))
    right.legend()
    pictures.write(figure, path)


def main() -> None:
    """Run the loads and compare the overlaps with the theory."""
    with options("Hopfield (1984)", SMALLEST, SHORTEST, duration=400.0) as given:
        found = run(given.duration, given.scale)
        print(f"{'load':>8}{'overlap':>10}{'theory':>10}")
        for alpha, overlaps in found.items():
            print(f"{alpha:8.2f}{overlaps[-1].mean():10.4f}{theory(alpha):10.4f}")
        low, high = 0.05, 0.3
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if theory(middle) else (low, middle)
        print(f"capacity by these equations {low:.4f}, in the paper of 1985 {CAPACITY}")
        draw(found, given.out / "hopfield_1984.png")


if __name__ == "__main__":
    main()
