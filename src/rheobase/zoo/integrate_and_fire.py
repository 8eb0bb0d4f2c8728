"""Integrate-and-fire neurons with nothing but a voltage: leaky, quadratic, exponential."""

from __future__ import annotations

from rheobase.model.model import Model
from rheobase.units import cm, mS, ms, mV, nS, pA, pF, uA, uF
from rheobase.zoo.entry import entry


@entry()
def LIF() -> Model:
    """The leaky integrate-and-fire neuron: a capacitor with a leak and a threshold.

    With a steady current I its interspike interval is t_ref + tau ln((mu - V_R)/(mu - V_T)), with
    tau = C/g_L and mu = V_L + I/g_L; its rheobase is g_L (V_T - V_L), here 200 pA. The constants
    are round numbers of a cortical cell.
    """
    return Model(
        "C * dv/dt = -g_L * (v - V_L) + I",
        spike="v > V_T",
        reset="v = V_R",
        refractory="t_ref",
        parameters={
            "C": 200 * pF,
            "g_L": 10 * nS,
            "V_L": -70 * mV,
            "V_T": -50 * mV,
            "V_R": -65 * mV,
            "t_ref": 2 * ms,
        },
        inputs={"I": pA},
        initial={"v": "V_L"},
        drive={"I": 300 * pA},
        dt=0.1 * ms,
        citation="L. Lapicque, Recherches quantitatives sur l'excitation electrique des nerfs "
        "traitee comme une polarisation, J. Physiol. Pathol. Gen. 9, 620-635 (1907); the reset "
        "is of R. B. Stein, A theoretical analysis of neuronal variability, Biophys. J. 5, "
        "173-194 (1965), doi:10.1016/S0006-3495(65)86709-1",
    )


@entry()
def QuadraticIF() -> Model:
    """The quadratic integrate-and-fire neuron: the normal form of the onset of slow firing.

    It rests at V_L and fires above the unstable point V_T; its rheobase is g_L (V_T - V_L)/4.
    Rest, threshold and time constant (10 ms) are those of Latham et al. (2000). The theory has
    the spike at infinity and the reset at minus infinity: V_peak and V_R are finite stand-ins.
    """
    return Model(
        "C * dv/dt = g_L * (v - V_L) * (v - V_T) / (V_T - V_L) + I",
        spike="v > V_peak",
        reset="v = V_R",
        parameters={
            "C": 100 * pF,
            "g_L": 10 * nS,
            "V_L": -65 * mV,
            "V_T": -50 * mV,
            "V_peak": 20 * mV,
            "V_R": -80 * mV,
        },
        inputs={"I": pA},
        initial={"v": "V_L"},
        drive={"I": 100 * pA},
        method="adaptive",
        dt=0.1 * ms,
        citation="G. B. Ermentrout and N. Kopell, Parabolic bursting in an excitable system "
        "coupled with a slow oscillation, SIAM J. Appl. Math. 46, 233-253 (1986), "
        "doi:10.1137/0146017; P. E. Latham et al., Intrinsic dynamics in neuronal networks. I. "
        "Theory, J. Neurophysiol. 83, 808-827 (2000), doi:10.1152/jn.2000.83.2.808",
    )


@entry()
def ExponentialIF() -> Model:
    """The exponential integrate-and-fire neuron: a leak, and a spike that starts exponentially.

    Delta_T is the sharpness of the spike's onset. The constants fit the conductance-based model of
    Wang and Buzsaki and are per membrane area.
    """
    return Model(
        "C * dv/dt = -g_L * (v - V_L) + g_L * Delta_T * exp((v - V_T) / Delta_T) + I",
        spike="v > V_peak",
        reset="v = V_R",
        refractory="t_ref",
        parameters={
            "C": 1 * uF / cm**2,
            "g_L": 0.1 * mS / cm**2,
            "V_L": -65 * mV,
            "V_T": -59.9 * mV,
            "Delta_T": 3.48 * mV,
            "V_peak": -30 * mV,
            "V_R": -68 * mV,
            "t_ref": 1.7 * ms,
        },
        inputs={"I": uA / cm**2},
        initial={"v": "V_L"},
        drive={"I": 0.5 * uA / cm**2},
        method="adaptive",
        dt=0.1 * ms,
        citation="N. Fourcaud-Trocme, D. Hansel, C. van Vreeswijk and N. Brunel, How spike "
        "generation mechanisms determine the neuronal response to fluctuating inputs, J. "
        "Neurosci. 23, 11628-11640 (2003), doi:10.1523/JNEUROSCI.23-37-11628.2003",
    )
