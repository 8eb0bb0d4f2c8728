"""Generalised integrate-and-fire neurons: spike-triggered currents and a moving threshold."""

from __future__ import annotations

from rheobase.model.model import Model
from rheobase.units import ms, mV, nS, pA, pF, second
from rheobase.zoo.entry import Preset, entry

_PRESETS = {
    "tonic_spiking": Preset(
        "regular firing: no adaptation at all",
        {"a": 0 / second, "A_1": 0 * pA, "A_2": 0 * pA},
        {"I": 300 * pA},
    ),
    "spike_frequency_adaptation": Preset(
        "the threshold follows the voltage, and the rate falls",
        {"a": 5 / second, "A_1": 0 * pA, "A_2": 0 * pA},
        {"I": 400 * pA},
    ),
    "phasic_spiking": Preset(
        "a few spikes at the onset, until the threshold outruns the voltage",
        {"a": 5 / second, "A_1": 0 * pA, "A_2": 0 * pA},
        {"I": 300 * pA},
    ),
    "tonic_bursting": Preset(
        "bursts: a fast inward and a slow outward current at each spike",
        {"a": 5 / second, "A_1": 2000 * pA, "A_2": -120 * pA},
        {"I": 400 * pA},
    ),
    "mixed_mode": Preset(
        "a burst at the onset, then single spikes",
        {"a": 5 / second, "A_1": 1000 * pA, "A_2": -60 * pA},
        {"I": 400 * pA},
    ),
}


@entry(_PRESETS)
def GIF() -> Model:
    """The generalised linear integrate-and-fire neuron of Mihalas and Niebur (2009).

    Two currents that jump at each spike (I_1 inward and fast, I_2 outward and slow: the
    adaptation) and a threshold that follows the voltage. Linear between spikes, so it is
    integrated exactly. The paper divides every current by the capacitance; here C = 200 pF and
    g_L = 10 nS give its g_L/C = 50/s, and its current of 1 V/s is 200 pA. The default is its
    tonically bursting neuron.
    """
    return Model(
        """
        C * dv/dt = -g_L * (v - E_L) + I + I_1 + I_2
        dI_1/dt = -k_1 * I_1
        dI_2/dt = -k_2 * I_2
        dTheta/dt = a * (v - E_L) - b * (Theta - Theta_inf)
        """,
        spike="v > Theta",
        reset="I_1 = R_1 * I_1 + A_1; I_2 = R_2 * I_2 + A_2; v = V_R; Theta = max(Theta_R, Theta)",
        parameters={
            "C": 200 * pF,
            "g_L": 10 * nS,
            "E_L": -70 * mV,
            "V_R": -70 * mV,
            "Theta_inf": -50 * mV,
            "Theta_R": -60 * mV,
            "a": 5 / second,
            "b": 10 / second,
            "k_1": 200 / second,
            "k_2": 20 / second,
            "R_1": 0.0,
            "R_2": 1.0,
            "A_1": 2000 * pA,
            "A_2": -120 * pA,
        },
        inputs={"I": pA},
        initial={"v": "E_L", "Theta": "Theta_inf"},
        drive={"I": 400 * pA},
        dt=0.1 * ms,
        citation="S. Mihalas and E. Niebur, A generalized linear integrate-and-fire neural model "
        "produces diverse spiking behaviors, Neural Comput. 21, 704-718 (2009), "
        "doi:10.1162/neco.2008.12-07-680",
    )
