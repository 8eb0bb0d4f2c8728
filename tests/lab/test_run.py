"""`rheobase run`: what it writes, prints and promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

import rheobase as rb
from rheobase.units import ms, pA

from .left_behind import manifest_of

ROOT = Path(__file__).resolve().parents[2]

SMALL = """
title = "Small"
duration = "100 ms"

[[stimulus]]
name = "measured"
kind = "sampled"
file = "current.csv"

[[neuron]]
model = "HodgkinHuxley"
stimulus = { use = "measured", divided_by = "2500 um**2" }
figures = ["gates", { kind = "comparison", group = "all" }]

[[neuron]]
model = "LIF"
stimulus = "measured"
figures = ["traces", "raster", { kind = "comparison", group = "all" }]

[[neuron]]
model = "Izhikevich"
stimulus = { use = "measured", divided_by = "25 pA" }
figures = [{ kind = "phase_plane", I = 4 }, { kind = "comparison", group = "all" }]

[[neuron]]
name = "AdEx tonic"
model = "AdEx"
preset = "tonic"
stimulus = "preset"
figures = [{ kind = "f_i_curve", to = "600 pA", points = 11, duration = "200 ms" }]
"""


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def _current(folder: Path) -> None:
    rng = np.random.default_rng(2)
    rows = [f"{0.5 * k},{x:.2f}" for k, x in enumerate(300 + 80 * rng.standard_normal(300))]
    (folder / "current.csv").write_text("\n".join(["time (ms),current (pA)", *rows]))


def test_the_main_job_small(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    path = write(SMALL)
    _current(path.parent)
    out = tmp_path / "a" / "b"
    result = command("run", path, "--out", out)
    assert result.exit_code == 0, result.output
    assert {p.name for p in out.iterdir()} == {
        "hodgkinhuxley.npz", "hodgkinhuxley.json", "hodgkinhuxley-gates.png",
        "lif.npz", "lif.json", "lif-traces.png", "lif-raster.png",
        "izhikevich.npz", "izhikevich.json", "izhikevich-phase-plane.png",
        "adex-tonic.npz", "adex-tonic.json", "adex-tonic-f-i-curve.png",
        "comparison-all.png", "experiment.toml", "rheobase.json",
    }  # fmt: skip
    manifest_of(out, SMALL)
    # The table says what the recordings hold.
    recording = rb.load(out / "adex-tonic.npz")
    row = next(line for line in result.stdout.splitlines() if line.startswith("AdEx tonic"))
    assert row.split()[4] == str(recording.spikes.total) == "10"
    assert "-70.00 mV" in row
    for column in ("neuron", "spikes", "rate (Hz)", "CV", "rest", "wall (s)", "x real time"):
        assert column in result.stdout
    assert [p.name for p in out.parent.iterdir()] == ["b"]


def test_the_recording_is_that_of_the_library(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    path = write(
        'duration = "60 ms"\nseed = 3\n[[neuron]]\nmodel = "LIF"\nn = 2\n'
        'parameters = { C = "100 pF" }\n'
        'stimulus = [{ kind = "step", amplitude = ["250 pA", "400 pA"], start = "5 ms" },'
        '{ kind = "noise", sigma = "30 pA", tau = "4 ms" }]\n'
    )
    out = tmp_path / "results"
    assert command("run", path, "--out", out, "--no-figures", "--quiet").output == ""
    assert not list(out.glob("*.png"))
    current = rb.step(np.array([250.0, 400.0]) * pA, start=5 * ms) + rb.noise(30 * pA, 4 * ms)
    from rheobase.units import pF

    expected = rb.simulate(rb.LIF(C=100 * pF), 60 * ms, I=current, seed=3)
    found = rb.load(out / "lif.npz")
    assert np.array_equal(np.asarray(found["v"]), np.asarray(expected["v"]))
    assert np.array_equal(np.asarray(found.spikes.t), np.asarray(expected.spikes.t))
    assert found.spikes.total > 4


def test_the_seed_of_the_command_line_wins(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    path = write(
        'duration = "20 ms"\nseed = 3\n[[neuron]]\nmodel = "LIF"\n'
        'stimulus = { kind = "noise", sigma = "100 pA", tau = "4 ms" }\n'
    )
    traces = []
    for seed in ((), ("--seed", 3), ("--seed", 4)):
        out = tmp_path / f"out{len(traces)}"
        assert command("run", path, "--out", out, "--no-figures", *seed).exit_code == 0
        traces.append(np.asarray(rb.load(out / "lif.npz")["v"]))
    assert np.array_equal(traces[0], traces[1])
    assert not np.array_equal(traces[0], traces[2])


def test_netcdf_when_asked(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    path = write('save = ["npz", "netcdf"]\nduration = "20 ms"\n[[neuron]]\nmodel = "LIF"\n')
    out = tmp_path / "results"
    result = command("run", path, "--out", out, "--no-figures")
    assert result.exit_code == 0, result.output
    one, other = rb.load(out / "lif.npz"), rb.load(out / "lif.nc")
    assert np.array_equal(np.asarray(one["v"]), np.asarray(other["v"]))


def test_a_neuron_typed_in_plain_numbers(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    path = write(
        'duration = "50 ms"\ndt = "0.1 ms"\n[[neuron]]\nname = "rate"\n'
        'equations = """\ntau * dv/dt + v = I\nr = max(0, v)\n"""\n'
        'parameters = { tau = 10 }\ninputs = ["I"]\nrecord = ["v", "r"]\n'
        'stimulus = { kind = "step", amplitude = 2, start = "10 ms" }\n'
    )
    out = tmp_path / "results"
    result = command("run", path, "--out", out)
    assert result.exit_code == 0, result.output
    recording = rb.load(out / "rate.npz")
    r = np.asarray(recording["r"])[:, 0]
    assert r[-1] == pytest.approx(2 * -np.expm1(-4.0), rel=1e-6)
    assert (out / "rate-traces.png").exists()


def test_somebody_elses_folder_is_left_alone(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    path = write('duration = "10 ms"\n[[neuron]]\nmodel = "LIF"\n')
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("three years")
    result = command("run", path, "--out", out)
    assert result.exit_code == 1
    assert "thesis.txt" in result.stderr
    assert "--out" in result.stderr
    assert [p.name for p in out.iterdir()] == ["thesis.txt"]


def test_help_is_quick_and_imports_little() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from rheobase.lab.cli import main;"
        "r = CliRunner().invoke(main, ['--help']); assert r.exit_code == 0, r.output;"
        "heavy = {'numpy', 'matplotlib', 'llvmlite'} & set(sys.modules);"
        "print(sorted(heavy), 'validate' in r.output)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split("]")[0].strip() in ("[", "['numpy'")
    assert run.stdout.strip().endswith("True")


def test_as_a_program_errors_have_no_traceback(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "rheobase", "run", "nothing.toml"],
        env=_environment(), cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert run.stdout == ""
    assert "There is no file 'nothing.toml'" in run.stderr
    assert "Traceback" not in run.stderr
    assert not list(tmp_path.iterdir())


def test_usage_errors_are_2(command: Callable[..., Result]) -> None:
    assert command("run").exit_code == 2
    assert command("run", "a.toml", "--sed", "1").exit_code == 2
    assert command("figures").exit_code == 2


def test_ctrl_c_keeps_what_was_recorded(interrupted: Callable[[str], str], tmp_path: Path) -> None:
    output = interrupted(
        'duration = "3600 s"\n[[neuron]]\nmodel = "HodgkinHuxley"\nrecord_every = 1000\n'
        '[[neuron]]\nmodel = "LIF"\n'
    )
    results = tmp_path / "results"
    recording = rb.load(results / "hodgkinhuxley.npz")
    assert 0 < float(recording.duration.magnitude) < 3.6e6
    assert recording.spikes.total > 10
    assert not (results / "lif.npz").exists()
    assert json.loads((results / "rheobase.json").read_text())["interrupted"]
    assert "HodgkinHuxley" in output
