"""Conductance-based point neurons after Hodgkin and Huxley."""

from __future__ import annotations

from rheobase.model.model import Model
from rheobase.units import cm, mS, ms, mV, nS, pA, pF, uA, uF
from rheobase.zoo.entry import Preset, entry

_COURSE = Preset(
    "b_m = 4 exp(-(v + 70)/80), a misprint: it fires once or not at all, at any current",
    parameters={"k_m": 80 * mV},
)


@entry(presets={"course": _COURSE})
def HodgkinHuxley() -> Model:
    """The squid giant axon at 6.3 degrees, with the voltage shifted so that it rests at -70 mV.

    The constants are those of 1952, each potential shifted by -70 mV from the authors' resting
    potential (and the sign of the voltage turned). Current and conductances are per membrane
    area. The parameter `k_m` is the slope of the closing rate of the sodium activation: 18 mV in
    the paper. A course text prints 80 mV in its place, which is kept as the preset ``"course"``:
    that neuron never fires repetitively.

    A spike is counted where v rises through V_spike = -20 mV: from the second spike of a train on,
    the peak stays below +30 mV.
    """
    return Model(
        """
        a_n = 0.01/(mV*ms) * (v + 60*mV) / (1.0 - exp(-0.1/mV * (v + 60*mV)))
        a_m = 0.1/(mV*ms) * (v + 45*mV) / (1.0 - exp(-0.1/mV * (v + 45*mV)))
        a_h = 0.07/ms * exp(-0.05/mV * (v + 70*mV))
        b_n = 0.125/ms * exp(-0.0125/mV * (v + 70*mV))
        b_m = 4/ms * exp(-(v + 70*mV) / k_m)
        b_h = 1/ms / (1 + exp(-0.1/mV * (v + 40*mV)))

        dn/dt = a_n * (1 - n) - b_n * n
        dm/dt = a_m * (1 - m) - b_m * m
        dh/dt = a_h * (1 - h) - b_h * h
        C * dv/dt = g_L * (V_L - v) + g_K * n**4 * (V_K - v) + g_Na * m**3 * h * (V_Na - v) + I
        """,
        spike="v > V_spike",
        parameters={
            "C": 1 * uF / cm**2,
            "g_Na": 120 * mS / cm**2,
            "g_K": 36 * mS / cm**2,
            "g_L": 0.3 * mS / cm**2,
            "V_Na": 45 * mV,
            "V_K": -82 * mV,
            "V_L": -59.387 * mV,
            "k_m": 18 * mV,
            "V_spike": -20 * mV,
        },
        inputs={"I": uA / cm**2},
        initial={
            "v": -70 * mV,
            "n": "a_n / (a_n + b_n)",
            "m": "a_m / (a_m + b_m)",
            "h": "a_h / (a_h + b_h)",
        },
        at_rest=True,
        drive={"I": 10 * uA / cm**2},
        method="rk4",
        dt=0.01 * ms,
        citation="A. L. Hodgkin and A. F. Huxley, A quantitative description of membrane "
        "current and its application to conduction and excitation in nerve, J. Physiol. 117, "
        "500-544 (1952), doi:10.1113/jphysiol.1952.sp004764",
    )


@entry()
def TraubMiles() -> Model:
    """A hippocampal pyramidal cell as one compartment: fast sodium and delayed-rectifier potassium.

    The rates are those of Traub and Miles (1991), reduced to one compartment and shifted by V_T;
    the constants are those of the conductance-based benchmark of Brette et al. (2007) as its
    simulators have it: a cell of 20,000 um2 with C = 1 uF/cm2, g_L = 0.05, g_Na = 100 and
    g_K = 30 mS/cm2, given here for the whole cell. With its E_L = -60 mV the cell has no resting
    state and fires slowly by itself; with E_L = -65 mV it rests there. It starts at E_L with its
    gates in their steady state. The drive of 500 pA is ours: the benchmark drives it by synapses.
    """
    return Model(
        """
        a_m = 0.32/(mV*ms) * (13*mV - v + V_T) / (exp((13*mV - v + V_T) / (4*mV)) - 1)
        b_m = 0.28/(mV*ms) * (v - V_T - 40*mV) / (exp((v - V_T - 40*mV) / (5*mV)) - 1)
        a_h = 0.128/ms * exp((17*mV - v + V_T) / (18*mV))
        b_h = 4/ms / (1 + exp((40*mV - v + V_T) / (5*mV)))
        a_n = 0.032/(mV*ms) * (15*mV - v + V_T) / (exp((15*mV - v + V_T) / (5*mV)) - 1)
        b_n = 0.5/ms * exp((10*mV - v + V_T) / (40*mV))

        dm/dt = a_m * (1 - m) - b_m * m
        dh/dt = a_h * (1 - h) - b_h * h
        dn/dt = a_n * (1 - n) - b_n * n
        C * dv/dt = g_L * (E_L - v) + g_Na * m**3 * h * (E_Na - v) + g_K * n**4 * (E_K - v) + I
        """,
        spike="v > V_spike",
        parameters={
            "C": 200 * pF,
            "g_Na": 20_000 * nS,
            "g_K": 6_000 * nS,
            "g_L": 10 * nS,
            "E_Na": 50 * mV,
            "E_K": -90 * mV,
            "E_L": -60 * mV,
            "V_T": -63 * mV,
            "V_spike": -20 * mV,
        },
        inputs={"I": pA},
        initial={
            "v": "E_L",
            "m": "a_m / (a_m + b_m)",
            "h": "a_h / (a_h + b_h)",
            "n": "a_n / (a_n + b_n)",
        },
        drive={"I": 500 * pA},
        method="rk4",
        dt=0.01 * ms,
        citation="R. D. Traub and R. Miles, Neuronal Networks of the Hippocampus (Cambridge "
        "University Press, 1991), as in R. Brette et al., Simulation of networks of spiking "
        "neurons: a review of tools and strategies, J. Comput. Neurosci. 23, 349-398 (2007), "
        "doi:10.1007/s10827-007-0038-6",
    )
