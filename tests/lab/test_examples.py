"""The examples run as they stand, and show what they are for."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

import rheobase as rb
from rheobase.analysis.population import mean_cv
from rheobase.recording import SynapseTable
from rheobase.units import ms

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


def test_balanced_network(command: Callable[..., Result], tmp_path: Path) -> None:
    result = command("run", EXAMPLES / "balanced_network.toml", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"raster.png", "traces.png", "irregularity.png", "diagram.png"} <= names
    recording = rb.load(tmp_path / "out" / "recording.npz")
    assert isinstance(recording, rb.NetworkRecording)
    # From 200 ms on Brian 2 gives 18.1 to 20.6 Hz over three seeds. The network is chaotic: over
    # many seeds the rate has a standard deviation of 1.5 Hz.
    late = {name: recording[name].spikes.window(200 * ms, 1000 * ms) for name in recording}
    rate = sum(one.total for one in late.values()) / 4000 / 0.8
    assert 15 < rate < 23
    # Each neuron fires irregularly, and the network does not fall silent.
    assert 1.2 < mean_cv(recording["exc"].spikes) < 1.8
    assert recording["exc"].spikes.t[-1] > 995 * ms


def test_learning_network(command: Callable[..., Result], tmp_path: Path) -> None:
    result = command("run", EXAMPLES / "learning_network.toml", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"raster.png", "rate.png", "weights.png"} <= names
    recording = rb.load(tmp_path / "out" / "recording.npz")
    assert isinstance(recording, rb.NetworkRecording)
    # Inhibition has learned the rate that its rule was given, 5 Hz; at first it was far higher.
    spikes = recording["neurons"].spikes
    assert spikes.window(0 * ms, 1000 * ms).total / 20 > 50
    assert spikes.window(150_000 * ms, 200_000 * ms).total / 20 / 50 == pytest.approx(5, rel=0.2)
    # Weights began evenly: by 20 % of the synapses in each fifth of the range.
    synapses = rb.load(tmp_path / "out" / "synapses-inputs.npz")
    assert isinstance(synapses, SynapseTable)
    share = np.histogram(synapses["w"].value_in("nS") / 0.4, np.linspace(0, 1, 6))[0]
    share = share / len(synapses)
    assert min(share[0], share[-1]) > 0.22
    assert max(share[1:-1]) < 0.18


def test_the_main_job_of_the_readme_is_there() -> None:
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    block = readme.split("<!-- command:run -->")[1].split("```")[1]
    file = EXAMPLES.parent / block.split("rheobase run ")[1].strip()
    assert file.is_file()
    for name in re.findall(r"\]\((book/pictures/[^)]+)\)", readme):
        assert (EXAMPLES.parent / name).is_file()


def test_the_code_of_the_readme_runs() -> None:
    """Each block of Python goes on with the names of the one before."""
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)  # noqa: S102
    assert isinstance(names["recording"], rb.NetworkRecording)


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
