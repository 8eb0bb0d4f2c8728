"""What a transmitter opens, as conductances that rise and decay: AMPA, GABA and nicotinic.

Each function returns a `Synapse` for `Network.connect`. The weight of a spike is the peak of the
conductance that it opens, and conductances of several spikes add. Arguments replace the published
constants; for a model without units give all of them as plain numbers (ms, mV). On its target a
receptor's names end in its own: `g_AMPA`, its current `I_AMPA`, its parameters `decay_AMPA` and
`E_AMPA`, the reversal potential. By these it is recorded, and modulators scale it.

NMDA, which magnesium blocks, is in `receptors_nmda.py`; receptors that saturate, as chemistry has
it, are in `receptors_kinetic.py`.
"""

from __future__ import annotations

from typing import Any

from rheobase.errors import ParameterError
from rheobase.model.synapse import Synapse
from rheobase.units import ms, mV
from rheobase.zoo.synapses import jumping, rising, time_constants


def AMPA(
    decay: Any = 2 * ms,
    rise: Any = None,
    reversal: Any = 0 * mV,
    into: str = "I",
    name: str | None = None,
    potential: str = "v",
) -> Synapse:
    """The fast receptor of glutamate: a conductance to cations that is over in milliseconds.

    The conductance jumps by the weight and decays, dg/dt = -g/decay; its rise, some 0.2 ms, is left
    out unless `rise` is given. The current is g (E - v).

    Args:
        decay: the time constant of the decay.
        rise: that of the rise; None for a jump.
        reversal: the potential E at which the current turns its sign.
        into: the neuron's input.
        name: what the receptor is called; "AMPA" by default.
        potential: the neuron's state that drives the current.

    Raises:
        ParameterError: for times that are not positive, or a decay shorter than the rise.
        UnitError: for values of another dimension, or units beside plain numbers.

    Source: N. Brunel and X.-J. Wang, Effects of neuromodulation in a cortical network model of
    object working memory dominated by recurrent inhibition, J. Comput. Neurosci. 11, 63-85 (2001),
    doi:10.1023/A:1011204814320.
    """
    return _opened(name or "AMPA", rise, decay, reversal, into, potential)


def GABAA(
    decay: Any = 5.6 * ms,
    rise: Any = None,
    reversal: Any = -80 * mV,
    into: str = "I",
    name: str | None = None,
    potential: str = "v",
) -> Synapse:
    """The fast receptor of GABA: a conductance to chloride, which holds the membrane down.

    The conductance jumps by the weight and decays, dg/dt = -g/decay; the decay is that of the
    kinetic receptor of Destexhe et al., 1/(0.18/ms). The current is g (E - v). Above E it inhibits
    by its current, and near E by the conductance alone, which shunts whatever else comes.

    Args:
        decay: the time constant of the decay.
        rise: that of the rise; None for a jump.
        reversal: the potential E at which the current turns its sign.
        into: the neuron's input.
        name: what the receptor is called; "GABAA" by default.
        potential: the neuron's state that drives the current.

    Raises:
        ParameterError: for times that are not positive, or a decay shorter than the rise.
        UnitError: for values of another dimension, or units beside plain numbers.

    Source: A. Destexhe, Z. F. Mainen and T. J. Sejnowski, Kinetic models of synaptic transmission,
    in C. Koch and I. Segev (eds.), Methods in Neuronal Modeling, 2nd ed., 1-25 (MIT Press, 1998);
    between 4.2 and 7.2 ms in T. S. Otis and I. Mody, Neuroscience 49, 13-32 (1992),
    doi:10.1016/0306-4522(92)90073-B.
    """
    return _opened(name or "GABAA", rise, decay, reversal, into, potential)


def GABAB(
    rise: Any = 60 * ms,
    decay: Any = 190 * ms,
    reversal: Any = -95 * mV,
    into: str = "I",
    name: str | None = None,
    potential: str = "v",
) -> Synapse:
    """The slow receptor of GABA, which opens potassium channels through a G protein.

    The conductance rises and decays, and its peak, after 101 ms, is the weight; the current is
    g (E - v). The times are ours, in round numbers, so that peak and tail lie where one pulse puts
    them in the kinetic receptor: that peaks after log(K4/K2)/(K4 - K2) = 102 ms, and its tail
    decays with 1/(4 K2) = 192 ms. What is lost is the cooperation of G proteins: the slow onset,
    and a burst that opens far more than its single spikes would.

    Args:
        rise: the time constant of the rise.
        decay: that of the decay.
        reversal: the potential E at which the current turns its sign, that of potassium.
        into: the neuron's input.
        name: what the receptor is called; "GABAB" by default.
        potential: the neuron's state that drives the current.

    Raises:
        ParameterError: for times that are not positive, or a decay shorter than the rise.
        UnitError: for values of another dimension, or units beside plain numbers.

    Source: K2, K4 and the reversal potential: A. Destexhe, T. Bal, D. A. McCormick and
    T. J. Sejnowski, Ionic mechanisms underlying synchronized oscillations and propagating waves in
    a model of ferret thalamic slices, J. Neurophysiol. 76, 2049-2070 (1996),
    doi:10.1152/jn.1996.76.3.2049.
    """
    return _opened(name or "GABAB", rise, decay, reversal, into, potential)


def NicotinicACh(
    rise: Any = 1 * ms,
    decay: Any = 5 * ms,
    reversal: Any = 0 * mV,
    into: str = "I",
    name: str | None = None,
    potential: str = "v",
) -> Synapse:
    """The nicotinic receptor of acetylcholine, a conductance to cations, as in a ganglion.

    The conductance rises and decays, and its peak, after 2 ms, is the weight; the current is
    g (E - v). The constants are those of the synapses on B neurons of a sympathetic ganglion, one
    of which alone makes its target fire.

    Args:
        rise: the time constant of the rise.
        decay: that of the decay.
        reversal: the potential E at which the current turns its sign.
        into: the neuron's input.
        name: what the receptor is called; "NicotinicACh" by default.
        potential: the neuron's state that drives the current.

    Raises:
        ParameterError: for times that are not positive, or a decay shorter than the rise.
        UnitError: for values of another dimension, or units beside plain numbers.

    Source: D. W. Wheeler, P. H. M. Kullmann and J. P. Horn, Estimating use-dependent synaptic gain
    in autonomic ganglia by computational simulation and dynamic-clamp analysis, J. Neurophysiol.
    92, 2659-2671 (2004), doi:10.1152/jn.00470.2004.
    """
    return _opened(name or "NicotinicACh", rise, decay, reversal, into, potential)


def conducting(name: str, reversal: Any) -> Any:
    """The reversal potential, which a receptor cannot be without.

    Raises:
        ParameterError: when it is None, which would make a current of it.
    """
    if reversal is None:
        raise ParameterError(
            f"{name} has no reversal potential.",
            mend="a receptor is a conductance: give reversal=; a current is rb.Exponential",
        )
    return reversal


def _opened(name: str, rise: Any, decay: Any, reversal: Any, into: str, potential: str) -> Synapse:
    """The conductance that jumps by the weight, or with a rise, peaks at it."""
    at = conducting(name, reversal)
    if rise is None:
        return jumping(name, time_constants(name, decay=decay), at, into, potential)
    times = time_constants(name, rise=rise, decay=decay)
    return rising(name, times, at, into, potential, name)


__all__ = ["AMPA", "GABAA", "GABAB", "NicotinicACh", "conducting"]
