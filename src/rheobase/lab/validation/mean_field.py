"""Rates in noise: Siegert's formula beside simulated neurons, and the network of Brunel (2000)."""

from __future__ import annotations

from typing import Any

import numpy as np

import rheobase as rb
from rheobase.lab.validation.outcome import Outcome, reference, within
from rheobase.units import parse_unit

_HZ, _MS, _MV = (parse_unit(text) for text in ("Hz", "ms", "mV"))
# Neurons looked at every dt miss crossings in between, as if V_T were higher by so many deviations
# of a step: -zeta(1/2)/sqrt(2 pi), D. Siegmund, Adv. Appl. Probab. 11, 701-719 (1979).
_UNSEEN = 0.5825971579390107
_SIMULATED, _NEURONS, _DT, _SETTLED, _COUNTED = (1, 3), 1000, 0.01, 300.0, 1000.0
_ERRORS = 3.0  # standard errors
_LAST_DIGIT = 5e-15  # of 1, as there are 17 digits
# The theory leaves out correlations and the grid of time.
_THEORY = 0.05


def siegert() -> list[Outcome]:
    """Rates by the formula, against quadrature with another erfcx."""
    known = reference("mean_field")
    outcomes = []
    for case in known["siegert"]:
        found = float(rb.siegert(**_neuron(case)).value_in(_HZ))
        off = abs(found / case["nu_hz"] - 1)
        name = f"Siegert, mean {case['mu']:g} mV, sigma {case['sigma']:g} mV"
        outcomes.append(
            Outcome(
                name, f"{case['nu_hz']:.16g} Hz", known["siegert_source"], f"{found:.16g} Hz",
                f"{off:.1e}", f"{_LAST_DIGIT:g}", bool(off <= _LAST_DIGIT),
            )
        )  # fmt: skip
    return outcomes


def simulated() -> list[Outcome]:
    """Neurons in white noise: their rate, in standard errors from the formula."""
    return [_simulated(reference("mean_field")["siegert"][k]) for k in _SIMULATED]


def _simulated(case: dict[str, Any]) -> Outcome:
    neuron = rb.Model(
        "tau * dv/dt = mean - v + sigma * sqrt(tau) * xi",
        spike="v > V_T", reset="v = V_R", refractory="t_ref",
        parameters=_neuron(case), initial={"v": "V_R"},
    )  # fmt: skip
    rec = rb.simulate(
        neuron, (_SETTLED + _COUNTED) * _MS, n=_NEURONS, dt=_DT * _MS, record=None, seed=1
    )
    late = np.asarray(rec.spikes.t.value_in(_MS)) >= _SETTLED
    rates = 1e3 / _COUNTED * np.bincount(rec.spikes.i[late], minlength=_NEURONS)
    raised = _UNSEEN * case["sigma"] * np.sqrt(_DT / case["tau"])
    expected = float(rb.siegert(**_neuron(case, raised)).value_in(_HZ))
    error = float(rates.std() / np.sqrt(_NEURONS))
    off = abs(float(rates.mean()) - expected) / error
    return Outcome(
        f"{_NEURONS} neurons, mean {case['mu']:g} mV, sigma {case['sigma']:g} mV",
        f"{expected:.3f} Hz", "Siegert's formula", f"{rates.mean():.3f} +- {error:.3f} Hz",
        f"{off:.1f} s.e.", f"{_ERRORS:g} s.e.", bool(off <= _ERRORS),
    )  # fmt: skip


def brunel() -> list[Outcome]:
    """Mean field of three states of the sparse network, and one of them simulated."""
    known, outcomes = reference("mean_field"), []
    for case in known["brunel"]:
        (point,) = rb.mean_field(_sparse(case)).fixed_points
        found = float(point.rates["excitatory"].value_in(_HZ))
        name = f"Brunel 2000, g {case['g']:g}, drive {case['eta']:g}, mean field"
        source = known["brunel_source"]
        outcomes.append(within(name, case["hz"], source, found, 1e-9, "Hz", ".9f"))
    case = known["brunel"][known["brunel_simulated"]]
    report = rb.mean_field(_sparse(case)).compare(500 * _MS).report
    counted = float(np.mean(report["simulation"].value_in(_HZ)))
    off = abs(counted / case["hz"] - 1)
    return [
        *outcomes,
        Outcome(
            f"Brunel 2000, g {case['g']:g}, drive {case['eta']:g}, simulated",
            f"{case['hz']:.2f} Hz", "mean field", f"{counted:.2f} Hz", f"{off:.3f}",
            f"{_THEORY:g}", bool(off <= _THEORY),
        ),
    ]  # fmt: skip


def _neuron(case: dict[str, Any], raised: float = 0.0) -> dict[str, Any]:
    return {
        "tau": case["tau"] * _MS, "V_T": (case["Vth"] + raised) * _MV, "V_R": case["Vr"] * _MV,
        "t_ref": case["t_ref"] * _MS, "mean": case["mu"] * _MV, "sigma": case["sigma"] * _MV,
    }  # fmt: skip


def _sparse(case: dict[str, Any]) -> Any:
    """12,500 neurons with 1,000 excitatory and 250 inhibitory synapses each."""
    neuron = rb.Model(
        "tau * dv/dt = -v", spike="v >= theta", reset="v = V_r", refractory="t_ref",
        parameters={"tau": 20 * _MS, "theta": 20 * _MV, "V_r": 10 * _MV, "t_ref": 2 * _MS},
    )  # fmt: skip
    net, jump, weight, delay = rb.Network(seed=1), rb.Delta("v"), 0.1 * _MV, 1.5 * _MS
    exc, inh = net.add(neuron, 10_000, "excitatory"), net.add(neuron, 2500, "inhibitory")
    net.connect(exc, [exc, inh], jump, rb.fixed_indegree(1000), weight, delay)
    net.connect(inh, [exc, inh], jump, rb.fixed_indegree(250), -case["g"] * weight, delay)
    for target in (exc, inh):
        # Each of 1,000 external synapses at eta times what holds a neuron at threshold, 10 Hz.
        source = net.add(rb.Poisson(1e4 * case["eta"] * _HZ), target.n, f"drive of {target.name}")
        net.connect(source, target, jump, rb.one_to_one(), weight, delay)
    return net
