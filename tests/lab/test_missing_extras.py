"""Without an optional package, the commands that need it say at once how to get it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

FILE = 'save = ["netcdf"]\nduration = "10 ms"\n[[neuron]]\nmodel = "LIF"\n'


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    real = importlib.util.find_spec

    def without(package: str) -> None:
        def find(name: str, *rest: Any) -> Any:
            return None if name == package else real(name, *rest)

        monkeypatch.setattr(importlib.util, "find_spec", find)

    return without


@pytest.mark.parametrize(
    ("package", "arguments", "extra"),
    [
        ("matplotlib", ("run", "FILE", "--out", "OUT"), "rheobase[plot]"),
        ("matplotlib", ("figures", "lif", "--out", "OUT"), "rheobase[plot]"),
        ("h5netcdf", ("run", "FILE", "--out", "OUT", "--no-figures"), "rheobase[io]"),
    ],
)
def test_it_says_how_to_get_it(
    package: str,
    arguments: tuple[str, ...],
    extra: str,
    write: Callable[..., Path],
    command: Callable[..., Result],
    without: Callable[[str], None],
    tmp_path: Path,
) -> None:
    places = {"FILE": write(FILE), "OUT": tmp_path / "out"}
    without(package)
    result = command(*(places.get(argument, argument) for argument in arguments))
    assert result.exit_code == 1
    assert f"needs the package {package}" in result.stderr
    assert f'pip install "{extra}"' in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_figures_may_be_left_out(
    write: Callable[..., Path],
    command: Callable[..., Result],
    without: Callable[[str], None],
    tmp_path: Path,
) -> None:
    path = write('duration = "10 ms"\n[[neuron]]\nmodel = "LIF"\n')
    without("matplotlib")
    assert "--no-figures" in command("run", path, "--out", tmp_path / "out").stderr
    assert command("run", path, "--out", tmp_path / "out", "--no-figures").exit_code == 0
