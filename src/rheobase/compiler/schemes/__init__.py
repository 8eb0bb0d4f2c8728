"""The integration methods, one a file. Each has `build(model) -> Step`."""

from __future__ import annotations

from importlib import import_module

from rheobase.compiler.calculus import depends, is_linear, is_noise
from rheobase.compiler.step import Step
from rheobase.errors import SchemeError, closest
from rheobase.model.model import Model

METHODS = (
    "adaptive",
    "euler",
    "euler_maruyama",
    "exact",
    "exponential_euler",
    "heun",
    "published",
    "rk4",
)


def build_step(model: Model, method: str | None = None) -> Step:
    """A model's Step under a named scheme, or under its default.

    Raises:
        SchemeError: for a scheme that does not exist or does not suit the model.
    """
    name = default_method(model) if method is None else method
    if name not in METHODS:
        hint = closest(str(name), list(METHODS))
        raise SchemeError(
            f"There is no method {name!r}.", mend=f"{hint}the methods are {', '.join(METHODS)}"
        )
    if model.noises and name not in ("euler_maruyama", "exact", "published"):
        raise SchemeError(
            f"{model.title} has white noise, which {name} does not integrate.",
            mend="use method='euler_maruyama'",
        )
    try:
        _refuse_noise_in_events(model)
        step: Step = import_module(f"rheobase.compiler.schemes.{name}").build(model)
    except RecursionError:
        raise SchemeError(
            f"The named expressions of {model.called} build on one another too deeply for {name}.",
            mend="let fewer of them need one another, or choose another method",
        ) from None
    return step


def _refuse_noise_in_events(model: Model) -> None:
    """White noise has no value at an instant, only an effect over a time."""
    places = {"spike condition": [model.spike], "refractory period": [model.refractory]}
    places["reset"] = [update.value for update in model.reset]
    for place, expressions in places.items():
        for expression in expressions:
            if expression is not None and any(map(is_noise, depends(model, expression))):
                raise SchemeError(
                    f"The {place} of {model.called} depends on white noise, "
                    "which has no value at an instant.",
                    mend="let the noise act on a state: dx/dt = -x/tau + sigma*sqrt(2/tau)*xi",
                )


def default_method(model: Model) -> str:
    """The scheme that suits a model: its own choice if it names one.

    White noise takes Euler-Maruyama, linear equations their exact propagator, a nonlinear model
    with a reset the adaptive scheme (whose spikes do not depend on the grid), and a smooth one RK4.
    """
    if model.method is not None:
        return model.method
    if model.noises:
        return "euler_maruyama"
    if not model.states:
        return "euler"
    if is_linear(model):
        return "exact"
    return "adaptive" if model.reset else "rk4"
