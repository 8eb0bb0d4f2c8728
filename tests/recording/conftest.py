"""A recording with every kind of thing in it."""

import numpy as np
import pytest

from rheobase.recording import Recording, SpikeTrains
from rheobase.units import cm, mM, mV, uA


@pytest.fixture
def recording():
    rng = np.random.default_rng(5)
    time = np.arange(200) * 0.1
    gate = 0.5 + 0.5 * np.sin(time)
    return Recording(
        time,
        {
            "v": rng.normal(-65, 5, (200, 3)),
            "m": np.column_stack([gate, 1 - gate]),
            "I": np.full((200, 1), 10.0),
            "calcium": rng.uniform(0, 1e-4, (200, 3)),
            "time": rng.normal(size=(200, 3)),
        },
        SpikeTrains([1.5, 3.0, 3.0, 9.1, 19.9], [2, 0, 2, 2, 0], 4, 20.0),
        model_units={"v": mV, "m": None, "I": uA / cm**2, "calcium": mM},
        neurons={"v": [0, 2, 3], "m": [0, 2], "I": [2], "calcium": [0, 2, 3], "time": [0, 2, 3]},
        provenance={
            "model": "Test neuron",
            "equations": "C * dv/dt = -g_L * (v - V_L) + I",
            "parameters": {"C": "200 pF", "V_L": "-70 mV"},
            "method": "exact",
            "dt": "0.1 ms",
            "seed": 3,
            "duration": "20 ms",
            "timings": {"run": 0.0125},
        },
    )
