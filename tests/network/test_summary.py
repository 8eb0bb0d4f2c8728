"""The tables and the diagram of a network."""

import numpy as np
import pytest

from rheobase.errors import ExperimentError, ParameterError
from rheobase.model.distributions import normal, truncated, uniform
from rheobase.model.learning import LearningRule
from rheobase.network.dale import projection_effect
from rheobase.network.description import NetworkDescription
from rheobase.network.layout import layout
from rheobase.network.rules import all_to_all, bernoulli, edges, fixed_indegree
from rheobase.network.sources import Poisson, SpikeTimes
from rheobase.network.stimuli import noise, step
from rheobase.units import Hz, ms, mV, nS, pA
from rheobase.zoo import LIF, Delta, Exponential, Izhikevich
from rheobase.zoo.plasticity import DopamineSTDP, PairSTDP


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


@pytest.fixture
def learning():
    net = NetworkDescription()
    exc, inh = (net.add(LIF(), n, name) for n, name in ((80, "exc"), (20, "inh")))
    reward = net.add(Poisson(1 * Hz), 1, "reward")
    ampa = Exponential(5 * ms, reversal=0 * mV, name="AMPA")
    how = dict(rule=bernoulli(0.1), weight=0.5 * nS, delay=1.5 * ms)
    net.connect(reward, exc, ampa, **how)
    net.connect(
        exc, exc, ampa, **how, plasticity=DopamineSTDP(1 * nS), modulator=reward, axonal=0.5 * ms
    )
    net.connect(exc, inh, ampa, **how, plasticity=PairSTDP(1 * nS), axonal=0.4)
    net.connect(inh, inh, ampa, **how, plasticity=PairSTDP(2 * nS))
    own = LearningRule(on_post="w += 1*nS")
    how.pop("delay")
    net.connect(
        inh, exc, ampa, **how, plasticity=own, axonal=1 * ms, dendritic=uniform(0 * ms, 2 * ms)
    )
    net.gap_junction(inh, inh, all_to_all(autapses=False), 1 * nS)
    return net


def test_who_learns_in_a_table(learning):
    text = learning.summary()
    assert rows(text, "projection ")[-1] == "plasticity"
    assert rows(text, "reward->exc")[-3:] == ["1.5 ms", "~8", "-"]
    found = {name: rows(text, name)[-3:] for name in ("exc->exc", "exc->inh", "inh->inh")}
    assert found == {
        "exc->exc": ["1.5 ms, 0.5 ms axonal", "~640", "DopamineSTDP, modulated by reward"],
        "exc->inh": ["1.5 ms, 40 % axonal", "~160", "PairSTDP"],
        "inh->inh": ["1.5 ms", "~40", "PairSTDP"],
    }
    assert rows(text, "inh->exc")[-3:] == [
        "1 ms axonal, uniform(0 ms, 2 ms) dendritic", "~160", "(own rule)"
    ]  # fmt: skip
    assert rows(text, "inh--inh")[-1] == "190"


def test_without_learning_the_table_is_as_it_was(net):
    assert "plasticity" not in net.summary()


def test_a_diagram_shows_who_learns(learning, tmp_path):
    figure = learning.plot(tmp_path / "net.png")
    ax = figure.axes[0]
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == ["excites", "gap junction", "DopamineSTDP", "PairSTDP", "own rule"]
    marks = [line for line in ax.lines if line.get_marker() != "None"]
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert [line.get_marker() for line in marks] == ["D", "s", "s", "o"]
    # The modulator's line ends at the mark of its projection, and begins at its own circle.
    (line,), mark = dotted, marks[0]
    begin, end = np.transpose(line.get_data())
    np.testing.assert_allclose(end, np.ravel(mark.get_data()))
    projections, populations = learning.projections.values(), learning.populations.values()
    place = layout(list(populations), list(projections))["reward"]
    np.testing.assert_allclose(np.hypot(*(begin - place.centre)), place.radius)
    said = {text.get_text() for text in ax.texts}
    assert {"0.5 ms axonal", "40 % axonal", "1 ms axonal, uniform(0 ms, 2 ms) dendritic"} <= said


@pytest.mark.parametrize("rules", [1, 2, 7])
def test_the_key_keeps_within_the_picture(rules, tmp_path):
    """However many rules there are, below the circles and no wider than they need."""
    net = NetworkDescription()
    net.add(LIF(), 4, "a")
    net.add(LIF(), 4, "b")
    for k in range(rules):
        rule = LearningRule(on_post="w += 1*mV", name=f"a rule with number {k}")
        net.connect("a", "b", Delta(), all_to_all(), 1 * mV, 1 * ms, plasticity=rule)
    figure = net.plot(tmp_path / "net.png")
    ax = figure.axes[0]
    figure.canvas.draw()
    box = ax.get_legend().get_window_extent()
    assert len(ax.get_legend().get_texts()) == rules + 1
    below = min(p.get_window_extent().y0 for p in ax.patches if "Circle" in str(p))
    assert box.y1 < below
    assert box.x0 >= 0 and box.x1 <= figure.bbox.width and box.y0 >= 0


@pytest.mark.parametrize("neurons", [1, 2, 4])
@pytest.mark.parametrize("length", [16, 17, 80])
def test_long_names_leave_room_for_the_diagram(neurons, length, tmp_path):
    """What cannot be laid out is a warning, which is an error here."""
    net = NetworkDescription()
    for k in range(neurons):
        net.add(LIF(), 10, f"{k}{'a' * (length - 1)}")
    net.add(Poisson(1 * Hz), 5, "s" * length)
    rule = LearningRule(on_pre="w = w + 1*mV", weight=mV, name="r" * length)
    for name in net.populations:
        net.connect(name, next(iter(net.populations)), Delta(), bernoulli(0.1), 1 * mV, 1 * ms,
                    plasticity=rule)  # fmt: skip
    figure = net.plot(tmp_path / "net.png")
    ax = figure.axes[0]
    names = [text for text in ax.texts if text.get_text().lstrip("01234")[:1] in ("a", "s")]
    assert len(names) == neurons + 1
    for text in names:
        assert len(text.get_text()) == 16
        assert text.get_text().endswith("…") == (length > 16)
    assert max(len(text.get_text()) for text in ax.get_legend().get_texts()) <= 24
    # No name is wider than the picture, nor reaches the middle of another population.
    boxes = [text.get_window_extent() for text in names]
    assert all(box.width < figure.bbox.width for box in boxes)
