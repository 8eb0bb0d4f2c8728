"""Phase planes: nullclines, fixed points and eigenvalues against their closed forms."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError, RheobaseError, UnitError, UnknownNameError
from rheobase.units import cm, ms, mV, pA, uA


def izhikevich_points(a, b, current):
    """Where 0.04 v^2 + (5 - b) v + 140 + I = 0, and the eigenvalues of the Jacobian there."""
    roots = np.sort(np.roots([0.04, 5 - b, 140 + current]).real)
    found = []
    for v in roots:
        jacobian = np.array([[0.08 * v + 5, -1], [a * b, -a]])
        found.append((v, b * v, np.linalg.eigvals(jacobian)))
    return found


@pytest.mark.parametrize("preset", ["RS", "FS", "LTS", "RZ"])
@pytest.mark.parametrize("current", [0.0, 1.0])
def test_those_of_izhikevich_are_the_roots_of_its_parabola(preset, current):
    model = rb.Izhikevich.preset(preset)
    a, b = (float(model.parameters[k]) for k in "ab")
    plane = rb.phase_plane(model, I=current)
    expected = izhikevich_points(a, b, current) if (5 - b) ** 2 > 0.16 * (140 + current) else []
    assert len(plane.fixed_points) == len(expected)
    for point, (v, u, eigenvalues) in zip(plane.fixed_points, expected, strict=True):
        assert point.state["v"].magnitude == pytest.approx(v, abs=1e-9)
        assert point.state["u"] == pytest.approx(u, abs=1e-9)
        assert np.sort_complex(point.eigenvalues) == pytest.approx(
            np.sort_complex(eigenvalues), abs=1e-9
        )
        assert point.is_stable == bool(np.all(eigenvalues.real < 0))
        if eigenvalues[0].real * eigenvalues[1].real < 0:
            assert point.kind == "saddle"


def test_those_of_the_exponential_neuron_lie_on_both_nullclines():
    model = rb.AdEx()
    p = {k: float(v) for k, v in model.parameters.items()}
    plane = rb.phase_plane(model, I=200 * pA)
    assert [point.kind for point in plane.fixed_points] == ["stable focus", "saddle"] or [
        point.kind for point in plane.fixed_points
    ] == ["stable node", "saddle"]
    for point in plane.fixed_points:
        v, w = point.state["v"].value_in(mV), point.state["w"].value_in(pA)
        assert w == pytest.approx(p["a"] * (v - p["E_L"]), abs=1e-9)
        e = np.exp((v - p["V_T"]) / p["Delta_T"])
        balance = -p["g_L"] * (v - p["E_L"]) + p["g_L"] * p["Delta_T"] * e - w + 200
        assert balance == pytest.approx(0.0, abs=1e-8)
        jacobian = [
            [(-p["g_L"] + p["g_L"] * e) / p["C"], -1 / p["C"]],
            [p["a"] / p["tau_w"], -1 / p["tau_w"]],
        ]
        assert np.sort_complex(point.eigenvalues) == pytest.approx(
            np.sort_complex(np.linalg.eigvals(jacobian)), abs=1e-10
        )


def test_a_strong_current_leaves_no_fixed_point():
    assert rb.phase_plane(rb.AdEx(), I=2000 * pA).fixed_points == ()
    assert rb.phase_plane(rb.Izhikevich(), I=10.0).fixed_points == ()


def test_nullclines_are_where_the_slope_vanishes():
    plane = rb.phase_plane(rb.Izhikevich(), I=0.0, x_range=(-90.0, -40.0), y_range=(-20.0, 20.0))
    v, u = (np.asarray(part) for part in plane.nullclines["v"])
    assert u == pytest.approx(0.04 * v**2 + 5 * v + 140, abs=2e-2)
    v, u = (np.asarray(part) for part in plane.nullclines["u"])
    assert u == pytest.approx(0.2 * v, abs=1e-9)
    assert plane.names == ("v", "u")
    assert plane.dx.shape == plane.dy.shape == (len(plane.y), len(plane.x))
    x, y = np.asarray(plane.x)[7], np.asarray(plane.y)[3]
    assert plane.dx[3, 7] == pytest.approx(0.04 * x**2 + 5 * x + 140 - y)
    assert plane.dy[3, 7] == pytest.approx(0.02 * (0.2 * x - y))


KINDS = [
    ("stable node", [[-2, 0.5], [0.5, -1]]),
    ("stable focus", [[-1, 3], [-3, -1]]),
    ("unstable node", [[2, 0.5], [0.5, 1]]),
    ("unstable focus", [[1, 3], [-3, 1]]),
    ("saddle", [[1, 0.5], [0.5, -2]]),
]


@pytest.mark.parametrize(("kind", "matrix"), KINDS)
def test_kinds_of_fixed_points(kind, matrix):
    (p, q), (r, s) = matrix
    model = rb.Model(
        "dx/dt = p*(x - 1) + q*(y - 2)\ndy/dt = r*(x - 1) + s*(y - 2)",
        parameters=dict(p=p, q=q, r=r, s=s),
    )
    plane = rb.phase_plane(model, x_range=(-3, 4.1), y_range=(-3, 5.3))
    assert [point.kind for point in plane.fixed_points] == [kind]
    point = plane.fixed_points[0]
    assert (point.state["x"], point.state["y"]) == (pytest.approx(1.0), pytest.approx(2.0))
    assert point.is_stable == kind.startswith("stable")


def test_a_model_with_more_states_shows_a_slice_of_its_space():
    plane = rb.phase_plane(rb.HodgkinHuxley(), states=("v", "n"), I=0 * uA / cm**2)
    assert plane.names == ("v", "n")
    rest = rb.resting_state(rb.HodgkinHuxley())
    near = [p for p in plane.fixed_points if abs(p.state["v"].value_in(mV) + 70) < 1]
    assert len(near) == 1
    assert near[0].state["v"].value_in(mV) == pytest.approx(rest["v"].value_in(mV), abs=1e-9)
    assert near[0].is_stable
    expected = [
        -4.675027303186729,
        -0.20263885044674895,
        -0.20263885044674895,
        -0.12066506795670645,
    ]
    assert np.sort(near[0].eigenvalues.real) == pytest.approx(expected, abs=1e-6)


def test_eigenvalues_are_per_millisecond_whatever_the_unit_of_time():
    from rheobase.units import second

    text = "dx/dt = -3*x + y\ndy/dt = -2*y"
    slow = rb.phase_plane(rb.Model(text, time=second), x_range=(-1, 1.3), y_range=(-1, 1.3))
    assert np.sort(slow.fixed_points[0].eigenvalues.real) == pytest.approx([-0.003, -0.002])


def test_the_current_of_a_preset_is_used_if_it_is_constant():
    drive = rb.phase_plane(rb.Izhikevich.preset("RS"))
    given = rb.phase_plane(rb.Izhikevich.preset("RS"), I=10.0)
    assert np.array_equal(drive.dx, given.dx)
    with pytest.raises(ParameterError, match="needs a constant I"):
        rb.phase_plane(rb.Izhikevich.preset("tonic_spiking"))
    assert len(rb.phase_plane(rb.Izhikevich.preset("tonic_spiking"), I=0.0).fixed_points) == 2


@pytest.mark.parametrize(
    ("model", "changes", "kind", "says"),
    [
        (rb.LIF(), {}, ParameterError, "1 state.*a plane needs two"),
        (rb.AdEx(), dict(J=5 * pA), UnknownNameError, "no input 'J'"),
        (rb.AdEx(), dict(I=5), UnitError, "I is a bare number"),
        (rb.AdEx(), dict(I=rb.step(5 * pA, 1 * ms)), ParameterError, "needs a constant I"),
        (rb.AdEx(), dict(I=rb.noise(5 * pA, 1 * ms)), ParameterError, "needs a constant I"),
        (rb.AdEx(), dict(I=[1, 2] * pA), ParameterError, "shape"),
        (rb.AdEx(), dict(states=("v", "q")), ParameterError, "no state 'q'"),
        (rb.AdEx(), dict(states=("v",)), ParameterError, "two states"),
        (rb.AdEx(), dict(states=("v", "v")), ParameterError, "two states"),
        (rb.AdEx(), dict(x_range=(-80, -30)), UnitError, "v is a bare number"),
        (rb.AdEx(), dict(x_range=(-30 * mV, -80 * mV)), ParameterError, "range of v"),
        (rb.AdEx(), dict(x_range=(-30 * mV,)), ParameterError, "range of v"),
        (rb.AdEx(), dict(y_range=5 * pA), ParameterError, "range of w"),
    ],
)
def test_a_wrong_argument_is_one_clear_error(model, changes, kind, says):
    with pytest.raises(kind, match=says) as error:
        rb.phase_plane(model, **changes)
    assert isinstance(error.value, RheobaseError)


def test_it_draws_itself():
    from matplotlib import pyplot

    figure = rb.phase_plane(rb.AdEx(), I=200 * pA).plot()
    assert figure.axes[0].get_xlabel()
    pyplot.close(figure)
