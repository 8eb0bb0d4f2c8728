"""Excitation and inhibition in a patch of cortex: several steady states, and a limit cycle.

H. R. Wilson and J. D. Cowan, Excitatory and inhibitory interactions in localized populations of
model neurons, Biophys. J. 12, 1-24 (1972), doi:10.1016/S0006-3495(72)86068-5; figures 4 and 11.

Of the excitatory neurons of a patch the part E is active, of the inhibitory ones the part I:

    tau dE/dt = -E + (k_e - E) S_e(c1 E - c2 I + P),    tau dI/dt = -I + (k_i - I) S_i(c3 E - c4 I)

with S(x) = 1/(1 + exp(-a (x - theta))) - 1/(1 + exp(a theta)). Here are many patches that do not
know of one another, each with its own input P. Steady states come from the equations by Newton's
method, their stability from the eigenvalues there, and the cycle's period from Runge-Kutta steps
of tau/200.

Differences from the paper: time is counted in tau = 10 ms.

    python examples/papers/wilson_cowan_1972.py --out out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.units import ms

TAU, DT = 10.0, 0.008  # ms
# c1 to c4; a and theta of the excitatory and of the inhibitory population.
STATES = dict(c=(12.0, 4.0, 13.0, 11.0), e=(1.2, 2.8), i=(1.0, 4.0))  # figure 4
CYCLE = dict(c=(16.0, 12.0, 15.0, 3.0), e=(1.3, 4.0), i=(2.0, 3.7))  # figure 11
P_CYCLE = 1.25
PATCHES = 41
SMALLEST = (0.2, "fewer patches than eight do not show where the cycle begins")
SHORTEST = (300, "a patch needs some thirty time constants to settle, or to come round")

Floats = np.ndarray[Any, np.dtype[np.float64]]


def sigmoid(x: Floats, a: float, theta: float) -> Floats:
    """S: 0 without input."""
    return 1 / (1 + np.exp(-a * (x - theta))) - 1 / (1 + np.exp(a * theta))


def slopes(y: Floats, P: Any, kind: dict[str, Any]) -> Floats:
    """The right sides of the equations, of y = (E, I) in its first axis."""
    c1, c2, c3, c4 = kind["c"]
    found = []
    for part, x, which in (
        (y[0], c1 * y[0] - c2 * y[1] + P, "e"),
        (y[1], c3 * y[0] - c4 * y[1], "i"),
    ):
        k = 1 - 1 / (1 + np.exp(kind[which][0] * kind[which][1]))
        found.append(-part + (k - part) * sigmoid(x, *kind[which]))
    return np.array(found)


def jacobian(y: Floats, P: float, kind: dict[str, Any]) -> Floats:
    """The derivatives of the slopes by E and I, of y of shape (2, points): (points, 2, 2)."""
    step = 1e-20j  # of which no digit is lost
    columns = [slopes(y + step * np.eye(2)[k][:, None], P, kind).imag / 1e-20 for k in range(2)]
    return np.transpose(np.array(columns), (2, 1, 0))


def steady_states(P: float, kind: dict[str, Any]) -> list[tuple[Floats, bool]]:
    """Where nothing changes, E in ascending order, and whether it is stable: by Newton's method."""
    starts = np.linspace(0, 0.5, 21)
    y = np.stack(np.meshgrid(starts, starts)).reshape(2, -1)
    for _ in range(40):
        step = np.linalg.solve(jacobian(y, P, kind), slopes(y, P, kind).T[:, :, None])[:, :, 0].T
        y = np.clip(y - step, -1, 1)
    good = y[:, np.abs(slopes(y, P, kind)).max(axis=0) < 1e-12]
    found: list[Floats] = []
    for one in good[:, np.argsort(good[0])].T:
        if not found or np.abs(one - found[-1]).max() > 1e-6:
            found.append(one)
    rates = [np.linalg.eigvals(jacobian(one[:, None], P, kind)[0]).real.max() for one in found]
    return [(one, bool(rate < 0)) for one, rate in zip(found, rates, strict=True)]


def patches(P: Floats, kind: dict[str, Any], first: Any = 0.0) -> rb.Network:
    """A network of patches with the inputs P; E and I begin at `first`."""
    net, count = rb.Network(dt=DT * ms), len(P)
    for name, which, own in (("E", "e", P), ("I", "i", np.zeros(count))):
        a, theta = kind[which]
        model = rb.Model(
            """
            tau * dr/dt = -r + (k - r) * S
            S = logistic(a * (x - theta)) - logistic(-a * theta)
            """,
            parameters=dict(tau=TAU * ms, a=a, theta=theta, k=1 - 1 / (1 + np.exp(a * theta))),
            inputs=["x"], initial=dict(r=0.0),
        )  # fmt: skip
        net.add(model, count, name, initial=dict(r=np.broadcast_to(first, (count,))), x=own)
        net.record(name, "r", every=20)
    c1, c2, c3, c4 = kind["c"]
    ways = (("E", "E", c1), ("I", "E", -c2), ("E", "I", c3), ("I", "I", -c4))
    for source, target, weight in ways:
        net.connect(source, target, rb.Graded(of="r"), rb.one_to_one(), weight, 0 * ms)
    return net


def settled(rec: rb.NetworkRecording) -> Floats:
    """E and I of each patch at the end."""
    return np.array([np.asarray(rec[name]["r"])[-1] for name in ("E", "I")])


