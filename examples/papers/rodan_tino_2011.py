"""A reservoir of rate-coded neurons in a ring, and what a trained read-out gets out of it.

A. Rodan and P. Tino, Minimum complexity echo state network, IEEE Trans. Neural Netw. 22, 131-144
(2011), doi:10.1109/TNN.2010.2089641; sections on the simple cycle reservoir.

Each of N neurons hears the one before it with the weight r, and the input u with the weight +V or
-V. Only a linear read-out is trained, by ridge regression. The memory capacity is the sum, over all
lags k from 1 on, of the squared correlation of u(t - k) with the best read-out of it; of linear
neurons it is N - (1 - r**(2 N)) (the paper's theorem). NARMA-10 asks for

    y(t + 1) = 0.3 y(t) + 0.05 y(t) sum_{i<10} y(t - i) + 1.5 u(t - 9) u(t) + 0.1

Neurons so fast that they follow their input within a step are an echo state network: with tau =
dt/50 the exact step is v(t + 1) = W r(t) + V u(t) to the last digit.

Differences from the paper: the signs of the input's weights are drawn, not the digits of pi, and
the memory is that of a ring with one neuron that hears the input.

    python examples/papers/rodan_tino_2011.py --out out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.units import ms

DT, TAU = 1.0, 0.02  # ms
MEMORY, CYCLE_MEMORY = 20, 0.9  # neurons of the linear ring, and its weight
NARMA, CYCLE_NARMA, INPUT = 200, 0.7, 0.2  # the same of the nonlinear one, and the input's weight
WASHED_OUT = 200  # steps before anything is learned
RIDGE = 1e-12
SMALLEST = (0.2, "a ring of fewer than 40 neurons does not remember ten steps of products")
SHORTEST = (300, "the read-out has some forty weights to learn from so many steps")

Floats = np.ndarray[Any, np.dtype[np.float64]]


def reservoir(u: Floats, transfer: str, cycle: float, weights: Floats, duration: float) -> Floats:
    """The rates of a ring driven by u, after each step: shape (steps, neurons).

    What is learned from lasts `duration` (ms).
    """
    net, count = rb.Network(dt=DT * ms), len(weights)
    drive = rb.sampled(u[:, None] * weights, DT * ms)
    ring = net.add(rb.RateNeuron(transfer, tau=TAU * ms), count, "ring", I=drive)
    ahead = rb.edges(np.arange(count), np.roll(np.arange(count), -1))
    net.connect(ring, ring, rb.Graded(), ahead, cycle, 0 * ms)
    net.record(ring, "r")
    pieces = (WASHED_OUT * DT, duration, (len(u) - WASHED_OUT) * DT - duration)
    runs = [net.run(piece * ms) for piece in pieces if piece > 0]
    return np.concatenate([np.asarray(rec["ring"]["r"])[1:] for rec in runs])


def trained(x: Floats, y: Floats, ridge: float = RIDGE) -> Floats:
    """The weights of a linear read-out with a constant, by ridge regression."""
    with_one = np.column_stack([x, np.ones(len(x))])
    within = with_one.T @ with_one / len(x)
    return np.linalg.solve(within + ridge * np.eye(len(within)), with_one.T @ y / len(x))


def read_out(x: Floats, weights: Floats) -> Floats:
    """What a read-out says."""
    return np.asarray(x @ weights[:-1] + weights[-1])


def memory(steps: int) -> Floats:
    """The squared correlations of lags 1, 2, ... of the linear ring."""
    u = np.random.default_rng(1).uniform(-1, 1, WASHED_OUT + steps)
    weights = np.zeros(MEMORY)
    weights[0] = 1.0
    x = reservoir(u, "identity", CYCLE_MEMORY, weights, steps * DT)
    late = np.arange(WASHED_OUT, len(u))
    due = np.column_stack([u[late - lag] for lag in range(1, 4 * MEMORY)])
    said = read_out(x[late], trained(x[late], due, 0.0))
    both = np.mean((said - said.mean(axis=0)) * (due - due.mean(axis=0)), axis=0)
    return np.asarray(both**2 / (said.var(axis=0) * due.var(axis=0)))


def narma(u: Floats) -> Floats:
    """The tenth-order moving average of u, in [0, 0.5]: y after each step."""
    y = np.zeros(len(u) + 1)
    for t in range(len(u)):
        past = y[max(0, t - 9) : t + 1].sum()
        before = u[t - 9] if t >= 9 else 0.0
        y[t + 1] = 0.3 * y[t] + 0.05 * y[t] * past + 1.5 * before * u[t] + 0.1
    return y[1:]


def run(duration: float, scale: float = 1.0) -> dict[str, Any]:
    """The memory of the linear ring, and how well a nonlinear one computes NARMA-10."""
    steps, rng = round(duration / DT), np.random.default_rng(2)
    u = rng.uniform(0, 0.5, WASHED_OUT + 2 * steps)
    y = narma(u)
    signs = rng.choice([-1.0, 1.0], round(scale * NARMA))
    x = reservoir(u, "tanh", CYCLE_NARMA, INPUT * signs, duration)
    first, last = slice(WASHED_OUT, WASHED_OUT + steps), slice(WASHED_OUT + steps, None)
    weights = trained(x[first], y[first])
    return {
        "memory": memory(10 * steps),
        "u": u[last],
        "y": y[last],
        "said": read_out(x[last], weights),
    }


def merits(found: dict[str, Any]) -> dict[str, tuple[float, float | str]]:
    """Each figure beside that of the paper."""
    y, said = found["y"], found["said"]
    lags = found["memory"]
    chance = (len(lags) - MEMORY) * MEMORY / (10 * len(y))  # what overfitting adds
    again = CYCLE_MEMORY ** (2 * MEMORY)  # what comes round once more
    return {
        "squared correlation, lag 1": (float(lags[0]), 1 - again),
        f"squared correlation, lag {MEMORY}": (float(lags[MEMORY - 1]), again * (1 - again)),
        "memory capacity": (
            float(lags.sum()) - chance, MEMORY - (1 - again),
        ),
        "error of NARMA-10, of its variance": (float(np.mean((y - said) ** 2) / np.var(y)), "-"),
    }  # fmt: skip


def draw(found: dict[str, Any], path: Path) -> None:
    """How far back the ring remembers, and the series with what the read-out says."""
    figure = pictures.style.new_figure(9, 3.2)
    left, right = figure.subplots(1, 2)
    lags = found["memory"]
    left.bar(np.arange(1, len(lags) + 1), lags, width=0.8)
    left.axvline(MEMORY, color="0.6", ls="--", lw=1)
    left.set(xlabel="lag (steps)", ylabel="squared correlation")
    right.plot(found["y"][:100], label="NARMA-10")
    right.plot(found["said"][:100], "--", label="read-out")
    right.set(xlabel="step")
    right.legend()
    pictures.write(figure, path)


def main() -> None:
    """Drive the rings, train the read-outs and compare them."""
    with options(
        "Rodan and Tino (2011)", SMALLEST, SHORTEST, duration=5000.0,
        scaled="of the neurons of the ring that computes NARMA-10",
        lasting="steps from which the read-out learns",
    ) as given:  # fmt: skip
        found = run(given.duration, given.scale)
        print(f"{'':36}{'here':>10}{'paper':>10}")
        for name, (here, due) in merits(found).items():
            shown = due if isinstance(due, str) else f"{due:.4f}"
            print(f"{name:36}{here:10.4f}{shown:>10}")
        draw(found, given.out / "rodan_tino_2011.png")


if __name__ == "__main__":
    main()
