"""The tables and the diagram of a network."""

import numpy as np
import pytest

from rheobase.errors import ExperimentError, ParameterError
from rheobase.network.dale import projection_effect
from rheobase.network.description import NetworkDescription
from rheobase.network.distributions import normal, truncated, uniform
from rheobase.network.layout import layout
from rheobase.network.rules import all_to_all, bernoulli, edges, fixed_indegree
from rheobase.network.sources import Poisson, SpikeTimes
from rheobase.network.stimuli import noise, step
from rheobase.units import Hz, ms, mV, nS, pA
from rheobase.zoo import LIF, Delta, Exponential, Izhikevich


@pytest.fixture
def net():
    network = NetworkDescription(seed=4, name="coba")
    exc = network.add(
        LIF(), 3200, "exc", releases="glutamate", I=step(1 * pA) + noise(1 * pA, 1 * ms)
    )
    inh = network.add(LIF(), 800, "inh", releases="GABA")
    drive = network.add(Poisson(8 * Hz), 100, "drive")
    network.add(Izhikevich(), 5, "alone")
    ampa = Exponential(5 * ms, reversal=0 * mV, name="AMPA")
    gaba = Exponential(10 * ms, reversal=-80 * mV, name="GABA")
    network.connect(exc, [exc, inh], ampa, bernoulli(0.02), 0.6 * nS, 1.5 * ms)
    network.connect(inh, [exc, inh], gaba, bernoulli(0.02, autapses=False), 6.7 * nS, 1.5 * ms)
    late = truncated(normal(1.5 * ms, 0.5 * ms), low=0.1 * ms)
    network.connect(drive, exc, Delta(), fixed_indegree(20), "0.1*mV*(1 + i_pre)", late)
    network.connect(
        drive[:2], exc[:9], Delta(), edges([0, 1], [3, 4]), [0.1, 0.2] * mV, 1 * ms, name="cue"
    )
    return network


def rows(text, start):
    """The cells of the line that starts with a name."""
    line = next(line for line in text.splitlines() if line.startswith(start))
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_populations_in_a_table(net):
    text = net.summary()
    assert "4,105 neurons, dt = 0.1 ms, seed 4" in text
    assert rows(text, "exc ") == ["exc", "3,200", "LIF", "glutamate", "I: constant + noise"]
    assert rows(text, "drive ") == ["drive", "100", "Poisson(8 Hz)", "-", "-"]


def test_projections_in_a_table(net):
    text = net.summary()
    assert rows(text, "exc->exc") == [
        "exc->exc", "bernoulli(0.02), autapses", "AMPA(5 ms, to 0 mV)", "0.6 nS", "1.5 ms",
        "~204,800",
    ]  # fmt: skip
    assert rows(text, "inh->inh")[1] == "bernoulli(0.02), no autapses"
    assert rows(text, "exc->inh")[1] == "bernoulli(0.02)", "nobody can reach itself"
    assert rows(text, "drive->exc")[1:4] == [
        "fixed_indegree(20), no multapses", "delta on v", "0.1*mV*(1 + i_pre)",
    ]  # fmt: skip
    assert rows(text, "cue")[0] == "cue (drive[0:2]->exc[0:9])"
    assert rows(text, "cue")[3:] == ["0.1 to 0.2 mV", "1 ms", "2"]


def test_a_summary_prints_itself(net):
    text = net.summary()
    assert repr(text) == str(text) and isinstance(text, str)
    assert all(len(line) < 200 for line in text.splitlines())


def test_an_empty_network():
    net = NetworkDescription()
    assert net.summary() == "Network: 0 neurons, dt = 0.1 ms, seed 0"
    with pytest.raises(ParameterError, match="empty"):
        net.plot()


def test_repr(net):
    assert repr(net) == "<NetworkDescription 'coba': 4,105 neurons in 4 populations, 6 projections>"


def test_a_diagram_shows_everyone(net, tmp_path):
    path = tmp_path / "net.png"
    figure = net.plot(path)
    assert path.stat().st_size > 5000
    ax = figure.axes[0]
    shown = {text.get_text() for text in ax.texts}
    assert {"exc", "inh", "drive", "alone", "3,200"} <= shown
    kinds = [type(patch).__name__ for patch in ax.patches]
    assert kinds.count("Circle") == 4 and kinds.count("FancyArrowPatch") == 6
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words[:2] == ["excites", "inhibits"]
    with pytest.raises(ExperimentError):
        net.plot(tmp_path / "net.xyz")


def many(neurons, sources, reach):
    """Populations on a ring, and sources of the first few of them."""
    net = NetworkDescription()
    for k in range(neurons):
        net.add(LIF(), 10**k if k < 6 else 3, f"population {k}")
    for k in range(sources):
        source = net.add(Poisson(1 * Hz), 5, f"source {k}")
        for target in range(min(reach, neurons)):
            aim = f"population {(k + target) % neurons}"
            net.connect(source, aim, Delta(), bernoulli(0.1), 1 * mV, 1 * ms)
    return net


@pytest.mark.parametrize("neurons", [0, 1, 2, 3, 4, 9])
@pytest.mark.parametrize(("sources", "reach"), [(0, 1), (1, 1), (3, 2), (9, 1), (2, 9), (2, 0)])
def test_circles_stay_apart_and_inside(neurons, sources, reach):
    net = many(neurons, sources, reach)
    if not net.populations:
        return
    places = list(layout(list(net.populations.values()), list(net.projections.values())).values())
    assert len(places) == neurons + sources
    for k, one in enumerate(places):
        for other in places[:k]:
            between = np.hypot(*(one.centre - other.centre)) - one.radius - other.radius
            assert between > 0.05
    ax = net.plot().axes[0]
    for place in places:
        assert ax.get_xlim()[0] <= place.centre[0] - place.radius
        assert ax.get_ylim()[1] >= place.centre[1] + place.radius


def test_what_a_projection_does():
    net = NetworkDescription()
    net.add(LIF(), 4, "p")

    def effect(synapse, weight, rule=None):
        made = net.connect("p", "p", synapse, rule or all_to_all(), weight, 1 * ms)
        return projection_effect(made)

    current = Exponential(5 * ms)
    assert effect(current, 1 * pA) == "excites"
    assert effect(current, -1 * pA) == "inhibits"
    assert effect(current, 0 * pA) is None
    assert effect(current, uniform(-1 * pA, 1 * pA)) is None
    assert effect(current, uniform(-2 * pA, -1 * pA)) == "inhibits"
    assert effect(current, "1*pA*i_pre") is None
    assert effect(current, [-1, 2] * pA, edges([0, 1], [1, 2])) is None
    assert effect(Exponential(5 * ms, reversal=0 * mV), 1 * nS) == "excites"
    assert effect(Exponential(5 * ms, reversal=-75 * mV), 1 * nS) == "inhibits"
    assert effect(Exponential(5 * ms, reversal=-65 * mV), 1 * nS) == "inhibits"


def test_several_projections_of_one_pair_are_drawn_apart():
    net = NetworkDescription()
    for name in "ab":
        net.add(LIF(), 4, name)
    for _ in range(3):
        net.connect("a", ["a", "b"], Delta(), all_to_all(), 1 * mV, 1 * ms)
    net.add(SpikeTimes([1] * ms), name="s")
    curves = [p.get_path().vertices for p in net.plot().axes[0].patches if "Arrow" in str(p)]
    starts = {tuple(np.round(c[1], 6)) for c in curves}
    assert len(starts) == len(curves)
