"""The examples run as they stand, and show what they are for."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

import rheobase as rb

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_firing_patterns(command: Callable[..., Result], tmp_path: Path) -> None:
    result = command("run", EXAMPLES / "firing_patterns.toml", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    names = {p.name for p in (tmp_path / "out").iterdir()}
    for group in ("measured-current", "izhikevich-2003", "adex-patterns"):
        assert f"comparison-{group}.png" in names
    # All four models fire under the measured current, and each in its own way.
    found = [rb.load(tmp_path / "out" / f"{n}.npz") for n in
             ("hodgkin-huxley", "lif", "izhikevich", "adex")]  # fmt: skip
    totals = [recording.spikes.total for recording in found]
    assert min(totals) > 10
    assert len(set(totals)) == 4


@pytest.mark.parametrize("name", ["fluctuating_current", "own_equations"])
def test_the_others(name: str, command: Callable[..., Result], tmp_path: Path) -> None:
    result = command("run", EXAMPLES / f"{name}.toml", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    for path in (tmp_path / "out").glob("*.npz"):
        assert rb.load(path).spikes.total > 5


def test_the_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(EXAMPLES / "first_spike.py"))
    assert "rheobase (a step of 1 s): 6.26 uA/cm**2" in capsys.readouterr().out
    assert (tmp_path / "first_spike.png").stat().st_size > 8000


def test_the_current_can_be_made_anew(tmp_path: Path) -> None:
    script = tmp_path / "make_fluctuating_current.py"
    script.write_bytes((EXAMPLES / "data" / script.name).read_bytes())
    runpy.run_path(str(script), run_name="__main__")
    made, kept = (folder / "fluctuating_current.csv" for folder in (tmp_path, EXAMPLES / "data"))
    first, second = (np.loadtxt(path, delimiter=",", skiprows=1) for path in (made, kept))
    # Not to the bit: another NumPy may round an exponential otherwise, by one bit of the amplifier.
    assert np.abs(first - second).max() <= 0.5
