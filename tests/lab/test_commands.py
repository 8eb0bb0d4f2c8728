"""`rheobase models`, `figures` and `validate`."""

from __future__ import annotations

import inspect
import runpy
import textwrap
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import rheobase as rb
from rheobase import zoo
from rheobase.lab import validation
from rheobase.lab.networks.calls import read_call
from rheobase.lab.parts_page import PARTS, SECTIONS
from rheobase.lab.source import Source
from rheobase.lab.table import Table
from rheobase.lab.validation.outcome import Outcome, reference, within
from rheobase.zoo import MODELS


def test_the_list_names_every_model(command: Callable[..., Result]) -> None:
    text = command("models").output
    for name, entry in MODELS.items():
        assert f"{name:<16}{entry.summary}" in text
        assert entry.citation.split(",")[0] in text


@pytest.mark.parametrize("name", MODELS)
def test_a_model_on_a_page(name: str, command: Callable[..., Result]) -> None:
    result = command("models", name.lower())
    assert result.exit_code == 0, result.output
    model = MODELS[name]()
    for line in textwrap.dedent(model.text).strip().splitlines():
        assert line.strip() in result.output
    rows = [line.split() for line in result.output.splitlines()]
    for parameter in model.parameters:
        assert any(row and row[0] == parameter for row in rows)
    for preset in MODELS[name].presets:
        assert any(row and row[0] == preset for row in rows)
    assert "".join(model.citation.split()) in "".join(result.output.split())
    assert ["g_L", "30", "nS"] in rows or name != "AdEx"


def test_the_list_names_what_projections_are_made_of(command: Callable[..., Result]) -> None:
    text = command("models").output
    for title, parts in SECTIONS.items():
        assert f"\n\n{title}\n" in text
        for name, make in parts.items():
            assert f"\n{name:<16}{(make.__doc__ or '').partition(chr(10))[0]}\n" in text
    # Every receptor, modulator and rule that the library offers is there.
    offered = {*zoo.plasticity.__all__, *zoo.modulators.__all__, *zoo.receptors.__all__, "NMDA"}
    assert offered - {"SATURATING", "conducting"} <= PARTS.keys()
    assert "Pfister and Gerstner 2006" in text
    assert "doi:10.1152/jn.00470.2004" in text


@pytest.mark.parametrize("name", PARTS)
def test_a_part_on_a_page(name: str, command: Callable[..., Result], tmp_path: Path) -> None:
    result = command("models", name.lower())
    assert result.exit_code == 0, result.output
    page = result.output
    rows = [line.split() for line in page.splitlines()]
    for argument in inspect.signature(PARTS[name]).parameters:
        assert any(row and row[0] == argument and len(row) > 2 for row in rows)
    # The page's own example is what a file can say, and makes what the page shows.
    (example,) = (line for line in page.splitlines() if f'kind = "{name}"' in line)
    values = tomllib.loads(example.strip())
    source = Source(tmp_path / "x.toml", example, values)
    made = read_call(Table(values, source), *values, PARTS)
    equations = made.text if isinstance(made, rb.LearningRule) else getattr(made.model, "text", "")
    for line in textwrap.dedent(equations).strip().splitlines():
        assert line.strip() in page
    if isinstance(made, rb.LearningRule):
        assert "".join(made.citation.split()) in "".join(page.split())
        for statements in filter(None, (made.on_pre, made.on_post, made.on_modulator)):
            assert statements in page


def test_parameters_of_a_part_have_their_published_units(command: Callable[..., Result]) -> None:
    def rows(name: str) -> list[list[str]]:
        return [line.split() for line in command("models", name).output.splitlines()]

    assert ["tau_minus", "33.7", "ms"] in rows("TripletSTDP")
    assert ["A3_plus", "0.0062"] in rows("TripletSTDP")
    assert ["hippocampus", "nearest"] in rows("TripletSTDP")
    assert ["V_max", "4", "uM/s"] in rows("Dopamine")
    assert ["k_Mg", "0.062", "1/mV"] in rows("NMDA")
    assert ["release", "50", "Hz"] in rows("DopamineSTDP")


