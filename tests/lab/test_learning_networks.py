"""Receptors, modulators and learning rules in a network file: as the library has them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

import rheobase as rb
from rheobase.errors import ExperimentError
from rheobase.lab.networks.calls import read_call
from rheobase.lab.networks.file import read_network
from rheobase.lab.networks.plasticity import read_plasticity
from rheobase.lab.parts_page import PARTS
from rheobase.lab.source import Source
from rheobase.lab.table import Table
from rheobase.model.learning.combined import combined
from rheobase.recording import SynapseTable
from rheobase.units import Hz, mM, ms, mV, nM, nS, pA, s, uM

HEAD = """[network]
duration = "50 ms"
seed = 3

[[population]]
name = "exc"
n = 20
model = "LIF"
initial = { v = "uniform(-70 mV, -50 mV)" }
stimulus = { kind = "step", amplitude = "400 pA" }

[[population]]
name = "inh"
like = "exc"
n = 8

[[population]]
name = "reward"
n = 2
source = { kind = "poisson", rate = "200 Hz" }
"""
PAIRS = """
[[projection]]
name = "pairs"
pre = "exc"
post = "inh"
synapse = { kind = "NMDA", magnesium = "0.8 mM", decay = "80 ms" }
rule = { kind = "bernoulli", p = 0.5 }
weight = "uniform(0 nS, 2 nS)"
delay = "1 ms"
plasticity = { kind = "PairSTDP", w_max = "2 nS", A_plus = 0.02, bounds = "soft" }
axonal = "0.5 ms"
"""
DOPAMINE = """
[[projection]]
name = "reinforced"
pre = "exc"
post = ["exc", "inh"]
synapse = { kind = "AMPA", rise = "0.5 ms", name = "fast" }
rule = { kind = "bernoulli", p = 0.2 }
weight = "1 nS"
delay = "1.5 ms"
plasticity = { kind = "DopamineSTDP", w_max = "4 nS" }
modulator = "reward"
axonal = 0.4

[[projection]]
pre = "reward"
post = "exc"
synapse = { kind = "Dopamine", scales = "g_L", gain = -0.5, V_max = "none", K_m = "none", tau = "0.1 s" }
rule = "all_to_all"
weight = "50 nM"
delay = "1 ms"
"""  # noqa: E501
TYPED = """
[[projection]]
name = "typed"
pre = "inh"
post = "exc"
synapse = "GABAB"
rule = "all_to_all"
weight = "1 nS"
delay = "1 ms"
modulator = "reward"

[projection.plasticity]
name = "mine"
equations = \"\"\"
dx/dt = -x / tau
dy/dt = -y / tau
\"\"\"
on_pre = "w = clip(w - A * y, 0*nS, top); x += step"
on_post = "w = clip(w + A * x, 0*nS, top); y += 1"
on_modulator = "rewards += 1"
transmits = "w * 2"
parameters = { tau = "20 ms", A = "0.01 nS", top = "2 nS", step = 1 }
initial = { rewards = 0, x = "step" }
weight = "nS"
"""
QUANTAL = """
[[projection]]
name = "Depressing, of exc"
pre = "exc"
post = "inh"
synapse = { kind = "NicotinicACh" }
rule = "all_to_all"
weight = "1 nS"
delay = "1 ms"
plasticity = "TsodyksMarkram"

