"""The adaptive exponential integrate-and-fire neuron and its eight firing patterns."""

from __future__ import annotations

from rheobase.model.model import Model
from rheobase.units import ms, mV, nS, pA, pF
from rheobase.zoo.entry import Preset, entry

# C (pF), g_L (nS), E_L (mV), a (nS), tau_w (ms), b (pA), V_R (mV) and the current I (pA);
# V_T = -50 mV and Delta_T = 2 mV in all of them. After the table of Naud et al. (2008) with the
# adjustments by which the simulated patterns match that paper's figures.
_PATTERNS = {
    "tonic": ("regular firing", (200, 10, -70, 2, 30, 0, -58), 500),
    "adapting": ("the intervals grow", (200, 12, -70, 2, 300, 60, -58), 500),
    "initial_burst": ("a burst, then single spikes", (130, 18, -58, 4, 150, 120, -50), 400),
    "regular_bursting": ("bursts at a regular rate", (200, 10, -58, 2, 120, 100, -46), 210),
    "delayed_accelerating": ("a late onset, then faster", (200, 12, -70, -10, 300, 0, -58), 300),
    "delayed_regular_bursting": ("a late onset of bursts", (100, 10, -65, -10, 90, 30, -47), 110),
    "transient": ("a spike, then silence", (100, 10, -65, 10, 90, 100, -47), 180),
    "irregular": ("chaotic intervals", (100, 12, -60, -11, 130, 30, -48), 160),
}  # fmt: skip


def _preset(note: str, row: tuple[float, ...], current: float) -> Preset:
    c, g_l, e_l, a, tau_w, b, v_r = row
    parameters = {
        "C": c * pF,
        "g_L": g_l * nS,
        "E_L": e_l * mV,
        "V_T": -50 * mV,
        "Delta_T": 2 * mV,
        "a": a * nS,
        "tau_w": tau_w * ms,
        "b": b * pA,
        "V_R": v_r * mV,
    }
    return Preset(note, parameters, {"I": current * pA})


@entry({name: _preset(*pattern) for name, pattern in _PATTERNS.items()})
def AdEx() -> Model:
    """The adaptive exponential integrate-and-fire neuron: a sharp spike onset, and adaptation.

    The adaptation current w follows the voltage (a) and jumps at each spike (b). The constants are
    those of Brette and Gerstner (2005), a regular-spiking pyramidal cell; the presets are eight
    firing patterns of Naud et al. (2008). A spike is where v reaches V_peak; v runs away so fast
    that where V_peak is put hardly changes the time of a spike.
    """
    return Model(
        """
        C * dv/dt = -g_L * (v - E_L) + g_L * Delta_T * exp((v - V_T) / Delta_T) + I - w
        tau_w * dw/dt = a * (v - E_L) - w
        """,
        spike="v > V_peak",
        reset="v = V_R; w += b",
        parameters={
            "C": 281 * pF,
            "g_L": 30 * nS,
            "E_L": -70.6 * mV,
            "V_T": -50.4 * mV,
            "Delta_T": 2 * mV,
            "a": 4 * nS,
            "tau_w": 144 * ms,
            "b": 80.5 * pA,
            "V_R": -70.6 * mV,
            "V_peak": 0 * mV,
        },
        inputs={"I": pA},
        initial={"v": "E_L", "w": 0 * pA},
        drive={"I": 1000 * pA},
        method="adaptive",
        dt=0.1 * ms,
        citation="R. Brette and W. Gerstner, Adaptive exponential integrate-and-fire model as "
        "an effective description of neuronal activity, J. Neurophysiol. 94, 3637-3642 (2005), "
        "doi:10.1152/jn.00686.2005; patterns: R. Naud, N. Marcille, C. Clopath and W. Gerstner, "
        "Firing patterns in the adaptive exponential integrate-and-fire model, Biol. Cybern. "
        "99, 335-347 (2008), doi:10.1007/s00422-008-0264-7",
    )