def test_a_model_that_is_not_there(command: Callable[..., Result]) -> None:
    result = command("models", "AdEks")
    assert result.exit_code == 1
    assert "did you mean 'AdEx'" in result.stderr
    result = command("models", "PairSDTP")
    assert result.exit_code == 1
    assert "did you mean 'PairSTDP'" in result.stderr
    assert max(map(len, result.stderr.splitlines())) <= 100


def test_a_full_disk_is_an_error_and_no_traceback(
    command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device", "experiment.toml")

    path = tmp_path / "x.toml"
    path.write_text('duration = "10 ms"\n[[neuron]]\nmodel = "LIF"\n')
    monkeypatch.setattr(Path, "write_text", full)
    result = command("run", path, "--out", tmp_path / "out", "--no-figures")
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert "Mend:" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["x.toml"]


def test_figures_are_listed_with_their_captions(command: Callable[..., Result]) -> None:
    result = command("figures", "--list")
    assert result.exit_code == 0
    for name in ("action_potential", "hodgkin_huxley", "lif", "subthreshold_dynamics"):
        assert f"{name}\n    " in result.output


def test_a_figure_is_written(command: Callable[..., Result], tmp_path: Path) -> None:
    result = command("figures", "lif", "--out", tmp_path / "a" / "b")
    assert result.exit_code == 0, result.output
    assert [p.name for p in (tmp_path / "a" / "b").iterdir()] == ["lif.png"]


def test_a_figure_that_is_not_there(command: Callable[..., Result], tmp_path: Path) -> None:
    result = command("figures", "lifs", "--out", tmp_path / "a")
    assert result.exit_code == 1
    assert "did you mean 'lif'" in result.stderr
    assert not (tmp_path / "a").exists()


def test_everything_is_valid_here(command: Callable[..., Result]) -> None:
    result = command("validate")
    assert result.exit_code == 0, result.output
    assert "FAIL" not in result.output
    for words in (
        "HH first spike",
        "HH rheobase",
        "AdEx irregular",
        "RS, published",
        "LIF interval",
    ):
        assert words in result.output
    assert result.output.count("order of") == 5


def test_a_wrong_number_is_noticed(
    command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = rb.HodgkinHuxley(C="1.01 uF/cm**2")
    monkeypatch.setattr(validation.hodgkin_huxley.rb, "HodgkinHuxley", lambda: wrong)
    outcomes = validation.hodgkin_huxley.first_spike() + validation.hodgkin_huxley.rate()
    assert [outcome.passed for outcome in outcomes] == [False, False]
    monkeypatch.setattr(validation, "CASES", (validation.hodgkin_huxley.first_spike,))
    report, passed = validation.validation_report(validation.CASES)
    assert not passed
    assert "FAIL" in report
    assert "0 of 1 within" in report


def test_a_case_that_cannot_run_has_failed() -> None:
    def broken() -> list[Outcome]:
        raise rb.RheobaseError("The machine is on fire.")

    report, passed = validation.validation_report([broken])
    assert not passed
    assert "The machine is on fire." in report


def test_not_a_number_is_not_within() -> None:
    assert not within("q", 1.0, "s", float("nan"), 1.0, "", ".1f").passed
    assert within("q", 1.0, "s", 2.0, 1.0, "", ".1f").passed
    assert not within("q", 1.0, "s", 2.1, 1.0, "", ".1f").passed


@pytest.mark.parametrize("name", ["transient", "initial_burst", "regular_bursting"])
def test_the_reference_of_adex_can_be_made_anew(name: str) -> None:
    spike_times = runpy.run_path(str(Path(__file__).with_name("adex_by_dop853.py")))["spike_times"]
    model = rb.AdEx.preset(name)
    short = {"C": "C", "g_L": "gL", "E_L": "EL", "V_T": "VT", "Delta_T": "DT", "a": "a",
             "tau_w": "tau_w", "b": "b", "V_R": "Vr"}  # fmt: skip
    constants = {new: float(model.parameters[old]) for old, new in short.items()}
    found = spike_times(200.0, I=float(model.drive["I"].value_in("pA")), **constants)
    known = [t for t in reference("adex")["spike_times_ms"][name] if t < 200]
    assert found == pytest.approx(known, abs=1e-6)
