"""What a network makes of rates: of each population the rate that its neurons then have."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.reduction.afferents import Group
from rheobase.reduction.erfcx import Array
from rheobase.reduction.siegert import LASTING, Passage, Threshold, passage


class Field:
    """The map from rates to the rates they give rise to, over populations that differ."""

    def __init__(self, found: dict[str, Group], sources: dict[str, float], dt: float) -> None:
        self.names = list(found)
        self.label = _alike(found, sources)
        self.unknowns = [name for name in self.names if self.label[name] == name]
        self.groups = [found[name] for name in self.unknowns]
        columns = zip(*(g.neuron.threshold for g in self.groups), strict=True)
        self.neuron = Threshold(*(np.array([_single(v) for v in c]) for c in columns))
        n = len(self.unknowns)
        self.base, self.base_power = np.array([g.bias for g in self.groups]), np.zeros(n)
        self.shift, self.power = np.zeros((n, n)), np.zeros((n, n))
        # Power times what it raises thresholds by, for noise that lasts: see `siegert`.
        self.base_lasting, self.lasting = np.zeros(n), np.zeros((n, n))
        # The variance of the mean from neuron to neuron: of mean squares, and of squared means.
        self.base_scatter = np.zeros(n)
        self.by_square, self.by_mean = np.zeros((n, n)), np.zeros((n, n))
        tau = self.neuron.tau
        for i, group in enumerate(self.groups):
            for afferent in group.afferents:
                shift, power = tau[i] * afferent.shift, tau[i] * afferent.power
                lasting = LASTING * np.sqrt(afferent.decay / tau[i]) * power
                by_square, by_mean = tau[i] ** 2 * afferent.scatter
                if afferent.source in sources:
                    rate = sources[afferent.source]
                    self.base[i] += shift * rate
                    self.base_power[i] += power * rate
                    self.base_lasting[i] += lasting * rate
                    self.base_scatter[i] += (by_square + by_mean) * rate**2
                else:
                    j = self.unknowns.index(self.label[afferent.source])
                    self.shift[i, j] += shift
                    self.power[i, j] += power
                    self.lasting[i, j] += lasting
                    self.by_square[i, j] += by_square
                    self.by_mean[i, j] += by_mean
        # No neuron is faster than its refractory period; without one, than once a step.
        t_ref = self.neuron.t_ref
        self.highest = 1.0 / np.where(t_ref > 0, t_ref, dt)

    def moments(self, rates: Array) -> tuple[Array, Array]:
        """Mean and threshold noise of the potentials; shape (unknowns,) or (unknowns, sets)."""
        extra = (slice(None),) + (np.newaxis,) * (rates.ndim - 1)
        mean = self.base[extra] + self.shift @ rates
        power = self.base_power[extra] + self.power @ rates
        return mean, np.sqrt(np.maximum(power, 0.0))

    def spread(self, rates: Array, roots: Array) -> Array:
        """The standard deviation of the mean from neuron to neuron (mV).

        Args:
            rates: the mean rates, shape (unknowns,).
            roots: the roots of the mean squares of rates, likewise.
        """
        variance = self.base_scatter + self.by_square @ roots**2 + self.by_mean @ rates**2
        return np.sqrt(np.maximum(variance, 0.0))

    def passage(self, rates: Array, shifted: Array | float = 0.0) -> tuple[Passage, Array, Array]:
        """Rates with their slopes, the threshold noise, and how far it raises thresholds (mV).

        Args:
            rates: shape (unknowns,) or (unknowns, sets).
            shifted: added to the mean (mV), likewise.
        """
        mean, sigma = self.moments(rates)
        mean = mean + shifted
        extra = (slice(None),) + (np.newaxis,) * (rates.ndim - 1)
        lasting = self.base_lasting[extra] + self.lasting @ rates
        raised = np.where(sigma > 0, lasting / np.where(sigma > 0, sigma, 1.0), 0.0)
        tau, top, reset, t_ref = (v[extra] for v in self.neuron)
        return (
            passage(Threshold(tau, top + raised, reset + raised, t_ref), mean, sigma),
            sigma,
            raised,
        )

    def response(self, rates: Array) -> Array:
        """The rates that these give rise to; shape (unknowns,) or (unknowns, sets)."""
        return self.passage(rates)[0].rate

    def slopes(self, rates: Array) -> Array:
        """The derivatives of `response`, shape (unknowns, unknowns)."""
        found, sigma, raised = self.passage(rates)
        over = np.where(sigma > 0, 1.0 / np.where(sigma > 0, sigma, 1.0), 0.0)[:, np.newaxis]
        by_sigma = 0.5 * over * self.power  # of sigma, the root of the power
        by_raised = over * (self.lasting - raised[:, np.newaxis] * by_sigma)
        return (
            found.by_mean[:, np.newaxis] * (self.shift - by_raised)
            + found.by_sigma[:, np.newaxis] * by_sigma
        )


def _alike(found: dict[str, Group], sources: dict[str, float]) -> dict[str, str]:
    """For each population the first that must have its rate, whatever the rates are.

    Those are such whose neurons are alike and who hear as much from every population; what is heard
    from two that must have one rate counts together. Populations that merely look alike, such as
    two that inhibit each other, may end up at different rates and stay apart.
    """
    label = {name: name for name in found}
    while True:
        first: dict[tuple[Any, ...], str] = {}
        merged = {}
        for name, group in found.items():
            heard: dict[tuple[str, float], Array] = {}
            for source, shift, power, scatter, decay, _ in group.afferents:
                # All Poisson sources are one population of a rate of 1.
                kind, rate = (label[source], 1.0) if source in label else ("", sources[source])
                sums = heard.setdefault((kind, decay), np.zeros(4))
                sums += np.array([shift * rate, power * rate, *(scatter * rate**2)])
            listed = ((*kind, *heard[kind].tolist()) for kind in sorted(heard))
            mine = (*(_single(v) for v in group.neuron.threshold), group.bias, *listed)
            merged[name] = first.setdefault(mine, name)
        if merged == label:
            return label
        label = merged


def _single(value: Any) -> float:
    return float(np.ravel(value)[0])
