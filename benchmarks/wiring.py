"""The balanced networks of 4,000 neurons: one edge list and one state, for every side the same.

After R. Brette et al., Simulation of networks of spiking neurons: a review of tools and strategies,
J. Comput. Neurosci. 23, 349-398 (2007), benchmarks 1 (conductances) and 2 (currents), which are the
networks of T. P. Vogels and L. F. Abbott, J. Neurosci. 25, 10786-10795 (2005).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

EXCITATORY, NEURONS, PROBABILITY = 3_200, 4_000, 0.02


def write_wiring(folder: Path, seed: int = 1) -> Path:
    """Draw the network once and write it where every side can read it.

    Returns:
        The path of an ``.npz`` file with `pre` and `post`, int32 of shape (synapses,), sorted, the
        sources below `EXCITATORY` excitatory; and first values of shape (neurons,): `v` in mV,
        uniform from -60 to -50, and the conductances `g_exc` and `g_inh` as multiples of the leak,
        normal as in Brian 2's example of the network, some of the latter negative.
    """
    draws = np.random.default_rng(seed)
    # Row by row, so that the whole matrix never stands in memory.
    rows = [np.flatnonzero(draws.random(NEURONS) < PROBABILITY) for _ in range(NEURONS)]
    path = folder / "wiring.npz"
    np.savez(
        path,
        pre=np.repeat(np.arange(NEURONS, dtype=np.int32), [len(row) for row in rows]),
        post=np.concatenate(rows).astype(np.int32),
        v=draws.uniform(-60.0, -50.0, NEURONS),
        g_exc=draws.normal(4.0, 1.5, NEURONS),
        g_inh=draws.normal(20.0, 12.0, NEURONS),
    )
    return path
