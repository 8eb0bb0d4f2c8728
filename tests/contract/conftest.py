"""What every model of the zoo is held to, and the list of them."""

from typing import NamedTuple

import rheobase as rb
from rheobase.compiler.calculus import is_linear
from rheobase.zoo import MODELS


class Kept(NamedTuple):
    """A model of the zoo, or one of its presets."""

    name: str
    preset: str | None

    @property
    def model(self) -> rb.Model:
        entry = MODELS[self.name]
        return entry() if self.preset is None else entry.preset(self.preset)

    @property
    def methods(self) -> list[str]:
        """Every scheme that suits it."""
        model = self.model
        found = ["euler", "heun", "rk4", "exponential_euler", "adaptive"]
        found += ["exact"] if is_linear(model) else []
        return found + (["published"] if model.published is not None else [])

    def __str__(self) -> str:
        return self.name if self.preset is None else f"{self.name}-{self.preset}"


DEFAULTS = [Kept(name, None) for name in MODELS]
PRESETS = [Kept(name, preset) for name, entry in MODELS.items() for preset in entry.presets]
EVERY = DEFAULTS + PRESETS
# Every scheme on every default; presets have the same equations but for the patterns of 2004.
WITH_METHODS = [(kept, method) for kept in DEFAULTS for method in kept.methods]


def pytest_generate_tests(metafunc):
    if {"kept", "method"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("kept", "method"), WITH_METHODS, ids=lambda v: str(v))
    elif "kept" in metafunc.fixturenames:
        metafunc.parametrize("kept", EVERY, ids=str)
    elif "plain_kept" in metafunc.fixturenames:
        metafunc.parametrize("plain_kept", DEFAULTS, ids=str)
