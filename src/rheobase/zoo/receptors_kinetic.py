"""Receptors as chemistry: transmitter binds, the channel opens, and at the most all are open.

Each is a `Model` of one patch of receptors under voltage clamp. Its inputs are the concentration T
of transmitter and the potential v; r is the open fraction, g = g_max r the conductance, and
I = g (E - v) the current into the cell. They come with the pulse of transmitter that one spike
releases, so that this shows a postsynaptic current::

    rb.simulate(rb.AMPAKinetics(), 20 * ms, record=["r", "I"])

and two spikes, 3 ms apart, are ``T=rb.pulses(1 * mM, [0, 3] * ms, width=1 * ms)``.
"""

from __future__ import annotations

from typing import Any

from rheobase.model.model import Model
from rheobase.units import mM, ms, mV, nS
from rheobase.zoo.entry import entry
from rheobase.zoo.receptors_nmda import BLOCK, HALF_BLOCK, STEEPNESS

_CHAPTER = (
    "A. Destexhe, Z. F. Mainen and T. J. Sejnowski, Kinetic models of synaptic transmission, in "
    "C. Koch and I. Segev (eds.), Methods in Neuronal Modeling, 2nd ed., 1-25 (MIT Press, 1998); "
    "the method: An efficient method for computing synaptic conductances based on a kinetic model "
    "of receptor binding, Neural Comput. 6, 14-18 (1994), doi:10.1162/neco.1994.6.1.14"
)
_FIRST_ORDER = "dr/dt = alpha * T * (1 - r) - beta * r"
_OHM = """
        g = g_max * r
        I = g * (E - v)
"""


@entry()
def AMPAKinetics() -> Model:
    """The AMPA receptor: glutamate binds, opens the channel, and leaves.

    A pulse of T during d brings r towards r_inf = alpha T/(alpha T + beta) with the time constant
    1/(alpha T + beta): from rest to 0.618 by 1 mM during 1 ms. After it r decays with beta.
    """
    return _two_states(1.1, 0.19, 0)


@entry()
def NMDAKinetics() -> Model:
    """The NMDA receptor: slow unbinding, and the block by magnesium that depolarisation clears.

    Of the open fraction r the share B(v) = 1/(1 + Mg/(3.57 mM) exp(-0.062 v/mV)) conducts, so that
    g = g_max r B. A pulse of 1 mM during 1 ms brings r from rest to 0.069; it decays in 152 ms.
    """
    return Model(
        f"{_FIRST_ORDER}\n{BLOCK}\ng = g_max * r * B\nI = g * (E - v)",
        parameters={
            **_rates(0.072, 0.0066, 0),
            "Mg": 1 * mM,
            "K_Mg": HALF_BLOCK,
            "k_Mg": STEEPNESS,
        },
        citation=f"{_CHAPTER}; the block: C. E. Jahr and C. F. Stevens, Voltage dependence of "
        "NMDA-activated macroscopic conductances predicted by single-channel kinetics, J. "
        "Neurosci. 10, 3178-3182 (1990), doi:10.1523/JNEUROSCI.10-09-03178.1990",
        **_clamped(1, 1, -40),
    )


@entry()
def GABAAKinetics() -> Model:
    """The GABA-A receptor: GABA binds so fast that one pulse opens nearly all channels.

    A pulse of 1 mM during 1 ms brings r from rest to 0.960; it decays with beta, in 5.6 ms.
    """
    return _two_states(5.0, 0.18, -80)


@entry()
def GABABKinetics() -> Model:
    """The GABA-B receptor: bound receptors R make G proteins, of which n open a potassium channel.

    R catalyses the activation of G and stays bound long after the pulse, so that the current peaks
    a tenth of a second later. As four G proteins open a channel together, r = G^4/(G^4 + KD), a
    single pulse of 0.5 mM during 0.3 ms hardly opens any, r = 1.5e-5, and ten in a row, 5 ms apart,
    2,600 times as many. G and KD are in the units of the authors, as pure numbers.
    """
    return Model(
        f"""
        dR/dt = K1 * T * (1 - R) - K2 * R
        dG/dt = K3 * R - K4 * G
        r = G**n / (G**n + KD)
        {_OHM}
        """,
        parameters={
            "K1": 0.52 / (mM * ms),
            "K2": 0.0013 / ms,
            "K3": 0.098 / ms,
            "K4": 0.033 / ms,
            "KD": 100.0,
            "n": 4,
            "g_max": 1 * nS,
            "E": -95 * mV,
        },
        citation="A. Destexhe and T. J. Sejnowski, G protein activation kinetics and spillover of "
        "gamma-aminobutyric acid may account for differences between inhibitory responses in the "
        "hippocampus and thalamus, Proc. Natl. Acad. Sci. USA 92, 9515-9519 (1995), "
        "doi:10.1073/pnas.92.21.9515; as simplified, with these constants, in A. Destexhe, T. Bal, "
        "D. A. McCormick and T. J. Sejnowski, Ionic mechanisms underlying synchronized "
        "oscillations and propagating waves in a model of ferret thalamic slices, J. "
        "Neurophysiol. 76, 2049-2070 (1996), doi:10.1152/jn.1996.76.3.2049",
        **_clamped(0.5, 0.3, -70) | {"method": "rk4", "dt": 0.1 * ms},
    )