def period(t: Floats, E: Floats) -> float:
    """The time between the last two rises through the middle."""
    half = len(E) // 2
    t, x = t[half:], E[half:] - (E[half:].max() + E[half:].min()) / 2
    rises = np.flatnonzero((x[:-1] < 0) & (x[1:] >= 0))[-2:]
    times = t[rises] - x[rises] * (t[rises + 1] - t[rises]) / (x[rises + 1] - x[rises])
    return float(times[1] - times[0])


def exact(P: Floats, duration: float) -> tuple[Floats, Floats]:
    """Time (ms) and E of the patches of figure 11, by Runge-Kutta steps of tau/200."""
    h, y = 1 / 200, np.full((2, len(P)), 0.1)
    found = [y[0]]
    for _ in range(round(duration / TAU / h)):
        k1 = slopes(y, P, CYCLE)
        k2 = slopes(y + h / 2 * k1, P, CYCLE)
        k3 = slopes(y + h / 2 * k2, P, CYCLE)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + slopes(y + h * k3, P, CYCLE))
        found.append(y[0])
    return np.arange(len(found)) * h * TAU, np.array(found)


def swings(E: Floats) -> Floats:
    """How far E moves in the second half of a run, in each patch."""
    late = E[len(E) // 2 :]
    return np.asarray(late.max(axis=0) - late.min(axis=0))


def run(duration: float, scale: float = 1.0) -> dict[str, rb.NetworkRecording]:
    """Figure 4 from below and from above, and patches of figure 11 with many inputs."""
    P = np.linspace(0, 2.5, max(8, round(scale * PATCHES) // 2 * 2 + 1))
    return {
        "low": patches(np.zeros(1), STATES, 0.0).run(duration * ms),
        "high": patches(np.zeros(1), STATES, 0.45).run(duration * ms),
        "cycle": patches(P, CYCLE, 0.1).run(duration * ms),
    }


def merits(found: dict[str, rb.NetworkRecording]) -> dict[str, tuple[float, float]]:
    """Each figure of the network beside that of the equations."""
    stable = [y for y, is_stable in steady_states(0.0, STATES) if is_stable]
    E = np.asarray(found["cycle"]["E"]["r"])
    t, P = np.asarray(found["cycle"]["E"].t.magnitude), np.linspace(0, 2.5, E.shape[1])
    middle = int(np.argmin(np.abs(P - P_CYCLE)))
    due_t, due = exact(P, float(t[-1]))
    late, half = E[len(E) // 2 :, middle], due[len(due) // 2 :, middle]
    return {
        "E at rest, figure 4": (float(settled(found["low"])[0, 0]), abs(float(stable[0][0]))),
        "E when excited": (float(settled(found["high"])[0, 0]), float(stable[-1][0])),
        "patches that swing": (float(np.sum(swings(E) > 0.02)), float(np.sum(swings(due) > 0.02))),
        "period at P = 1.25 (tau)": (
            period(t, E[:, middle]) / TAU, period(due_t, due[:, middle]) / TAU,
        ),
        "least E of the cycle": (float(late.min()), float(half.min())),
        "most E of the cycle": (float(late.max()), float(half.max())),
    }  # fmt: skip


def draw(found: dict[str, rb.NetworkRecording], path: Path) -> None:
    """The cycle in the plane of E and I and in time, and how it depends on P."""
    figure = pictures.style.new_figure(10, 3.4)
    plane, course, onset = figure.subplots(1, 3)
    rec = found["cycle"]
    E, I = (np.asarray(rec[name]["r"]) for name in ("E", "I"))
    P, t = np.linspace(0, 2.5, E.shape[1]), np.asarray(rec["E"].t.magnitude)
    middle = int(np.argmin(np.abs(P - P_CYCLE)))
    plane.plot(E[:, middle], I[:, middle])
    plane.set(xlabel="E", ylabel="I", title=f"P = {P_CYCLE:g}")
    shown = t < 200
    course.plot(t[shown], E[shown, middle], label="E")
    course.plot(t[shown], I[shown, middle], label="I")
    course.set(xlabel="t (ms)", title="limit cycle")
    course.legend()
    late = E[len(E) // 2 :]
    onset.fill_between(
        P, late.min(axis=0), late.max(axis=0), alpha=0.4, label="E, from least to most"
    )
    onset.plot(P, [steady_states(float(p), CYCLE)[0][0][0] for p in P], "k--", label="steady state")
    onset.set(xlabel="P", ylabel="E")
    onset.legend(loc="upper left")
    pictures.write(figure, path)


def main() -> None:
    """Run the patches and compare them with the equations."""
    with options(
        "Wilson and Cowan (1972), figures 4 and 11", SMALLEST, SHORTEST, duration=600.0,
        scaled="of the number of patches",
    ) as given:  # fmt: skip
        found = run(given.duration, given.scale)
        print(f"{'':28}{'here':>12}{'equations':>12}")
        for name, (here, due) in merits(found).items():
            print(f"{name:28}{here:12.5f}{due:12.5f}")
        print(f"steady states of figure 4: {len(steady_states(0.0, STATES))}, in the paper 3")
        draw(found, given.out / "wilson_cowan_1972.png")


if __name__ == "__main__":
    main()
