"""Several learning rules on one synapse, as one rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rheobase.errors import EquationError, ParameterError, UnitError
from rheobase.model.learning.reading import ARGUMENTS
from rheobase.model.learning.rule import LearningRule
from rheobase.model.learning.scopes import WEIGHT
from rheobase.model.respelling import respelled
from rheobase.units.quantity import short
from rheobase.units.table import describe

_WORD = re.compile(r"[A-Za-z_]\w*")
_DERIVATIVE = re.compile(r"\bd([A-Za-z_]\w*)\s*/\s*dt\b")
_TEXTS = ("text", *ARGUMENTS.values(), "transmits", "during")


def combined(rules: Sequence[Any]) -> LearningRule:
    """One rule that does what several do.

    The statements of an event stand in the order of the rules, and all change one w. What a rule
    transmits counts with what the rules before it transmit in place of w: ``w*r`` and ``w*k`` give
    ``w*r*k``. Of a name that two rules have, or that means something else in another one, the later
    rule's gets the first word of its rule's name as a suffix: ``x`` is then ``x_PairSTDP``.

    Args:
        rules: two or more; one alone is given back.

    Raises:
        ParameterError: for what is no list of rules.
        EquationError: naming both rules, for names that cannot be told apart, and for two rules
            that have `during`.
        UnitError: naming both, where their weights measure different things.
    """
    if not rules or not all(isinstance(rule, LearningRule) for rule in rules):
        raise ParameterError(
            f"plasticity= is {short(list(rules))}, and not a list of learning rules.",
            mend="for example [rb.TsodyksMarkram(), rb.PairSTDP(w_max=1*nS)]",
        )
    if len(rules) == 1:
        only: LearningRule = rules[0]
        return only
    _check_weights(rules)
    parts = _apart(rules)
    conditions = [rule for rule in rules if rule.during.strip()]
    if len(conditions) > 1:
        raise EquationError(
            f"{_both(conditions)} both have during=.", mend="write one rule, or take one of them"
        )
    transmits = WEIGHT
    for part in parts:
        sent = part["transmits"].strip()
        if sent != WEIGHT:
            transmits = sent if transmits == WEIGHT else respelled(sent, {WEIGHT: f"({transmits})"})
    joined = {name: "\n".join(filter(None, (part[name] for part in parts))) for name in _TEXTS}
    return LearningRule(
        **{**joined, "transmits": transmits},
        parameters={k: v for part in parts for k, v in part["parameters"].items()},
        initial={k: v for part in parts for k, v in part["initial"].items()},
        weight=next((rule.weight for rule in rules if rule.weight is not None), None),
        name=" and ".join(filter(None, (rule.name for rule in rules))),
        citation="; ".join(filter(None, (rule.citation for rule in rules))),
    )


def _check_weights(rules: Sequence[LearningRule]) -> None:
    """What the rules' weights measure, given or found from what is added to them, is one thing.

    Raises:
        UnitError: naming two rules that differ.
    """
    weights = {rule.parts.weight: rule for rule in rules if rule.parts.weight is not None}
    if len(weights) > 1:
        found = " and ".join(describe(weight) for weight in weights)
        raise UnitError(
            f"The weights of {_both([*weights.values()])} are {found}.", mend="give both one unit"
        )


def _apart(rules: Sequence[LearningRule]) -> list[dict[str, Any]]:
    """What each rule is made of, with names that no other rule has."""
    own = [_own(rule) for rule in rules]
    words = [_words(rule) | mine for rule, mine in zip(rules, own, strict=True)]
    taken, found = dict[str, LearningRule](), []
    for k, rule in enumerate(rules):
        strange = {w: r for j, r in enumerate(rules) if j != k for w in words[j] - own[j]}
        renamed = dict[str, str]()
        for name in sorted(own[k]):
            other = taken.get(name) or strange.get(name)
            if other is None:
                taken[name] = rule
                continue
            label = _WORD.match(rule.name)
            new = "" if label is None else f"{name}_{label.group()}"
            if not new or new in taken or any(new in used for used in words):
                raise EquationError(
                    f"{name!r} is a name both in {other.title} and in {rule.title}.",
                    mend="rename it in one of them, or give that rule another name=",
                )
            renamed[name], taken[new] = new, rule
        found.append(_renamed(rule, renamed))
    return found


def _own(rule: LearningRule) -> set[str]:
    """The names that a rule has given: states, parameters and named expressions."""
    structure = rule.parts.structure
    found = {*structure.states, *structure.definitions, *rule.scopes, *rule.parameters}
    return (found | rule.initial.keys() | rule.varying.keys()) - {WEIGHT}


def _words(rule: LearningRule) -> set[str]:
    """Every word in a rule's text: functions, units and states of the target among them."""
    texts = [getattr(rule, name) for name in _TEXTS]
    texts += [value for value in rule.initial.values() if isinstance(value, str)]
    return {w for text in texts for w in _WORD.findall(_DERIVATIVE.sub(r"\1", text))}


def _renamed(rule: LearningRule, names: dict[str, str]) -> dict[str, Any]:
    """The texts and values of a rule with other names."""
    put = names | {f"d{old}/dt": f"d{new}/dt" for old, new in names.items()}
    values = {name: rule.quantity(name, value) for name, value in rule.parameters.items()}
    values |= {name: v.given for name, v in rule.varying.items() if v.is_parameter}
    starts = {
        name: respelled(value, put) if isinstance(value, str) else value
        for name, value in rule.initial.items()
    }
    found: dict[str, Any] = {name: respelled(getattr(rule, name), put) for name in _TEXTS}
    found["parameters"] = {names.get(name, name): value for name, value in values.items()}
    return found | {"initial": {names.get(name, name): value for name, value in starts.items()}}


def _both(rules: Sequence[LearningRule]) -> str:
    return " and ".join(rule.title for rule in rules)
