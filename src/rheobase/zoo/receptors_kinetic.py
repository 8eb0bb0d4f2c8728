"""Receptors as chemistry: transmitter binds, the channel opens, and at the most all are open.

Each is a `Model` of one patch of receptors under voltage clamp. Its inputs are the concentration T
of transmitter and the potential v; r is the open fraction, g = g_max r the conductance, and
I = g (E - v) the current into the cell. They come with the pulse of transmitter that one spike
releases, so that this shows a postsynaptic current::

    rb.simulate(rb.AMPAKinetics(), 20 * ms, record=["r", "I"])

and two spikes, 3 ms apart, are ``T=rb.pulses(1 * mM, [0, 3] * ms, width=1 * ms)``.

In a network each synapse has receptors of its own, which a spike gives such a pulse::

    net.connect(pre, post, rb.AMPAKinetics(), rule, weight=1 * nS, delay=1 * ms)

`Kinetic` says more about it: another pulse, another name, another input of the neuron.
"""

from __future__ import annotations

from typing import Any

from rheobase.errors import ParameterError, closest
from rheobase.model.model import Model
from rheobase.model.pooling import pooled_synapse
from rheobase.model.synapse import Synapse
from rheobase.units import mM, ms, mV, nS
from rheobase.units.quantity import short
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


def Kinetic(
    receptor: Model | str,
    concentration: Any = None,
    duration: Any = None,
    into: str = "I",
    name: str | None = None,
    potential: str = "v",
) -> Synapse:
    """A receptor that binds transmitter and saturates, at every synapse by itself.

    A spike brings transmitter to its synapses, where it stays during a pulse; receptors bind it
    as the equations of the receptor say, each synapse's from where they are. A spike that finds
    transmitter there makes it stay for a whole duration more and adds none. All synapses of a
    target are added up without loss: `g_name` is the sum of w_i r_i, times what else the receptor's
    equation of g has beside g_max and r, as the magnesium block B(v) of "NMDAKinetics"; and
    `on_name` is the sum of the weights at which there is transmitter now (W. W. Lytton, Neural
    Comput. 8, 501-509 (1996), doi:10.1162/neco.1996.8.3.501).

    The weight takes the place of `g_max`: it is the conductance of a synapse whose receptors are
    all open. Where more follows from what is bound than a current, as the G proteins of GABA-B,
    that is one for all synapses of a target: what they bind is added up, the weight is a plain
    number, 1 for a synapse that is as the receptor alone, and `g_max` is the largest conductance
    of the target. So neighbours help one another open channels, as spillover lets them; G proteins
    at every synapse apart would cost an equation each. Projections with another `name` have theirs.

    Weights stay as they are while receptors bind: there is no plasticity, pruning, growing or
    setting, and no modulator of how fast they bind. Between spikes the sums are exact under
    `exponential_euler`, at any step.

    Args:
        receptor: a `Model` with the inputs T, in mM, and perhaps v, the current I, and rates that
            are linear in what is bound; or the name of one of the zoo, "AMPAKinetics".
        concentration: of the transmitter; by default that of the pulse which the receptor comes
            with, as published.
        duration: how long a spike brings it, whole steps; likewise.
        into: the neuron's input.
        name: what the receptor is called; by default as the model is.
        potential: the neuron's state that drives the current.

    Raises:
        ParameterError: for a model without transmitter, or values that are not positive.
        EquationError: for a receptor whose synapses cannot be added up.
        UnitError: for values of another dimension.

    Source: the receptor's own; a pulse of fixed duration for each spike: A. Destexhe, Z. F. Mainen
    and T. J. Sejnowski, An efficient method for computing synaptic conductances based on a kinetic
    model of receptor binding, Neural Comput. 6, 14-18 (1994), doi:10.1162/neco.1994.6.1.14.
    """
    if isinstance(receptor, str):
        if receptor not in RECEPTORS:
            raise ParameterError(
                f"There is no receptor {receptor!r}.",
                mend=f"{closest(receptor, list(RECEPTORS))}there are {', '.join(RECEPTORS)}",
            )
        receptor = RECEPTORS[receptor]()
    if not isinstance(receptor, Model):
        raise ParameterError(
            f"The receptor is {short(receptor)}.", mend="for example rb.AMPAKinetics()"
        )
    return pooled_synapse(
        receptor, concentration=concentration, duration=duration, name=name, into=into,
        potential=potential,
    )  # fmt: skip


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


# By the names under which `Kinetic` knows them.
RECEPTORS = {
    receptor.__name__: receptor
    for receptor in (
        AMPAKinetics, NMDAKinetics, GABAAKinetics, GABABKinetics, NicotinicAChKinetics,
    )
}  # fmt: skip

__all__ = [
    "RECEPTORS",
    "AMPAKinetics",
    "GABAAKinetics",
    "GABABKinetics",
    "Kinetic",
    "NMDAKinetics",
    "NicotinicAChKinetics",
]
