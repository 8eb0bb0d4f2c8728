"""A ring of orientation-selective neurons whose profile of activity the ring itself makes.

R. Ben-Yishai, R. Lev Bar-Or and H. Sompolinsky, Theory of orientation tuning in visual cortex,
Proc. Natl. Acad. Sci. USA 92, 3844-3848 (1995), doi:10.1073/pnas.92.9.3844.

Neurons prefer angles phi around a circle (twice the orientation) and reach one another by
J(phi) = J_0 + J_2 cos(phi); their transfer function is the rectifier. In the continuum the sums
are integrals, and the equations of a bump that is as wide as 2 phi_c,

    1 = J_2 (phi_c - sin(phi_c) cos(phi_c))/(2 pi)
    r_2 = c/(-J_2 (cos(phi_c) + J_0 (sin(phi_c) - phi_c cos(phi_c))/pi))

say that an input c that is the same for all is answered by a bump: its width depends on J_2 alone,
and its first component r_2 = <r cos(phi)> is proportional to c. A weakly tuned input decides
where it stands. Below J_2 = 2 there is no bump without tuning of the input.

Differences from the paper: the rates are those of the potentials' form, tau dv/dt = -v + ..., with
the same steady states; a gain of 1, and the threshold within c.

    python examples/papers/ben_yishai_1995.py --out out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.units import ms

NEURONS = 512
TAU, DT = 10.0, 0.5  # ms
J_0, J_2 = -8.0, 6.0
CONTRASTS = (0.5, 1.0, 2.0)
TUNED = 0.02  # of the input, until it is untuned
AT = 1.0  # the angle that it prefers (radians)
SMALLEST = (0.1, "fewer neurons than fifty are no continuum")
SHORTEST = (200, "the bump needs twenty time constants")

Floats = np.ndarray[Any, np.dtype[np.float64]]


def half_width(j_2: float) -> float:
    """phi_c of the continuum, by bisection; pi where all neurons are active."""
    low, high = 0.0, np.pi
    for _ in range(60):
        middle = (low + high) / 2
        is_wide = j_2 * (middle - np.sin(middle) * np.cos(middle)) / (2 * np.pi) > 1
        low, high = (low, middle) if is_wide else (middle, high)
    return high


def first_component(c: float, j_0: float = J_0, j_2: float = J_2) -> float:
    """r_2 of the continuum."""
    w = half_width(j_2)
    return float(-c / (j_2 * (np.cos(w) + j_0 * (np.sin(w) - w * np.cos(w)) / np.pi)))


def ring(c: float, count: int = NEURONS, seed: int = 1) -> tuple[rb.Network, Floats]:
    """The network, whose input is tuned for 100 ms and then the same for all; and the angles."""
    phi = -np.pi + 2 * np.pi * np.arange(count) / count
    net = rb.Network(seed=seed, dt=DT * ms)
    tuned = rb.step(TUNED * c * np.cos(phi - AT), stop=100 * ms)
    cells = net.add(rb.RateNeuron("relu", tau=TAU * ms), count, "ring", I=tuned + rb.step(c))
    weights = (J_0 + J_2 * np.cos(phi[:, None] - phi)) / count
    net.connect(cells, cells, rb.Graded(), rb.all_to_all(), weights, 0 * ms)
    net.record(cells, "r", every=10)
    return net, phi


def run(duration: float, scale: float = 1.0) -> dict[float, tuple[Floats, Floats, Floats]]:
    """Angles, times and rates of each contrast."""
    found = {}
    for c in CONTRASTS:
        net, phi = ring(c, round(scale * NEURONS))
        rec = net.run(duration * ms)["ring"]
        found[c] = (phi, np.asarray(rec.t.magnitude), np.asarray(rec["r"]))
    return found


def profile(phi: Floats, r: Floats) -> dict[str, float]:
    """Where a bump stands, how wide it is and how high its first component."""
    component = np.mean(r * np.exp(1j * phi))
    at = float(np.angle(component))
    # r = a cos(phi - at) - b where it is positive: a line through the active cells gives a and b.
    active = r > 0.05 * r.max()
    a, minus_b = np.polyfit(np.cos(phi[active] - at), r[active], 1)
    edge = np.clip(-minus_b / a, -1, 1)
    return {"at": at, "half width": float(np.arccos(edge)), "r_2": float(abs(component))}


def draw(found: dict[float, tuple[Floats, Floats, Floats]], path: Path) -> None:
    """The bumps, and how one comes about."""
    figure = pictures.style.new_figure(9, 3.4)
    left, right = figure.subplots(1, 2)
    for c, (phi, t, r) in found.items():
        left.plot(np.degrees(phi) / 2, r[-1], label=f"c = {c:g}")
        if c == 1.0:
            degrees = np.degrees(phi) / 2
            image = right.pcolormesh(t, degrees, r.T, shading="nearest", rasterized=True)
            figure.colorbar(image, ax=right, label="r")
    left.set(xlabel="preferred orientation (degrees)", ylabel="r")
    left.legend()
    right.set(xlabel="t (ms)", ylabel="preferred orientation (degrees)")
    pictures.write(figure, path)


def main() -> None:
    """Run the contrasts and compare the bumps with the closed form."""
    with options(
        "Ben-Yishai, Lev Bar-Or and Sompolinsky (1995)", SMALLEST, SHORTEST, duration=500.0
    ) as given:
        found = run(given.duration, given.scale)
        print(f"{'':24}{'half width (degrees)':>24}{'r_2':>24}{'at (rad)':>20}")
        print(f"{'':24}" + 3 * f"{'here':>12}{'theory':>12}")
        for c, (phi, _, r) in found.items():
            one = profile(phi, r[-1])
            width = (np.degrees(one["half width"]) / 2, np.degrees(half_width(J_2)) / 2)
            print(f"c = {c:<20g}" + "".join(f"{v:12.4f}" for v in (*width, one["r_2"],
                  first_component(c), one["at"], AT)))  # fmt: skip
        draw(found, given.out / "ben_yishai_1995.png")


if __name__ == "__main__":
    main()
