"""Izhikevich's neuron: the model of 2003, without units, and all its presets."""

from __future__ import annotations

from rheobase.model.model import Model, Published
from rheobase.units import ms, mV
from rheobase.zoo.entry import Preset, entry
from rheobase.zoo.izhikevich_patterns import PATTERNS

# a, b, c, d. RS to LTS are those of figure 2 of the paper, as are TC and RZ.
_TYPES = {
    "RS": ("regular spiking: cortical excitatory cells", (0.02, 0.2, -65.0, 8.0)),
    "IB": ("intrinsically bursting", (0.02, 0.2, -55.0, 4.0)),
    "CH": ("chattering: bursts at a high rate", (0.02, 0.2, -50.0, 2.0)),
    "FS": ("fast spiking: cortical inhibitory cells", (0.1, 0.2, -65.0, 2.0)),
    "LTS": ("low-threshold spiking", (0.02, 0.25, -65.0, 2.0)),
    "TC": ("thalamo-cortical", (0.02, 0.25, -65.0, 0.05)),
    "RZ": ("resonator", (0.1, 0.26, -65.0, 2.0)),
}
_PRESETS = {
    name: Preset(note, dict(zip("abcd", values, strict=True)), {"I": 10.0})
    for name, (note, values) in _TYPES.items()
}


@entry(_PRESETS | PATTERNS)
def Izhikevich() -> Model:
    """Izhikevich's simple model: two equations that fire like most cortical neurons.

    Plain numbers, as the paper prints them: v in mV and t in ms. The presets with short names are
    the cell types of 2003, each with I = 10 for 1000 ms from v = -65; the others are the twenty
    patterns of 2004. By default the equations are solved accurately. ``method="published"`` is
    the authors' own update, whose step is so long that it fires differently (RS: 20 spikes a
    second where the equations have 23; FS: 63 and 137): in 2003 two half-steps of v and one of u,
    of 1 ms; spikes are stamped one step late, because that program counts from 1 and looks for
    spikes before it updates. That map is chaotic: from the thirteenth spike or so on, its spikes
    depend on how the last bit of the square is rounded.
    """
    return Model(
        """
        dv/dt = 0.04*v**2 + 5*v + 140 - u + I
        du/dt = a*(b*v - u)
        """,
        spike="v >= 30",
        reset="v = c; u += d",
        parameters={"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0},
        inputs=["I"],
        initial={"v": -65.0, "u": "b*v"},
        drive={"I": 10.0},
        method="adaptive",
        dt=0.1 * ms,
        time=ms,
        display={"v": mV},
        published=Published(
            updates="""
            v += 0.5*dt*(0.04*v*v + 5*v + 140 - u + I)
            v += 0.5*dt*(0.04*v*v + 5*v + 140 - u + I)
            u += dt*a*(b*v - u)
            """,
            dt=1.0,
            label=1,
            source="the program printed in the paper (net.m)",
            duration=1000.0,
        ),
        citation="E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural Netw. 14, "
        "1569-1572 (2003), doi:10.1109/TNN.2003.820440",
    )