[[projection]]
name = "quantal"
pre = "inh"
post = "inh"
synapse = { kind = "GABAA", reversal = "-75 mV" }
rule = "all_to_all"
weight = "1 nS"
delay = "1 ms"
plasticity = { kind = "QuantalRelease", sites = 5, p = 0.3 }
"""
WHOLE = HEAD + PAIRS + DOPAMINE + TYPED + QUANTAL


def as_in_python() -> rb.Network:
    """The network of the whole file, written in Python."""
    net = rb.Network(seed=3, name="experiment")
    first, push = dict(v=rb.uniform(-70 * mV, -50 * mV)), rb.step(400 * pA)
    exc = net.add(rb.LIF(), 20, "exc", initial=first, I=push)
    inh = net.add(rb.LIF(), 8, "inh", initial=first, I=push)
    reward = net.add(rb.Poisson(200 * Hz), 2, "reward")
    net.connect(
        exc, inh, rb.NMDA(0.8 * mM, decay=80 * ms), rb.bernoulli(0.5),
        weight=rb.uniform(0 * nS, 2 * nS), delay=1 * ms, name="pairs", axonal=0.5 * ms,
        plasticity=rb.PairSTDP(2 * nS, A_plus=0.02, bounds="soft"),
    )  # fmt: skip
    net.connect(
        exc, [exc, inh], rb.AMPA(rise=0.5 * ms, name="fast"), rb.bernoulli(0.2), weight=1 * nS,
        delay=1.5 * ms, name="reinforced", plasticity=rb.DopamineSTDP(4 * nS), modulator=reward,
        axonal=0.4,
    )  # fmt: skip
    slow = rb.Dopamine("g_L", gain=-0.5, V_max=None, K_m=None, tau=0.1 * s)
    net.connect(reward, exc, slow, rb.all_to_all(), weight=50 * nM, delay=1 * ms)
    typed = rb.LearningRule(
        "\ndx/dt = -x / tau\ndy/dt = -y / tau\n".removeprefix("\n"),
        on_pre="w = clip(w - A * y, 0*nS, top); x += step",
        on_post="w = clip(w + A * x, 0*nS, top); y += 1",
        on_modulator="rewards += 1", transmits="w * 2", name="mine", weight=nS,
        parameters=dict(tau=20 * ms, A=0.01 * nS, top=2 * nS, step=1),
        initial=dict(rewards=0, x="step"),
    )  # fmt: skip
    net.connect(
        inh, exc, rb.GABAB(), rb.all_to_all(), weight=1 * nS, delay=1 * ms, name="typed",
        plasticity=typed, modulator=reward,
    )  # fmt: skip
    each = dict(rule=rb.all_to_all(), weight=1 * nS, delay=1 * ms)
    net.connect(
        exc, inh, rb.NicotinicACh(), name="Depressing, of exc", plasticity=rb.TsodyksMarkram(),
        **each,
    )  # fmt: skip
    net.connect(
        inh, inh, rb.GABAA(reversal=-75 * mV), name="quantal", **each,
        plasticity=rb.QuantalRelease(5, 0.3),
    )  # fmt: skip
    return net


def test_the_file_is_the_library(write: Callable[..., Path]) -> None:
    file = read_network(Source.read(write(WHOLE)))
    assert file.network.to_dict() == as_in_python().to_dict()


def test_what_a_run_leaves(command: Callable[..., Result], write: Callable[..., Path]) -> None:
    path = write(WHOLE)
    out = path.parent / "out"
    result = command("run", path, "--out", out)
    assert result.exit_code == 0, result.output
    net = as_in_python()
    net.run(50 * ms)
    manifest = json.loads((out / "rheobase.json").read_text())
    kept = {p.stem for p in out.glob("synapses-*.npz")}
    # The rule of Tsodyks and Markram changes nothing of a synapse.
    changed = {
        "synapses-pairs": "pairs",
        "synapses-reinforced-exc-exc": "reinforced exc->exc",
        "synapses-reinforced-exc-inh": "reinforced exc->inh",
        "synapses-typed": "typed",
        "synapses-quantal": "quantal",
    }
    assert kept == set(changed)
    for stem, name in changed.items():
        found, due = rb.load(out / f"{stem}.npz"), net.synapses(name)
        assert isinstance(found, SynapseTable)
        assert found.name == name
        assert found.values.keys() == due.values.keys()
        assert np.array_equal(found.pre, due.pre)
        assert np.array_equal(found.post, due.post)
        assert np.array_equal(found.axonal.value_in("ms"), due.axonal.value_in("ms"))
        assert np.array_equal(found["w"].value_in("nS"), due["w"].value_in("nS"))
    weights = net.synapses("pairs")["w"].value_in("nS")
    # Quantal release draws anew and leaves the weights; of them nothing is summarised.
    learned = {row["projection"]: row for row in manifest["summary"] if "projection" in row}
    assert list(learned) == ["pairs", "reinforced exc->exc", "reinforced exc->inh", "typed"]
    assert learned["pairs"]["synapses"] == str(len(weights))
    assert float(learned["pairs"]["mean weight"]) == pytest.approx(weights.mean(), rel=1e-3)
    assert float(learned["pairs"]["median"]) == pytest.approx(np.median(weights), rel=1e-3)
    assert learned["pairs"]["unit"] == "nS"
    assert "mean weight" in result.output
    # Without figures named, what learns is drawn beside the raster.
    assert {p.name for p in out.glob("*.png")} == {"raster.png", "weights.png"}


def test_files_of_projections_that_are_spelled_alike(
    command: Callable[..., Result], write: Callable[..., Path]
) -> None:
    text = HEAD.replace("50 ms", "2 ms") + PAIRS + PAIRS.replace('"pairs"', '"Pairs!"')
    out = write(text).parent / "out"
    result = command("run", write(text), "--out", out, "--no-figures")
    assert result.exit_code == 0, result.output
    names = {rb.load(p).name for p in out.glob("synapses-*.npz")}  # type: ignore[union-attr]
    assert names == {"pairs", "Pairs!"}


def test_an_interrupted_run_keeps_what_was_learned(
    interrupted: Callable[[str], str], tmp_path: Path
) -> None:
    text = (HEAD + PAIRS + TYPED).replace('duration = "50 ms"', 'duration = "10000 s"')
    assert "mean weight" in interrupted(text)
    recording = rb.load(tmp_path / "results" / "recording.npz")
    synapses = rb.load(tmp_path / "results" / "synapses-pairs.npz")
    assert isinstance(recording, rb.NetworkRecording)
    assert isinstance(synapses, SynapseTable)
    assert recording.duration < 10_000 * s
    assert len(synapses) > 0
    assert np.isfinite(synapses["w"].value_in("nS")).all()


@pytest.mark.parametrize(
    "rule, made",
    [
        (
            'kind = "TripletSTDP", w_max = "1 nS", preset = "hippocampus", pairing = "nearest"',
            rb.TripletSTDP(1 * nS, "hippocampus", "nearest"),
        ),
        (
            'kind = "TripletSTDP", w_max = "1 nS", bounds = "none", A3_plus = 0.01',
            rb.TripletSTDP(1 * nS, bounds=None, A3_plus=0.01),
        ),
        (
            'kind = "HomeostaticSTDP", w_max = "1 nS", rho0 = "5 Hz", eta = 0.01',
            rb.HomeostaticSTDP(1 * nS, rho0=5 * Hz, eta=0.01),
        ),
        (
            'kind = "TsodyksMarkram", U = 0.1, tau_rec = "0.1 s", tau_fac = "1 s"',
            rb.TsodyksMarkram(0.1, 0.1 * s, 1 * s),
        ),
        (
            'kind = "Modulator", name = "ACh", scales = { g_L = "1 + c / half" }, tau = "1 s", '
            'parameters = { half = "1 uM" }, transmitter = "acetylcholine"',
            rb.Modulator(
                "ACh", {"g_L": "1 + c / half"}, tau=1 * s, parameters=dict(half=1 * uM),
                transmitter="acetylcholine",
            ),
        ),
        ('kind = "Serotonin", scales = "g_L", factor = "1 + c / (1*uM)"',
         rb.Serotonin("g_L", "1 + c / (1*uM)")),
        ('kind = "AMPA", rise = "none", decay = "3 ms", into = "J", potential = "u"',
         rb.AMPA(3 * ms, into="J", potential="u")),
        ('kind = "AMPA", decay = 2, reversal = 0', rb.AMPA(2, reversal=0)),
        ('kind = "delta", state = "w", name = "kick"', rb.Delta("w", "kick")),
    ],
)  # fmt: skip
def test_a_call_is_that_of_the_library(rule: str, made: Any) -> None:
    text = f"part = {{ {rule} }}"
    values = tomllib.loads(text)
    table = Table(values, Source(Path("x.toml"), text, values))
    found = read_call(table, "part", PARTS)
    assert found == made
    assert found.key() == made.key()


@pytest.mark.parametrize(
    "rule, made",
    [
        (
            """{ kind = "TsodyksMarkram", U = "truncated(normal(0.5, 0.2), low=0, high=1)",
                 tau_rec = { kind = "uniform", low = "5 ms", high = "9 ms" } }""".replace("\n", ""),
            rb.TsodyksMarkram(
                U=rb.truncated(rb.normal(0.5, 0.2), low=0, high=1),
                tau_rec=rb.uniform(5 * ms, 9 * ms),
            ),
        ),
        (
            '{ kind = "TsodyksMarkram", U = [0.1, 0.2], tau_rec = ["5 ms", "0.006 s"] }',
            rb.TsodyksMarkram(U=[0.1, 0.2], tau_rec=[5, 6] * ms),
        ),
        (
            '["TsodyksMarkram", { kind = "PairSTDP", w_max = "1 nS" }]',
            combined([rb.TsodyksMarkram(), rb.PairSTDP(1 * nS)]),
        ),
        (
            """{ on_pre = "x += A", parameters = { A = "uniform(1, 2)" }, transmits = "w*x",
                 initial = { x = "normal(1, 0.1)" } }""".replace("\n", ""),
            rb.LearningRule(
                on_pre="x += A", parameters=dict(A=rb.uniform(1, 2)), transmits="w*x",
                initial=dict(x=rb.normal(1, 0.1)),
            ),
        ),
    ],
)  # fmt: skip
def test_synapses_that_differ_and_several_rules(rule: str, made: Any) -> None:
    text = f"plasticity = {rule}"
    table = Table(values := tomllib.loads(text), Source(Path("x.toml"), text, values))
    assert read_plasticity(table, rb.Network())["plasticity"] == made


@pytest.mark.parametrize(
    "rule, message",
    [
        ('{ kind = "TsodyksMarkram", U = "gauss(0.5, 0.2)" }', "no distribution 'gauss'"),
        ('{ kind = "TsodyksMarkram", U = "normal(0.5, 0.2)" }', "not from 0 to 1"),
        ('{ kind = "TsodyksMarkram", tau_rec = ["5 ms", 3] }', "tau_rec"),
        ('["PairSTDP"]', "w_max"),
        ('[{ kind = "PairSTDP", w_max = "1 nS" }, 3]', "plasticity"),
        ('[]', "not a list of learning rules"),
    ],
)  # fmt: skip
def test_synapses_that_cannot_differ_so(rule: str, message: str) -> None:
    text = f"plasticity = {rule}"
    table = Table(values := tomllib.loads(text), Source(Path("x.toml"), text, values))
    with pytest.raises(ExperimentError, match=message) as caught:
        read_plasticity(table, rb.Network())
    assert caught.value.mend
    assert "x.toml" in str(caught.value)


def line_of(text: str, start: str) -> int:
    """The number of the one line that begins so."""
    (found,) = [k for k, line in enumerate(text.splitlines(), 1) if line.startswith(start)]
    return found


def with_pairs(old: str, new: str) -> str:
    """The projection of pairs with one thing else."""
    assert PAIRS.count(old) == 1
    return HEAD + PAIRS.replace(old, new)


def with_typed(old: str, new: str) -> str:
    """The typed rule with one thing else."""
    assert TYPED.count(old) == 1
    return HEAD + TYPED.replace(old, new)


def with_reward(old: str, new: str) -> str:
    """What dopamine does, with one thing else."""
    assert DOPAMINE.count(old) == 1
    return HEAD + DOPAMINE.replace(old, new)


LEARNS, STARTS = "plasticity = ", "synapse = "
LEARNS_PAIRS = next(line for line in PAIRS.splitlines() if line.startswith("plasticity"))
TWICE = LEARNS_PAIRS.removeprefix("plasticity = ")
# What is wrong, words of the cause, how the line at fault begins, words of the mend.
WRONG = {
    "unknown receptor": (with_pairs('"NMDA"', '"NMAD"'), "'NMAD'", STARTS, "mean 'NMDA'"),
    "unknown option of a receptor": (
        with_pairs("magnesium", "magnesum"), "'magnesum'", STARTS, "mean 'magnesium'",
    ),
    "concentration of the wrong unit": (
        with_pairs('"0.8 mM"', '"0.8 mV"'), "a concentration", STARTS, "give it in",
    ),
    "receptor that decays faster than it rises": (
        with_pairs('"80 ms"', '"1 ms"'), "decays in 1 ms and rises in 2 ms", STARTS, "rise",
    ),
    "word that is a number": (
        with_reward('"fast"', "3"), "name is a whole number (3)", None, 'name = "AMPA"',
    ),
    "modulator of nothing": (
        with_reward('scales = "g_L", ', ""), "'scales' is missing", None, 'scales = "g_L"',
    ),
    "modulator of what there is not": (
        with_reward('scales = "g_L"', 'scales = "g_l"'), "'g_l'", None, "did you mean 'g_L'",
    ),
    "half an uptake": (
        with_reward(', K_m = "none"', ""), "has K_m and no V_max", None, "uptake has both",
    ),
    "concentration in nS": (with_reward('"50 nM"', '"50 nS"'), "concentration", None, "give it"),
    "unknown rule": (with_pairs('"PairSTDP"', '"PairSDTP"'), "'PairSDTP'", LEARNS, "'PairSTDP'"),
    "unknown option of a rule": (
        with_pairs("A_plus", "A_pluss"), "'A_pluss'", LEARNS, "did you mean 'A_plus'",
    ),
    "rule without its largest weight": (
        with_pairs('w_max = "2 nS", ', ""), "'w_max' is missing", LEARNS, 'w_max = "1 nS"',
    ),
    "rule of other weights": (
        with_pairs('w_max = "2 nS"', 'w_max = "2 pA"'), "weight of PairSTDP is a current", LEARNS,
        "w_max",
    ),
    "rule with an odd option": (
        with_pairs('"soft"', '"sotf"'), "bounds is 'sotf'", LEARNS, "did you mean 'soft'",
    ),
    "rule that is a number": (
        with_pairs(PAIRS[PAIRS.index(LEARNS):PAIRS.index("axonal")], "plasticity = 3\n"),
        "where a table is due", LEARNS, "key = value",
    ),
    "empty rule": (
        with_pairs(PAIRS[PAIRS.index(LEARNS):PAIRS.index("axonal")], "plasticity = {}\n"),
        "here is neither", LEARNS, "PairSTDP",
    ),
    "axonal beyond the delay": (
        with_pairs('axonal = "0.5 ms"', 'axonal = "2 ms"'), "axonal delay is 2 ms", None,
        "whole delay",
    ),
    "axonal off the grid": (
        with_pairs('axonal = "0.5 ms"', 'axonal = "0.55 ms"'), "0.55 ms", "axonal", "or 0.6 ms",
    ),
    "a weight beyond a limit that is drawn": (
        with_pairs('w_max = "2 nS"', 'w_max = "uniform(0.1 nS, 0.2 nS)"'), "The weight of synapse",
        None, "clipped(..., low=...)",
    ),
    "a weight beyond the limit of the second rule": (
        with_pairs(LEARNS_PAIRS, f"plasticity = [{TWICE}, {TWICE.replace('2 nS', '0.1 nS')}]"),
        "largest is w_max_PairSTDP = 0.1 nS", None, "a larger w_max_PairSTDP",
    ),
    "a limit of the other sign": (
        with_pairs('w_max = "2 nS"', 'w_max = "uniform(-2 nS, -1 nS)"'),
        "w_max is uniform(-2 nS, -1 nS)", None, "turn the sign of w_max",
    ),
    "a limit of the other sign in the second rule": (
        with_pairs(LEARNS_PAIRS, f"plasticity = [{TWICE}, {TWICE.replace('2 nS', '-2 nS')}]"),
        "w_max_PairSTDP is -2 nS", None, "turn the sign of w_max_PairSTDP",
    ),
    "axonal of the wrong unit": (
        with_pairs('axonal = "0.5 ms"', 'axonal = "0.5 mV"'), "axonal delay", "axonal", "ms",
    ),
    "axonal without a rule": (
        with_pairs(PAIRS[PAIRS.index(LEARNS):PAIRS.index("axonal")], ""), "does not learn",
        "axonal", "leave axonal out",
    ),
    "reward without anybody": (
        with_reward('modulator = "reward"\n', ""), "DopamineSTDP, and no population", LEARNS,
        'modulator = "reward"',
    ),
    "reward of nobody": (
        with_reward('modulator = "reward"', 'modulator = "rewards"'), "'rewards'", "modulator",
        "did you mean 'reward'",
    ),
    "modulator of a rule that has no use": (
        with_pairs("axonal", 'modulator = "reward"\naxonal'), "to modulate PairSTDP", "modulator",
        "leave modulator out",
    ),
    "unknown name in a statement": (
        with_typed("x += step", "x += stp"), "'stp'", "on_pre", "parameters",
    ),
    "units in a statement": (
        with_typed("w + A * x", "w + tau * x"), "Units disagree", "on_post", "",
    ),
    "statement that assigns a parameter": (
        with_typed("rewards += 1", "A += 1"), "'A', which is a parameter", "on_modulator", "state",
    ),
    "what is transmitted": (with_typed("w * 2", "w *"), "read", "transmits", ""),
    "equation of a rule": (with_typed("-y / tau", "-y / tua"), "'tua'", "equations", "parameters"),
    "parameter of a rule": (
        with_typed('tau = "20 ms"', 'tau = "20 msec"'), "'msec'", "parameters", "ms",
    ),
    "first value of a rule": (
        with_typed('x = "step"', 'x = "stp"'), "'stp'", "initial = { rewards", "parameters",
    ),
    "unit of the weights": (with_typed('weight = "nS"', 'weight = "nSS"'), "'nSS'", None, "'nS'"),
    "unknown key of a rule": (with_typed("on_post", "on_pst"), "'on_pst'", "on_pst", "'on_post'"),
    "weights of what does not learn": (
        HEAD.replace("seed = 3", 'figures = ["weights"]') + QUANTAL, "Of 0 projections", "figures",
        "leave this picture out",
    ),
    "weights of no projection": (
        HEAD.replace("seed = 3", 'figures = [{ kind = "weights", projections = "pair" }]') + PAIRS,
        "'pair'", "figures", "did you mean 'pairs'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_one_screen_and_nothing_left(case: str, refuses: Callable[..., None]) -> None:
    text, cause, start, mend = WRONG[case]
    refuses(text, None if start is None else line_of(text, start), cause, mend)
