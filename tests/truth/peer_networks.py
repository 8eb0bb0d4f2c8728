"""Networks that are given to other simulators and to ours: one edge list and one first state.

Everything comes from raw words of PCG64, whose sequence NumPy promises for ever, so what is stored
of another simulator's run stays comparable. Times are in steps of 0.1 ms.
"""

import numpy as np

STEPS = 2000  # 200 ms
COBA_STEPS = 500


class Words:
    """Numbers made of raw random words alone."""

    def __init__(self, seed):
        self._source = np.random.PCG64(seed)

    def below(self, most, count):
        """Whole numbers from 0 to most - 1."""
        return (self._source.random_raw(count) >> np.uint64(11)).astype(np.int64) % most

    def uniform(self, low, high, count):
        """Numbers in [low, high)."""
        return low + (high - low) * (self._source.random_raw(count) >> np.uint64(11)) * 2.0**-53


def currents():
    """Currents that decay: 1,600 neurons excite, 400 inhibit; every edge has a weight and a delay.

    C = 200 pF, g_L = 10 nS, V_L = -49 mV, V_T = -50 mV, V_R = -60 mV, 5 ms refractory; the currents
    decay with 5 and 10 ms.
    """
    words, n, excite, edges = Words(101), 2000, 1600, 160_000
    pre, post = words.below(n, edges), words.below(n, edges)
    size = words.uniform(0.5, 1.5, edges)
    return dict(
        n=n, excite=excite, pre=pre, post=post,
        weight=np.where(pre < excite, 16.2, -90.0) * size,  # pA
        delay=1 + words.below(30, edges),
        v=words.uniform(-60.0, -50.0, n),
    )  # fmt: skip


def jumps():
    """Jumps of the potential after 1.5 ms: 1,000 neurons excite, 250 inhibit, 50 only send.

    tau = 20 ms, V_T = 20 mV, V_R = 10 mV, 2 ms refractory, and a drive that would lead to 24 mV.
    """
    words, n, excite, edges = Words(202), 1250, 1000, 125_000
    pre, post = words.below(n, edges), words.below(n, edges)
    senders, sent, reached = 50, 1500, 5000
    return dict(
        n=n, excite=excite, pre=pre, post=post,
        weight=np.where(pre < excite, 0.2, -1.0),  # mV
        v=words.uniform(0.0, 20.0, n),
        senders=senders, ticks=1 + words.below(STEPS, sent), sender=words.below(senders, sent),
        pre_sender=words.below(senders, reached), post_sender=words.below(n, reached),
        weight_sender=words.uniform(0.1, 0.9, reached),
        delay_sender=1 + words.below(40, reached),
    )  # fmt: skip


def conductances():
    """The conductance-based network of Brette et al. (2007): 3,200 excite, 800 inhibit.

    In units of the leak: 0.6 for 5 ms towards 0 mV, 6.7 for 10 ms towards -80 mV; a delay of 0.3
    ms; tau = 20 ms, V_L = -60 mV, V_T = -50 mV, V_R = -60 mV.
    """
    words, n, excite, edges = Words(303), 4000, 3200, 320_000
    return dict(
        n=n, excite=excite, pre=words.below(n, edges), post=words.below(n, edges), delay=3,
        v=words.uniform(-60.0, -50.0, n),
        g_exc=words.uniform(1.0, 7.0, n), g_inh=words.uniform(0.0, 40.0, n),
    )  # fmt: skip