@entry()
def NicotinicAChKinetics() -> Model:
    """The nicotinic receptor of the end plate: two molecules of acetylcholine bind, then it opens.

    Four of its five states, each a fraction: shut with one molecule (A) or two (AA), open with one
    (O) or two (OO); the rest is free. Rates of binding are per binding site, and the unbinding rate
    of the open channel follows from the others, since no cycle may turn by itself. The pulse of
    1 mM during 0.2 ms is ours; it opens 94 % of the channels, which shut with 9.6 ms.
    """
    return Model(
        f"""
        free = 1 - A - AA - O - OO
        unbind_open = bind_open * alpha_2 * unbind * beta_1 / (bind_2 * beta_2 * alpha_1)
        dA/dt = 2*bind_1*T*free + 2*unbind*AA + alpha_1*O - (unbind + bind_2*T + beta_1) * A
        dAA/dt = bind_2*T*A + alpha_2*OO - (2*unbind + beta_2) * AA
        dO/dt = beta_1*A + 2*unbind_open*OO - (alpha_1 + bind_open*T) * O
        dOO/dt = beta_2*AA + bind_open*T*O - (alpha_2 + 2*unbind_open) * OO
        r = O + OO
        {_OHM}
        """,
        parameters={
            "bind_1": 50 / (mM * ms),
            "bind_2": 500 / (mM * ms),
            "bind_open": 500 / (mM * ms),
            "unbind": 2 / ms,
            "beta_1": 0.015 / ms,
            "alpha_1": 3 / ms,
            "beta_2": 15 / ms,
            "alpha_2": 0.5 / ms,
            "g_max": 1 * nS,
            "E": 0 * mV,
        },
        citation="D. Colquhoun and A. G. Hawkes, On the stochastic properties of bursts of single "
        "ion channel openings and of clusters of bursts, Phil. Trans. R. Soc. B 300, 1-59 (1982), "
        "doi:10.1098/rstb.1982.0156",
        # Binding at 1 mM is faster than a microsecond step of RK4 would like.
        **_clamped(1, 0.2, -70) | {"method": "adaptive", "dt": 0.01 * ms},
    )


def _two_states(alpha: float, beta: float, reversal: float) -> Model:
    return Model(
        f"{_FIRST_ORDER}\n{_OHM}",
        parameters=_rates(alpha, beta, reversal),
        citation=_CHAPTER,
        **_clamped(1, 1, -70),
    )


def _rates(alpha: float, beta: float, reversal: float) -> dict[str, Any]:
    """Rates per mM and ms, and per ms; the reversal potential in mV."""
    rates = {"alpha": alpha / (mM * ms), "beta": beta / ms}
    return rates | {"g_max": 1 * nS, "E": reversal * mV}


def _clamped(peak: float, width: float, potential: float) -> dict[str, Any]:
    """Inputs, and the pulse (mM, ms) that one spike releases while v (mV) is held."""
    pulse = {"kind": "step", "amplitude": peak * mM, "start": 0 * ms, "stop": width * ms}
    return {
        "inputs": {"T": mM, "v": mV},
        "drive": {"T": pulse, "v": potential * mV},
        # While T stays, r is linear in itself: exponential Euler is exact, at any step.
        "method": "exponential_euler",
        "dt": 0.1 * ms,
    }


__all__ = [
    "AMPAKinetics",
    "GABAAKinetics",
    "GABABKinetics",
    "NMDAKinetics",
    "NicotinicAChKinetics",
]
