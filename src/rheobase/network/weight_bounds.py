"""The largest weights that a learning rule leaves, for each of its limits and each synapse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.model.evaluate import evaluate
from rheobase.model.expression import names
from rheobase.model.learning import BoundRule

_WEIGHT, _LARGEST = "w", "w_max"
_FAR, _NEAR = 1e9, 1e-9


def limit_names(parameters: Mapping[str, Any]) -> list[str]:
    """The parameters that limit the weight: one for each rule of a list that has one.

    Args:
        parameters: by name; of several rules the later ones' names have a suffix, as in
            ``w_max_PairSTDP``.
    """
    return [name for name in parameters if name == _LARGEST or name.startswith(f"{_LARGEST}_")]


def largest_weights(rule: BoundRule, each: Mapping[str, Any]) -> dict[str, Any]:
    """What statements of the rule cut a weight far beyond a limit down to, by limit.

    The statements are tried out, with all states as they are at first: so a rule that only measures
    its steps by w_max, and bounds nothing, has no largest weight.

    Args:
        rule: in the units of a projection's weights.
        each: parameters that each synapse has for itself, as far as they are known.

    Returns:
        One value, or one a synapse; what is not cut at a synapse is infinite there.
    """
    parameters = {**rule.parameters, **each}
    unknown = dict.fromkeys([*rule.reads, *rule.scopes], 0.0)
    known = {**unknown, **rule.initial, **parameters, "dt": 1.0}
    found = {limit: _cut(rule, limit, known) for limit in limit_names(parameters)}
    return {limit: most for limit, most in found.items() if most is not None}


def _cut(rule: BoundRule, limit: str, known: Mapping[str, Any]) -> Any:
    """What the first statement that cuts a weight at this limit leaves of it; None for nothing."""
    sign = np.sign(known[limit])
    far = _FAR * known[limit]
    for statements in rule.events.values():
        for statement in statements:
            read = names(statement.value)
            if statement.name != _WEIGHT or not {_WEIGHT, limit} <= read <= {_WEIGHT, *known}:
                continue
            with np.errstate(all="ignore"):
                most = evaluate(statement.value, {**known, _WEIGHT: far})
                again = evaluate(statement.value, {**known, _WEIGHT: most})
                is_cut = (most * sign > 0) & (most * sign < np.abs(far) / 10)
                is_cut &= np.abs(again - most) <= _NEAR * np.abs(most)
            if np.any(is_cut):
                return np.where(is_cut, most, sign * np.inf)
    return None
