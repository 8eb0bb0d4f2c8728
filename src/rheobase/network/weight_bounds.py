"""Between which limits a learning rule keeps the weight, and which of its parameters say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from rheobase.model.evaluate import evaluate
from rheobase.model.expression import Expression, names
from rheobase.model.learning import BoundRule
from rheobase.records import Record

_WEIGHT = "w"
_FAR, _NEAR = 1e9, 1e-9
_PARTS = (_FAR, 1.0, 1e-2, 1e-4, 1e-6)  # of weights that are tried out
_STEP = 1 + 2.0**-10  # a small one: no factor of a weight changes its sign


class Limits(Record, identity=True):
    """What a statement of a rule cuts weights down to, in the units of a projection's weights.

    Attributes:
        low: the least that it leaves, one value or one a synapse; -inf where nothing is cut.
        high: the most, likewise.
        low_names: the parameters that say where the least is.
        high_names: those that say where the most is.
    """

    low: Any
    high: Any
    low_names: tuple[str, ...]
    high_names: tuple[str, ...]


def weight_limits(rule: BoundRule, each: Mapping[str, Any]) -> Iterator[Limits]:
    """The limits that statements of the rule keep, as far as parameters say where they are.

    The statements are tried out on weights far beyond, with all states as they are at first. What
    they leave has to be the same of any far weight, to stay as it is the next time, and to bound
    what comes of other weights and states.
    A parameter says where a limit is when that moves with it, whatever it is called: so a rule that
    only measures its steps by w_max, and bounds nothing, has no limits.

    Args:
        rule: in the units of a projection's weights.
        each: parameters that each synapse has for itself; what reads one that is not there yet is
            left out.
    """
    parameters = {**rule.parameters, **each}
    later = {name for name, v in rule.varying.items() if v.is_parameter} - {*each}
    unknown = dict.fromkeys([*rule.reads, *rule.scopes], 0.0)
    known = {**unknown, **rule.initial, **parameters, "dt": 1.0}
    for statement in dict.fromkeys(s for event in rule.events.values() for s in event):
        read = names(statement.value)
        own = [name for name in parameters if name in read]
        is_readable = read <= {_WEIGHT, *known} - later
        if statement.name != _WEIGHT or _WEIGHT not in read or not own or not is_readable:
            continue
        others = dict.fromkeys(read - {*own}, 1.0)
        found = _limits(statement.value, known, own, others)
        if found.low_names or found.high_names:
            yield found


def limit_names(rule: BoundRule, each: Mapping[str, Any]) -> set[str]:
    """The parameters that say where limits are."""
    return {n for found in weight_limits(rule, each) for n in found.low_names + found.high_names}


def _limits(
    value: Expression, known: Mapping[str, Any], own: list[str], others: Mapping[str, Any]
) -> Limits:
    """The limits of one statement; without names where there are none."""
    size = max(float(np.max(np.abs(known[name]), initial=1.0)) for name in own)
    far = _FAR * size
    ends = [_cut(value, known, weight) for weight in (-far, far)]
    low, high = np.minimum(*ends), np.maximum(*ends)
    weights = size * np.outer([-1, 1], _PARTS).ravel()
    is_listed = any(np.ndim(known[name]) for name in own)
    # All at once, but where each synapse has values of its own: those may be millions.
    for weight in weights if is_listed else [weights]:
        for states in (others, {}):
            with np.errstate(all="ignore"):
                end = evaluate(value, {**known, **states, _WEIGHT: weight})
                slack = _NEAR * np.abs(end)
                if np.any((end < low - slack) | (end > high + slack)):
                    return Limits(low, high, (), ())
    moved: list[list[str]] = [[], []]
    for name in own:
        there = np.asarray(known[name], float)
        other = {**known, name: np.where(there, _STEP * there, 1.0)}
        for found, end, weight in zip(moved, ends, (-far, far), strict=True):
            new = _cut(value, other, weight)
            if np.any(np.isfinite(new) & np.isfinite(end) & (new != end)):
                found.append(name)
    if np.any(ends[0] > ends[1]):  # as clip(w, 0, w_max) has them where w_max is below 0
        moved = [moved[1] + moved[0]] * 2
    return Limits(low, high, tuple(moved[0]), tuple(moved[1]))


def _cut(value: Expression, known: Mapping[str, Any], far: float) -> Any:
    """What a statement leaves of any far weight, and leaves as it is; else an infinite one."""
    with np.errstate(all="ignore"):
        end = evaluate(value, {**known, _WEIGHT: far})
        beyond = evaluate(value, {**known, _WEIGHT: 10 * far})
        again = evaluate(value, {**known, _WEIGHT: end})
        again = evaluate(value, {**known, _WEIGHT: again})  # ends in the wrong order take turns
        is_cut = np.maximum(np.abs(beyond - end), np.abs(again - end)) <= _NEAR * np.abs(end)
    return np.where(is_cut, end, np.sign(far) * np.inf)
