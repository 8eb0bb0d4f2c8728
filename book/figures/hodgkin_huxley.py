"""A Hodgkin-Huxley neuron under a step of current: the membrane potential and its gates.

Sodium activation (m) opens in a fraction of a millisecond and starts the spike; sodium inactivation
(h) and potassium activation (n) follow more slowly and end it.
"""

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.analysis.pictures.style import panels
from rheobase.units import cm, ms, uA


def draw():
    """The figure."""
    current = rb.step(10 * uA / cm**2, start=10 * ms, stop=70 * ms)
    rec = rb.simulate(rb.HodgkinHuxley(), 80 * ms, I=current, record=["v", "m", "h", "n", "I"])
    figure, (top, middle, bottom) = panels(None, [2.6, 2.2, 1.0], width=7.0)
    pictures.traces(rec.t, {"v": rec["v"]}, ax=top)
    pictures.gates(rec.t, {name: rec[name] for name in "mhn"}, ax=middle)
    pictures.traces(rec.t, {"I": rec["I"]}, ax=bottom)
    for axes in (top, middle):
        axes.set_xlabel("")
    figure.align_ylabels()
    return figure
