"""One plastic synapse, spike by spike in plain Python: the order of events, written out.

Spikes of the source reach the synapse after the axonal delay, spikes of the target after the
dendritic one. Between arrivals every state decays to its rest.
"""

import math
from dataclasses import dataclass, field
from types import SimpleNamespace

from .plasticity_pairs import TICK


@dataclass
class Rule:
    """What one synapse holds, and what the arrivals do to it.

    `pre`, `post` and `own` are the first values of the source's states, the target's, and the
    synapse's; `relax` gives a state's time constant (ms) and rest. The functions get the three as
    namespaces; `sends` is what a spike of the source passes on.
    """

    pre: dict
    post: dict
    own: dict
    relax: dict
    on_pre: object
    on_post: object = None
    sends: object = field(default=lambda pre, own: own.w)


def replay(rule, pre_ticks, post_ticks, axonal, dendritic):
    """What every spike of the source passes on, in their order."""
    pre, post, own = (SimpleNamespace(**part) for part in (rule.pre, rule.post, rule.own))
    sources = {int(tick) + axonal for tick in pre_ticks}
    targets = {int(tick) + dendritic for tick in post_ticks} if rule.on_post else set()
    sent, before = [], 0
    for tick in sorted(sources | targets):
        for part in (pre, post, own):
            relax(part, rule.relax, (tick - before) * TICK)
        before = tick
        # What both events of a tick see of the other neuron is what stood before either; but a
        # spike that is at the target at once may be why it fires, and is seen.
        old_pre, old_post = (SimpleNamespace(**vars(part)) for part in (pre, post))
        if dendritic >= 1 and tick in targets:
            rule.on_post(old_pre, post, own)
        if tick in sources:
            rule.on_pre(pre, old_post, own)
            sent.append(rule.sends(pre, own))
        if dendritic == 0 and tick in targets:
            rule.on_post(pre, post, own)
    return sent


def relax(part, times, elapsed):
    """States approach their rest for so many ms."""
    for name, (tau, rest) in times.items():
        if hasattr(part, name):
            left = math.exp(-elapsed / tau) if tau else 0.0
            setattr(part, name, rest + (getattr(part, name) - rest) * left)


def pair(tau_plus, tau_minus, rate, ratio, w_max, w, exponent):
    """All pairs of spikes, each with a trace; the step depends on the weight by a power."""

    def on_pre(pre, post, own):
        fall = ratio * rate * (own.w / w_max) ** exponent * post.y
        own.w = max(own.w / w_max - fall, 0.0) * w_max
        pre.x += 1.0

    def on_post(pre, post, own):
        rise = rate * (1.0 - own.w / w_max) ** exponent * pre.x
        own.w = min(own.w / w_max + rise, 1.0) * w_max
        post.y += 1.0

    relaxing = {"x": (tau_plus, 0.0), "y": (tau_minus, 0.0)}
    return Rule({"x": 0.0}, {"y": 0.0}, {"w": w}, relaxing, on_pre, on_post)


def triplet(
    tau_plus, tau_minus, tau_x, tau_y, A2_plus, A3_plus, A2_minus, A3_minus, w_max, w
):  # fmt: skip
    """Two traces a neuron; the slow ones count as they stood just before the spike."""

    def on_pre(pre, post, own):
        own.w = max(own.w - post.o1 * (A2_minus + A3_minus * pre.r2), 0.0)
        pre.r1 += 1.0
        pre.r2 += 1.0

    def on_post(pre, post, own):
        own.w = min(own.w + pre.r1 * (A2_plus + A3_plus * post.o2), w_max)
        post.o1 += 1.0
        post.o2 += 1.0

    relaxing = {"r1": tau_plus, "r2": tau_x, "o1": tau_minus, "o2": tau_y}
    return Rule(
        {"r1": 0.0, "r2": 0.0}, {"o1": 0.0, "o2": 0.0}, {"w": w},
        {name: (tau, 0.0) for name, tau in relaxing.items()}, on_pre, on_post,
    )  # fmt: skip


def short_term(U, tau_rec, tau_fac, w):
    """Resources x that recover, of which a spike uses the share u, which itself grows."""

    def on_pre(pre, post, own):
        pre.u += U * (1.0 - pre.u)
        pre.released = pre.u * pre.x
        pre.x -= pre.released

    return Rule(
        {"x": 1.0, "u": 0.0, "released": 0.0}, {}, {"w": w},
        {"x": (tau_rec, 1.0), "u": (tau_fac, 0.0)}, on_pre,
        sends=lambda pre, own: own.w * pre.released,
    )  # fmt: skip
