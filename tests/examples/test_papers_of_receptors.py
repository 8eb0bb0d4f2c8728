"""Papers on receptors and on a connectome, by their figures of merit and against closed forms."""

import json
import math

import numpy as np
import pytest

from rheobase.errors import ParameterError
from rheobase.units import ms

from . import worm
from .conftest import load
from .test_papers import refused


def test_wang_2002_gathers_evidence_and_decides():
    """Half of the neurons, clear motion: A wins over B, fires on when it is over, and soon."""
    paper = load("wang_2002")
    net = paper.network(0.512, 1000, scale=0.5)
    rest, seen, after = (net.run(span * ms) for span in (paper.BEFORE, 1000, 300))
    found = paper.merits([rest, seen])
    assert 1.5 < found["spontaneous rate, pyramidal (Hz)"] < 4.5  # 2.2 to 3.4 with four seeds
    assert 20 < found["rate of the winner (Hz)"] < 50
    assert found["rate of the loser (Hz)"] < 5
    rates = paper.rates_of([rest, seen, after])
    winner, time = paper.decision(rates)
    assert winner == "A" and 100 < time < 1000
    # The memory of the choice: it is what NMDA receptors are for.
    assert rates["A"][-20:].mean() > 3 * rates["B"][-20:].mean()


def test_wang_2002_decides_for_the_other_way_too():
    paper = load("wang_2002")
    winner, time = paper.trial(-0.512, 1000.0, 0.3, 1)
    assert winner == "B" and math.isfinite(time)


@pytest.mark.parametrize("trials", ["0", "-3"])
def test_wang_2002_no_trials_are_refused(trials, monkeypatch, capsys):
    told = refused("wang_2002", monkeypatch, capsys, f"--trials={trials}")
    assert f"argument --trials: give 1 or more, not {trials}" in told


def test_wang_2002_who_fires_more_wins_without_a_decision():
    paper = load("wang_2002")
    rates = {"A": np.full(300, 4.0), "B": np.full(300, 6.0)}
    winner, time = paper.decision(rates)
    assert winner == "B" and math.isnan(time)
    rates["A"][250:] = 20.0
    winner, time = paper.decision(rates)
    # Seven bins of 5 ms at 20 Hz and three at 4 Hz are 15.2 Hz, six and four 13.6 Hz.
    assert (winner, time) == ("A", (250 + 7) * 5.0 - paper.BEFORE)


@pytest.mark.parametrize("rate", [3, 40])
def test_wang_2002_the_gate_is_nearly_that_of_the_equations(rate):
    ruled, exact = load("wang_2002").gating(rate, 4000)
    assert ruled == pytest.approx(exact, rel=0.006)
    assert 0.1 < exact < 1


def test_wang_2002_one_opening_is_the_integral_of_the_equations():
    """After one spike the gate ends as k0 exp(-t/tau); after a second, k0 - k1 s more."""
    paper = load("wang_2002")
    rule, peak = paper.gate()
    gate, transmitter, h = 0.0, 1.0, 1e-3
    for _ in range(40_000):  # 40 ms by the midpoint rule
        middle = transmitter * math.exp(-h / 2 / 2)
        slope = 0.5 * transmitter * (1 - gate) - gate / 100
        half = gate + h / 2 * slope
        gate += h * (0.5 * middle * (1 - half) - half / 100)
        transmitter *= math.exp(-h / 2)
    assert gate * math.exp(0.4) == pytest.approx(rule.parameters["k0"], rel=1e-6)
    t = np.arange(0, 20, 1e-3)
    assert peak == pytest.approx((np.exp(-t / 100) - np.exp(-t / 2)).max(), rel=1e-6)


def test_wang_2002_the_weibull_function_is_found_again():
    paper = load("wang_2002")
    c = np.array([0.032, 0.064, 0.128, 0.256, 0.512])
    alpha, beta = paper.weibull(c, 1 - np.exp(-((c / 0.092) ** 1.5)) / 2)
    assert alpha == pytest.approx(0.092, rel=0.03)
    assert beta == pytest.approx(1.5, abs=0.06)


def test_destexhe_1998():
    paper = load("destexhe_1998")
    found = {name: paper.merits(name, of) for name, of in paper.responses(400, 1.0).items()}
    # Ten spikes over one, in peak; GABA-B as in the zoo's own test, between 2,500 and 2,700.
    expected = {"AMPA": 1.148, "NMDA": 6.522, "GABAA": 1.003, "GABAB": 2649}
    for name, of in found.items():
        peak, closed = of["peak"]
        assert peak == pytest.approx(closed, rel=1e-6)
        chemical, network, conductance, exact = of["gain"]
        assert chemical == pytest.approx(exact, rel=1e-6)
        assert chemical == pytest.approx(expected[name], rel=1e-3)
        assert network == pytest.approx(exact, rel=1e-9)
        # What adds without an end: ten conductances that have decayed.
        assert conductance > (1.05 * exact if name != "GABAB" else 9)
    assert found["GABAB"]["gain"][2] < 10
    # AMPA's, NMDA's and GABA-A's are those of reference/analytic.json.
    peaks = {"AMPA": 0.6179861539544749, "NMDA": 0.06924310136068741, "GABAA": 0.9598185266270232}
    for name, peak in peaks.items():
        assert found[name]["peak"][0] == pytest.approx(peak, rel=1e-12)
    assert found["GABAB"]["peak"][0] == pytest.approx(1.4504970423115021e-05, rel=1e-5)


