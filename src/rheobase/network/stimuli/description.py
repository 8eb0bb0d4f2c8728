"""Stimuli from plain dictionaries, as presets and experiment files write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rheobase.errors import ParameterError, closest
from rheobase.network.stimuli.terms import Stimulus, as_stimulus


def constant(amplitude: Any) -> Stimulus:
    """The same amplitude at all times."""
    return as_stimulus(amplitude)


_KINDS = ("constant", "step", "pulses", "ramp", "sine", "noise", "sampled")


def from_description(description: Any) -> Stimulus:
    """A stimulus from its description.

    Args:
        description: a dictionary with a ``kind`` (``"constant"``, ``"step"``, ``"pulses"``,
            ``"ramp"``, ``"sine"``, ``"noise"``, ``"sampled"``) and that function's arguments, in
            which quantities may be text (``{"kind": "step", "amplitude": "500 pA"}``); a list of
            dictionaries and amplitudes, which add; or an amplitude, or a stimulus.

    Raises:
        ParameterError: for a kind or an argument that does not exist, or one that is missing.
        UnitError: for a time without its unit.
    """
    if isinstance(description, Mapping):
        return _build(dict(description))
    is_sum = isinstance(description, (list, tuple)) and any(
        isinstance(part, (Mapping, Stimulus)) for part in description
    )
    if not is_sum:
        return as_stimulus(description)
    return Stimulus(tuple(term for part in description for term in from_description(part).terms))


def _build(arguments: dict[str, Any]) -> Stimulus:
    kind = arguments.pop("kind", None)
    if kind not in _KINDS:
        hint = closest(str(kind), list(_KINDS))
        raise ParameterError(
            f"There is no stimulus of kind {kind!r}.",
            mend=f"{hint}the kinds are {', '.join(_KINDS)}",
        )
    from inspect import signature

    from rheobase.network import stimuli

    make: Callable[..., Stimulus] = constant if kind == "constant" else getattr(stimuli, kind)
    allowed = signature(make).parameters
    for name in arguments:
        if name not in allowed:
            hint = closest(name, list(allowed))
            raise ParameterError(
                f"A stimulus of kind {kind!r} has no {name!r}.",
                mend=f"{hint}it takes {', '.join(allowed)}",
            )
    for name, parameter in allowed.items():
        if parameter.default is parameter.empty and name not in arguments:
            raise ParameterError(
                f"A stimulus of kind {kind!r} needs {name!r}.",
                mend=f"it takes {', '.join(allowed)}",
            )
    return make(**arguments)
