"""Every wrong experiment file: one screen with place, cause and mend, and nothing left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

LIF = '[[neuron]]\nmodel = "LIF"\n'
HEAD = 'duration = "10 ms"\n'
TYPED = HEAD + '[[neuron]]\ninputs = { I = "pA" }\ninitial = { v = "-70 mV" }\n'
STIMULUS = HEAD + LIF + "stimulus = "

# What is wrong, the file, the line of the place, words of the cause, words of the mend.
WRONG = {
    "wrong unit": (
        f'{HEAD}{LIF}parameters = {{ g_L = "10 mV" }}\n',
        4, "g_L is a voltage (mV) (10 mV) where a conductance (nS) is due", "give it in nS",
    ),
    "bare number": (f"duration = 10\n{LIF}", 1, "a bare number (10) where a time", '"500 ms"'),
    "unit that does not exist": (
        f'{HEAD}{LIF}parameters = {{ C = "10 pFF" }}\n', 4, "no unit 'pFF'", "did you mean 'pF'",
    ),
    "wrong unit in equations": (
        f'{TYPED}equations = """\ntau * dv/dt = -v + I\n"""\nparameters = {{ tau = "10 ms" }}\n',
        5, "Units disagree", "the sides differ by a resistance",
    ),
    "unknown key": (f'duraton = "10 ms"\n{LIF}', 1, "no key 'duraton'", "did you mean 'duration'"),
    "unknown key of a neuron": (f'{HEAD}{LIF}presett = "a"\n', 4, "'presett'", "'preset'"),
    "unknown model": (f'{HEAD}[[neuron]]\nmodel = "AdEks"\n', 3, "'AdEks'", "did you mean 'AdEx'"),
    "unknown preset": (
        f'{HEAD}[[neuron]]\nmodel = "AdEx"\npreset = "tonik"\n', 4, "'tonik'", "mean 'tonic'",
    ),
    "unknown parameter": (
        f'{HEAD}{LIF}[neuron.parameters]\nC = "1 nF"\ng_l = "1 nS"\n', 6, "'g_l'", "mean 'g_L'",
    ),
    "unknown name in equations": (
        f'{TYPED}equations = "dv/dt = (x - v) / tau"\nparameters = {{ tau = "10 ms" }}\n',
        5, "'x' is not defined", "define it",
    ),
    "unknown name to record": (f'record = ["w"]\n{HEAD}{LIF}', 1, "no 'w' to record", "v, I"),
    "unknown method": (f'method = "rk5"\n{HEAD}{LIF}', 1, "'rk5'", "did you mean 'rk4'"),
    "unknown figure": (f'figures = ["trace"]\n{HEAD}{LIF}', 1, "'trace'", "mean 'traces'"),
    "unknown kind of stimulus": (
        STIMULUS + '{ kind = "stp", amplitude = "1 nA" }\n', 4, "'stp'", "did you mean 'step'",
    ),
    "unknown stimulus": (
        f'{STIMULUS}"mesured"\n[[stimulus]]\nname = "measured"\n'
        'kind = "step"\namplitude = "1 nA"\n',
        4, "no stimulus called 'mesured'", "did you mean 'measured'",
    ),
    "negative time constant": (
        f'{HEAD}[[neuron]]\nmodel = "AdEx"\nparameters = {{ tau_w = "-30 ms" }}\n',
        4, "must be positive, and tau_w is -30", "sign",
    ),
    "negative time constant in equations": (
        f'{TYPED}equations = "tau * dv/dt = -v"\n[neuron.parameters]\ntau = "-3 ms"\n',
        7, "must be positive, and tau is -3", "sign",
    ),
    "dt that does not divide": (
        f'dt = "0.03 ms"\n{HEAD}{LIF}', 2, "not a whole number of steps of dt = 0.03 ms", "9.99 ms",
    ),
    "negative dt": (f'dt = "-1 ms"\n{HEAD}{LIF}', 1, "dt is -1 ms", "positive"),
    "method that does not suit": (
        f'{HEAD}[[neuron]]\nmodel = "AdEx"\nmethod = "exact"\n', 4, "not linear", "adaptive",
    ),
    "current of the wrong shape": (
        f'{HEAD}{LIF}stimulus = {{ kind = "step", amplitude = ["1 nA", "2 nA", "3 nA"] }}\nn = 4\n',
        5, "the current I is for 3, n is for 4", "arrays of one length",
    ),
    "current of the wrong unit": (
        STIMULUS + '{ kind = "step", amplitude = "1 mV" }\n', 4, "I is a voltage", "in pA",
    ),
    "waveform that is too short": (
        STIMULUS + '{ kind = "sampled", values = ["1 pA", "2 pA"], dt = "1 ms" }\n',
        4, "last until 2 ms", "hold",
    ),
    "stimulus file that is not there": (
        STIMULUS + '{ kind = "sampled", file = "no.csv" }\n', 4, "no.csv", "relative",
    ),
    "broken TOML": (f'duration = "10 ms\n{LIF}', 1, "not TOML", "quotes"),
    "no neuron": (HEAD, None, "no neuron", "[[neuron]]"),
    "no duration": (LIF, None, "'duration' is missing", 'duration = "500 ms"'),
    "two neurons of one name": (HEAD + LIF + LIF, 4, "one name", "name ="),
    "gates of a model without": (f'figures = ["gates"]\n{HEAD}{LIF}', 1, "no gating", "traces"),
    "hostile equations": (
        f"{TYPED}equations = 'dv/dt = __import__(\"os\").getpid()'\n", 5, "A string", "quotes",
    ),
    "an attribute in equations": (
        f"{TYPED}equations = 'dv/dt = v.__class__'\n", 5, "dv/dt = v.__class__", "",
    ),
    "recording that cannot fit": (
        f'duration = "1e7 s"\n{LIF}', 1, "this machine has", "record_every",
    ),
    "refractory period off the grid": (
        f'method = "euler"\ndt = "0.3 ms"\nduration = "30 ms"\n{LIF}', 2, "refractory", "dt",
    ),
    "deep nesting": ("a = " + "[" * 5000, None, "nests", "levels"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_one_screen_and_nothing_left(case: str, refuses: Callable[..., None]) -> None:
    refuses(*WRONG[case])


def test_a_run_that_fails_half_way_leaves_nothing(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    path = write(f'{HEAD}{LIF}[[neuron]]\nmodel = "HodgkinHuxley"\ndt = "0.5 ms"\n')
    result = command("run", path, "--out", tmp_path / "results")
    assert result.exit_code == 1
    assert "no longer finite" in result.stderr
    assert "line 4, neuron 2" in result.stderr
    assert "smaller dt" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_a_failed_run_keeps_the_earlier_results(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    out = tmp_path / "results"
    assert command("run", write(HEAD + LIF), "--out", out, "--no-figures").exit_code == 0
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    broken = write(f'{HEAD}[[neuron]]\nmodel = "HodgkinHuxley"\ndt = "0.5 ms"\n')
    assert command("run", broken, "--out", out, "--no-figures").exit_code == 1
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("missing.toml", None, "There is no file"),
        ("binary.toml", b"\xff\xfe\x00", "not a text file"),
    ],
)
def test_files_that_cannot_be_read(
    name: str, content: bytes | None, cause: str, command: Callable[..., Result], tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = command("run", tmp_path / name, "--out", tmp_path / "results")
    assert result.exit_code == 1
    assert cause in result.stderr
    assert "Mend:" in result.stderr
    assert not (tmp_path / "results").exists()
