"""The geometry of artificial neurons against NumPy's linear algebra, and the neuron as a model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.units import mV
from rheobase.zoo.artificial import Hyperplane

EPS = np.finfo(float).eps


@st.composite
def neurons(draw):
    """Weights, a bias and points, in 2 to 50 dimensions, of sizes from tiny to huge."""
    d = draw(st.integers(2, 50))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    scale = 10.0 ** draw(st.integers(-150, 150))
    weights = rng.normal(size=d) * 10.0 ** rng.uniform(-3, 3, d) * scale
    weights[rng.random(d) < 0.2] = 0.0
    weights[draw(st.integers(0, d - 1))] = scale
    return weights, float(rng.normal() * scale), rng.normal(size=(draw(st.integers(1, 8)), d))


@given(neurons())
def test_distances_projections_and_sides(neuron):
    w, b, x = neuron
    plane = rb.ArtificialNeuron(w, b).hyperplane()
    # Scaled, the plane is the same one, and squares stay within range.
    size = np.max(np.abs(w))
    length = np.linalg.norm(w / size)
    slack = 16 * len(w) * EPS * (np.abs(x).sum(axis=1) + abs(plane.offset) + 1)
    assert np.linalg.norm(plane.normal) == pytest.approx(1, abs=4 * len(w) * EPS)
    np.testing.assert_allclose(plane.normal, w / size / length, atol=4 * EPS * len(w))
    assert plane.offset == pytest.approx(-b / size / length, rel=8 * EPS * len(w))
    distance = plane.distance(x)
    assert np.all(np.abs(distance - (x @ (w / size) + b / size) / length) <= slack)
    feet = plane.project(x)
    assert np.all(np.abs(plane.distance(feet)) <= slack)
    np.testing.assert_allclose(np.linalg.norm(x - feet, axis=1), np.abs(distance), atol=slack.max())
    # Nearest among the points of the plane: by least squares over its directions.
    along = plane.directions
    best = np.linalg.lstsq(along.T, (x - plane.point).T, rcond=None)[0].T @ along + plane.point
    np.testing.assert_allclose(feet, best, atol=8 * slack.max())
    np.testing.assert_array_equal(plane.side(x), np.sign(distance))
    np.testing.assert_array_equal(
        plane.side(x + 2 * slack.max() * plane.normal) >= plane.side(x), True
    )


@given(neurons())
def test_directions_span_the_plane(neuron):
    w, b, _ = neuron
    plane = Hyperplane.of(w, b)
    basis = np.vstack([plane.normal, plane.directions])
    np.testing.assert_allclose(basis @ basis.T, np.eye(len(w)), atol=16 * len(w) * EPS)


def test_the_line_of_two_inputs():
    # w_1 x_1 + w_2 x_2 + b = 0, that is x_2 = -w_1/w_2 x_1 - b/w_2.
    neuron = rb.ArtificialNeuron([3, 4], -10)
    plane = neuron.hyperplane()
    np.testing.assert_allclose(plane.normal, [0.6, 0.8])
    assert plane.offset == 2.0
    assert plane.distance([0, 0]) == -2.0
    assert plane.side([0, 0]) == -1
    assert plane.side([2, 1]) == 0
    assert plane.side([5, 5]) == 1
    np.testing.assert_allclose(plane.project([0, 0]), [1.2, 1.6])
    x_1 = np.linspace(-5, 5, 11)
    on_line = np.c_[x_1, -3 / 4 * x_1 + 10 / 4]
    np.testing.assert_allclose(plane.distance(on_line), 0, atol=1e-15)
    np.testing.assert_allclose(neuron.net(on_line), 0, atol=1e-14)
    np.testing.assert_allclose(neuron.output(on_line), 0.5)


def test_shapes_are_those_of_the_points():
    plane = Hyperplane.of([1.0, 2.0, 2.0], 3.0)
    x = np.ones((4, 5, 3))
    assert plane.distance(x).shape == plane.side(x).shape == (4, 5)
    assert plane.project(x).shape == (4, 5, 3)
    one = Hyperplane.of([2.0], -6.0)
    assert one.distance(4.0) == 1.0
    assert one.project(4.0) == 3.0


def test_the_function_takes_the_sum():
    # The misprint f(w_1 x_1 + b) + f(w_2 x_2 + b) is another number.
    neuron = rb.ArtificialNeuron([1.0, 1.0], 0.5, transfer="logistic")
    misprint = 1 / (1 + np.exp(-1.5)) + 1 / (1 + np.exp(-2.5))
    assert neuron.output([1.0, 2.0]) == pytest.approx(1 / (1 + np.exp(-3.5)))
    assert abs(neuron.output([1.0, 2.0]) - misprint) > 0.5


@pytest.mark.parametrize("transfer", ["logistic", "tanh", "relu", "naka_rushton", "x**2"])
@pytest.mark.parametrize("inputs", [1, 3, 230])
def test_the_model_computes_the_same(transfer, inputs):
    rng = np.random.default_rng(inputs)
    w, x = rng.normal(size=inputs), rng.normal(size=inputs)
    neuron = rb.ArtificialNeuron(w, 0.3, transfer)
    model = neuron()
    assert model.states == ()
    assert model.outputs == ("y",)
    drive = {f"x_{k}": float(value) for k, value in enumerate(x, start=1)}
    y = rb.simulate(neuron, 0.2, record="y", dt=0.1, **drive)["y"]
    np.testing.assert_allclose(y, neuron.output(x), rtol=1e-12)


def test_a_neuron_whose_weights_are_those_of_projections():
    neuron = rb.ArtificialNeuron(bias=-1.0, transfer="relu")
    y = rb.simulate(neuron, 0.2, record="y", dt=0.1, I=3.0)["y"]
    np.testing.assert_allclose(y, 2.0)
    with pytest.raises(ParameterError, match="no weights of its own"):
        neuron.hyperplane()


def test_layers_are_stacked():
    # Exclusive or, which no single neuron computes: or, and not and.
    hidden = rb.ArtificialLayer([[1, 1], [1, 1]], [-0.5, -1.5], transfer="step")
    last = rb.ArtificialLayer([[1, -1]], -0.5, transfer="step")
    network = rb.ArtificialNetwork([hidden, last])
    x = [[0, 0], [0, 1], [1, 0], [1, 1]]
    np.testing.assert_array_equal(network.output(x)[:, 0], [0, 1, 1, 0])
    np.testing.assert_array_equal(network.outputs(x)[0][:, 1], [0, 0, 0, 1])
    assert [len(layer) for layer in network.layers] == [2, 1]
    assert hidden[1].net([1, 1]) == 0.5
    np.testing.assert_array_equal(hidden.output(x), np.c_[hidden[0].output(x), hidden[1].output(x)])


PLANE = Hyperplane.of([3.0, 4.0], -10.0)
NEURON = rb.ArtificialNeuron([3.0, 4.0], -10.0)
LAYER = rb.ArtificialLayer([[3.0, 4.0], [1.0, 0.0]], 0.0, "step")
WAYS = [PLANE.distance, PLANE.side, PLANE.project, NEURON.net, NEURON.output, LAYER.net,
        LAYER.output, rb.ArtificialNetwork([LAYER]).output]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("x", "says"),
    [
        ([np.nan, 1.0], r"x\[0\] is nan"),
        ([np.inf, -np.inf], r"x\[0\] is inf"),
        ([[[1.0, 2.0]], [[0.0, -np.inf]]], r"x\[1, 0, 1\] is -inf"),
        (np.array([1.0, None], dtype=object), r"x\[1\] is nan"),
        (["1", "2"], "plain numbers"),
        (np.array(["1", "2"]), "plain numbers"),
        (np.array([1j, 2.0]), "plain numbers"),
        ([1.0, 2.0] * mV, "plain numbers"),
        ([[1.0], [2.0, 3.0]], "plain numbers"),
        ([1.5e308, 1.5e308], "far away"),
    ],
)
def test_points_that_are_none_have_one_error(way, x, says):
    """Warnings are errors here: NumPy has nothing to say of it."""
    with pytest.raises(ParameterError, match=says):
        way(x)


def test_points_at_the_ends_of_floats_are_points():
    far = [1.0e308, 0.5e308]
    assert PLANE.side(far) == 1
    np.testing.assert_allclose(PLANE.distance(far), 0.6 * 1e308 + 0.8 * 0.5e308, rtol=1e-15)
    np.testing.assert_allclose(PLANE.project(far) / 1e308, [0.4, -0.3], rtol=1e-14)
    assert PLANE.side([0, 0]) == PLANE.side(np.zeros(2, dtype=bool)) == -1


REFERENCE = {
    # reference/analytic.json, "perceptron": AND in {-1,1}^2 with bias 1.
    "radius_squared": 3, "margin": 1 / np.sqrt(3), "weights": np.array([1, 1, -1]) / np.sqrt(3),
}  # fmt: skip


def test_the_plane_of_the_reference_example():
    plane = Hyperplane.of(REFERENCE["weights"], 0.0)
    signs = np.array([-1, -1, -1, 1])
    x = np.array([[-1, -1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, 1]])
    assert np.min(signs * plane.distance(x)) == pytest.approx(REFERENCE["margin"])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: rb.ArtificialNeuron([0.0, 0.0], 2).hyperplane(), "all zero.*2 everywhere"),
        (lambda: Hyperplane.of(np.zeros(50)), "not zero"),
        (lambda: Hyperplane.of([1e-300, 0], 1e300), "too far away"),
        (lambda: rb.ArtificialNeuron([[1.0]]), "weights is"),
        (lambda: rb.ArtificialNeuron([]), "weights is"),
        (lambda: rb.ArtificialNeuron([1.0, np.nan]), "finite"),
        (lambda: rb.ArtificialNeuron("wide"), "weights is"),
        (lambda: rb.ArtificialNeuron([1.0], [1.0, 2.0]), "bias is"),
        (lambda: rb.ArtificialNeuron([1.0], transfer="logistc"), "logistic"),
        (lambda: rb.ArtificialNeuron([1.0, 2.0]).net([1.0]), "2 inputs"),
        (lambda: rb.ArtificialNeuron([1.0, 2.0]).hyperplane().side(3.0), "2 inputs"),
        (lambda: rb.ArtificialNeuron(np.ones(3000))(), "projections"),
        (lambda: rb.ArtificialNeuron([1.0], transfer=_named_b())(), "'b'"),
        (lambda: rb.ArtificialLayer([[1.0, 2.0]], [1.0, 2.0]), "one bias"),
        (lambda: rb.ArtificialNetwork([]), "no layer"),
        (lambda: rb.ArtificialNetwork([_layer(2, 3), _layer(2, 3)]), "Layer 2 has 3 inputs"),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


def _layer(neurons, inputs):
    return rb.ArtificialLayer(np.ones((neurons, inputs)))


def _named_b():
    from rheobase.zoo.transfer import transfer

    return transfer("b*x", b=1.0)
