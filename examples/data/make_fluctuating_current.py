"""Makes fluctuating_current.csv: a second of current such as an electrode injects into a cell.

Fast synaptic-like fluctuations (an Ornstein-Uhlenbeck process) on a slow one, between two stretches
of silence, with the noise and the steps of a 12-bit amplifier. The seed is fixed, so the file is
too::

    python examples/data/make_fluctuating_current.py
"""

from pathlib import Path

import numpy as np

DT, DURATION, ONSET, OFFSET = 0.5, 1000.0, 50.0, 950.0  # ms
MEAN, FAST, SLOW, AMPLIFIER = 250.0, 140.0, 60.0, 1.0  # pA
TAU_FAST, TAU_SLOW = 4.0, 100.0  # ms
STEP = 0.5  # pA, one bit of the amplifier


def fluctuation(rng: np.random.Generator, sigma: float, tau: float, samples: int) -> np.ndarray:
    """An Ornstein-Uhlenbeck process, sampled exactly."""
    decay = np.exp(-DT / tau)
    values = np.empty(samples)
    values[0] = sigma * rng.standard_normal()
    for k in range(1, samples):
        values[k] = decay * values[k - 1] + sigma * np.sqrt(1 - decay**2) * rng.standard_normal()
    return values


def main() -> None:
    """Write the file."""
    rng = np.random.default_rng(1907)
    time = np.arange(0.0, DURATION, DT)
    current = MEAN + fluctuation(rng, FAST, TAU_FAST, time.size)
    current += fluctuation(rng, SLOW, TAU_SLOW, time.size)
    current[(time < ONSET) | (time >= OFFSET)] = 0.0
    current += AMPLIFIER * rng.standard_normal(time.size)
    current = np.round(current / STEP) * STEP + 0.0
    rows = [f"{t:.1f},{i:.1f}" for t, i in zip(time, current, strict=True)]
    path = Path(__file__).with_name("fluctuating_current.csv")
    path.write_text("\n".join(["time (ms),current (pA)", *rows]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
