"""The largest weight that a learning rule leaves."""

from __future__ import annotations

import numpy as np

from rheobase.model.evaluate import evaluate
from rheobase.model.expression import names
from rheobase.model.learning import BoundRule

_WEIGHT, _LARGEST = "w", "w_max"
_FAR, _NEAR = 1e9, 1e-9


def largest_weight(rule: BoundRule) -> float | None:
    """What a statement of the rule cuts a weight far beyond w_max down to; None for nothing.

    The statement is tried out, with all states as they are at first: so a rule that only measures
    its steps by w_max, and bounds nothing, has no largest weight.

    Args:
        rule: in the units of a projection's weights.
    """
    if _LARGEST not in rule.parameters:
        return None
    sign = float(np.sign(rule.parameters[_LARGEST]))
    far = _FAR * rule.parameters[_LARGEST]
    unknown = dict.fromkeys([*rule.reads, *rule.scopes], 0.0)
    known = {**unknown, **rule.initial, **rule.parameters, "dt": 1.0}
    for statements in rule.events.values():
        for statement in statements:
            read = names(statement.value)
            if statement.name != _WEIGHT or _WEIGHT not in read or read - {_WEIGHT, *known}:
                continue
            with np.errstate(all="ignore"):
                most = float(evaluate(statement.value, {**known, _WEIGHT: far}))
                again = float(evaluate(statement.value, {**known, _WEIGHT: most}))
            is_cut = 0 < most * sign < abs(far) / 10
            if is_cut and abs(again - most) <= _NEAR * abs(most):
                return most
    return None