@pytest.mark.parametrize("scale", [1.0, 0.2])
def test_destexhe_1998_in_a_network_receptors_bind_as_alone(scale):
    paper = load("destexhe_1998")
    for name, courses in paper.responses(150, scale).items():
        for chemical, network, _, exact in courses.values():
            assert network == pytest.approx(exact, rel=1e-9, abs=1e-15), name
            # GABA-B alone is integrated by a method of fourth order.
            assert chemical == pytest.approx(exact, rel=1e-3 if name == "GABAB" else 1e-12)


def test_c_elegans_reads_what_a_file_holds(tmp_path):
    reading = load("_connectome")
    found = reading.read(worm.written(tmp_path / "worm.json"))
    assert found.names == worm.NAMES[:-1]
    assert {name: count for name, (count, _) in found.counts.items()} == {
        "wired neurons of the body": 9,  # ALMR, PLMR and AVAR have no contact
        "chemical synapses": 29,  # those to muscle are no part of it
        "pairs that they join": 8,
        "gap junctions": 6,
        "pairs that those join": 3,
    }
    assert np.all(np.diag(found.electrical) == 0)
    assert np.array_equal(found.electrical, found.electrical.T)
    assert found.places("AVA") == [5, 6] and found.places("AVM") == [2]


def test_c_elegans_joins_the_pharynx_to_the_body(tmp_path, monkeypatch):
    """Contacts of the body are one source's, those that reach the pharynx another's."""
    cache = tmp_path / "cect" / "cache"
    cache.mkdir(parents=True)
    reading = load("_connectome")
    worm.written(cache / f"{reading.BODY}.json")
    names = [*worm.NAMES, "I1L", "pm1"]
    chemical = {("AVM", "AVBL"): 77, ("I1L", "AVM"): 6, ("I1L", "pm1"): 5}
    worm.written(
        cache / f"{reading.WHOLE}.json", names, chemical=chemical, junctions={("I1L", "AVM"): 2}
    )
    worm.written(cache / f"{reading.ALL}.json", [*worm.NAMES[:-1], "CANL", "I1L"], chemical={},
                 junctions={})  # fmt: skip
    monkeypatch.syspath_prepend(tmp_path)
    found = reading.read(None)
    assert found.names == sorted([*worm.NAMES[:-1], "CANL", "I1L"])
    at = {name: k for k, name in enumerate(found.names)}
    assert found.chemical[at["AVM"], at["AVBL"]] == 4
    assert found.chemical[at["I1L"], at["AVM"]] == 6
    assert found.chemical.sum() == 29 + 6
    assert found.electrical[at["I1L"], at["AVM"]] == found.electrical[at["AVM"], at["I1L"]] == 2
    assert found.electrical.sum() == 2 * (5 + 2)
    assert found.counts["neurons"][0] == 14 and found.counts["chemical synapses"][0] == 29


@pytest.mark.parametrize("inhibits", [False, True])
def test_c_elegans_goes_back_from_its_head_and_forward_from_its_tail(inhibits, tmp_path):
    paper = load("c_elegans")
    cells = load("_connectome").read(worm.written(tmp_path / "worm.json"))
    found = paper.merits(paper.answers(cells, inhibits, 400, 1.0))
    assert found["head"]["back - forward"] > 1
    assert found["tail"]["back - forward"] < -1
    # What touch cells reach by chemical synapses alone follows their sign.
    assert (found["head"]["AVB"] < 0.5) == inhibits


def test_c_elegans_the_transmitter_gives_the_sign(tmp_path):
    paper = load("c_elegans")
    cells = load("_connectome").read(worm.written(tmp_path / "worm.json"))
    calm = paper.network(cells, "", False)
    assert len(paper.GABAERGIC) == 26
    signs = {p.synapse.name: p.rule for p in calm.projections.values()}
    names = np.array(cells.names)
    assert set(names[signs["inhibits"].pre]) == {"RIS"}
    meek = paper.network(cells, "", True).projections.values()
    signs = {p.synapse.name: p.rule for p in meek}
    assert set(names[signs["inhibits"].pre]) == {"RIS", "ALML", "AVM", "PLML"}
    assert len(calm.gap_junctions) == 1


def test_c_elegans_without_the_package_says_how_to_get_it(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    told = refused("c_elegans", monkeypatch, capsys, "--out", str(tmp_path))
    assert "needs the package cect" in told
    assert 'Mend: pip install "rheobase[connectome]"' in told and "--no-deps cect" in told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        ("{", "is not JSON"),
        ("[]", 'has no list of "nodes"'),
        ({"nodes": ["AVM"], "connections": {"Generic_CS": [[0]]}}, "matrices of contacts"),
        ({"nodes": ["AVM"], "connections": {"Generic_CS": [[0, 1]], "Generic_GJ": [[0]]}},
         "matrices of contacts"),
    ],
)  # fmt: skip
def test_c_elegans_refuses_what_is_no_connectome(content, words, tmp_path):
    file = tmp_path / "worm.json"
    if content is not None:
        file.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(ParameterError, match=words):
        load("_connectome").read(file)


def test_c_elegans_needs_those_who_command(tmp_path, monkeypatch, capsys):
    few = [name for name in worm.NAMES if name != "PVCL"]
    file = worm.written(tmp_path / "few.json", few, chemical={("AVM", "AVBL"): 4}, junctions={})
    told = refused(
        "c_elegans", monkeypatch, capsys, "--connectome", str(file), "--out", str(tmp_path)
    )
    assert "has no PVC" in told
