"""The examples of the ladder between levels."""

import runpy
from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.reduction.result import Reduction, Report
from rheobase.units import Hz

from .conftest import load

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_mean_field_of_three_states(capsys):
    """Published values, with simulations beside them; the paper's have 37.7, 60.7 and 5.5 Hz."""
    runpy.run_path(str(EXAMPLES / "mean_field.py"), run_name="__main__")
    blocks = capsys.readouterr().out.strip().split("\n\n")
    assert len(blocks) == 3
    expected = {"asynchronous": (37.95, 37.7), "fast": (55.84, 60.7), "slow": (6.517, 5.5)}
    for block, (theory, paper) in zip(blocks, expected.values(), strict=True):
        lines = {line.partition("  ")[0]: line for line in block.splitlines()}
        assert f"{theory}, {theory} Hz" in lines["mean field"]
        counted = float(lines["simulation"].split()[1].rstrip(","))
        assert counted == pytest.approx(paper, rel=0.06)


def test_the_mean_field_of_the_cortical_column():
    """Eight populations, exponential currents, weights that are drawn, random indegrees.

    Beside NEST's rates at full scale, in two versions, from 0.9 to 9 Hz: within a quarter.
    """
    paper = load("potjans_diesmann_2014")
    rates = rb.mean_field(paper.network(scale=1.0)).rates
    for name, simulated in paper.NEST_FULL.items():
        assert 0.75 * min(simulated) < rates[name].value_in(Hz) < 1.25 * max(simulated), name


def test_the_table_of_the_ladder(monkeypatch, capsys):
    """A row for each neuron and kind, of what their reductions report."""

    def reduce(model, to):
        each, rates = np.array([0.9, 0.8]), np.array([20.0, 40.0]) * Hz
        report = Report(
            {"Gamma": 0.85, "Gamma of each": each, "Gamma of the fit": 0.9,
             "rate": rates, "rate of the lower": rates}
        )  # fmt: skip
        return Reduction(model, model, report, lambda: None)

    monkeypatch.setattr(rb, "reduce", reduce, raising=False)
    monkeypatch.setattr("sys.argv", ["ladder.py", "lif"])
    runpy.run_path(str(EXAMPLES / "ladder.py"), run_name="__main__")
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["neuron", "as", "Gamma", "least"]
    assert [row.split()[:4] for row in rows] == [
        ["TraubMiles", "lif", "0.850", "0.800"],
        ["HodgkinHuxley", "lif", "0.850", "0.800"],
    ]
