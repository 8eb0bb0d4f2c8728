"""NumPy on quantities: units kept, combined or asked to agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rheobase.errors import UnitError
from rheobase.units import Quantity, V, ms, mV, pA, percent, s

ARRAY = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -6.0]])
Q = ARRAY * mV
elements = st.floats(-1e6, 1e6, allow_subnormal=False)
arrays = hnp.arrays(float, hnp.array_shapes(max_dims=3, max_side=4), elements=elements)


def same(found, magnitude, unit=mV):
    assert isinstance(found, Quantity)
    assert found.unit == unit
    assert np.array_equal(found.magnitude, magnitude, equal_nan=True)
    return True


KEEPING = [
    np.abs, np.negative, np.positive, np.floor, np.ceil, np.rint, np.trunc, np.fabs,
    np.mean, np.median, np.max, np.min, np.sum, np.std, np.ptp, np.cumsum, np.sort, np.ravel,
    np.transpose, np.squeeze, np.diff, np.nanmean, np.nanmax, np.nanmin, np.nanstd, np.nansum,
    np.nanmedian, np.unique, np.round, np.copy, np.atleast_1d, np.atleast_2d, np.average, np.flip,
    np.zeros_like, np.diagonal, np.add.reduce, np.add.accumulate, np.maximum.reduce,
]  # fmt: skip


@pytest.mark.parametrize("function", KEEPING)
def test_functions_that_keep_the_unit(function):
    assert same(function(Q), function(ARRAY))


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.mean(x, axis=0),
        lambda x: np.sum(x, axis=1, keepdims=True),
        lambda x: np.max(x, axis=-1),
        lambda x: np.std(x, axis=0, ddof=1),
        lambda x: np.percentile(x, [10, 90], axis=1),
        lambda x: np.quantile(x, 0.5),
        lambda x: np.reshape(x, (3, 2)),
        lambda x: np.roll(x, 1, axis=1),
        lambda x: np.take(x, [0, 2], axis=1),
        lambda x: np.tile(x, 2),
        lambda x: np.repeat(x, 2, axis=0),
        lambda x: np.expand_dims(x, 0),
        lambda x: np.broadcast_to(x, (4, 2, 3)),
        lambda x: np.swapaxes(x, 0, 1),
        lambda x: np.moveaxis(x, 0, 1),
        lambda x: np.round(x, 1),
        lambda x: x.mean(axis=0),
        lambda x: x.max(),
        lambda x: x.min(axis=1),
        lambda x: x.std(),
        lambda x: x.sum(axis=0),
        lambda x: x.T,
        lambda x: x[0],
        lambda x: x[:, ::2],
        lambda x: x[1, 2],
        lambda x: x[..., None],
        lambda x: x[np.array([[True, False, True], [False, True, False]])],
        lambda x: -x,
        lambda x: +x,
        lambda x: 2.5 * x,
        lambda x: x * 2.5,
        lambda x: x / 4,
        lambda x: x * np.array([1.0, 2.0, 3.0]),
        lambda x: np.array([[2.0], [3.0]]) * x,
    ],
)
def test_shapes_and_axes_are_numpys(call):
    assert same(call(Q), call(ARRAY))


@given(arrays, st.data())
def test_reductions_over_any_axis(array, data):
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    for function in (np.sum, np.max, np.min, np.mean):
        assert same(function(array * mV, axis=axis), function(array, axis=axis))
        method = getattr(array * mV, function.__name__.removeprefix("a"))
        assert same(method(axis=axis), function(array, axis=axis))


@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_side=4, max_dims=3), st.data())
def test_operands_are_broadcast(shapes, data):
    one, other = (
        data.draw(hnp.arrays(float, shape, elements=elements)) for shape in shapes.input_shapes
    )
    assert same(one * mV + other * mV, (one + other)[()])
    assert np.array_equal(one * mV < other * mV, one < other)
    product = (one * mV) * (other * pA)
    assert product.shape == shapes.result_shape
    assert np.array_equal(product.magnitude, one * other)
    assert same(np.maximum(one * mV, other * mV), np.maximum(one, other))
    assert same(np.where(one < other, one * mV, other * mV), np.where(one < other, one, other))


def test_units_are_converted_before_numbers_meet():
    assert same(Q + 0.001 * V, ARRAY + 1)
    assert same(0.001 * V - Q, 0.001 - ARRAY / 1000, V)
    assert same(np.maximum(Q, 0.001 * V), np.maximum(ARRAY, 1))
    assert np.array_equal(Q > 0.001 * V, ARRAY > 1)
    assert same(np.clip(Q, -0.001 * V, 3 * mV), np.clip(ARRAY, -1, 3))
    assert same(np.clip(Q, None, 3 * mV), np.clip(ARRAY, None, 3))
    assert same(np.clip(Q, 0, 3 * mV), np.clip(ARRAY, 0, 3))
    assert same(np.concatenate([Q, Q.to(V)]), np.concatenate([ARRAY, ARRAY]))
    assert same(np.stack([Q[0], Q[1]]), ARRAY)
    assert same(np.hstack([Q, 1 * Q]), np.hstack([ARRAY, ARRAY]))
    assert same(np.append(Q, 0.002 * V), np.append(ARRAY, 2))
    assert same(np.where(ARRAY > 0, Q, 0), np.where(ARRAY > 0, ARRAY, 0))
    assert same(np.diff(Q[0], prepend=0.001 * V), np.diff(ARRAY[0], prepend=1))
    assert same(np.linspace(0 * mV, 0.1 * V, 11), np.linspace(0, 100, 11))
    assert same(np.sum(Q, initial=0.001 * V), ARRAY.sum() + 1)
    assert np.searchsorted(np.arange(5) * mV, 0.0025 * V) == 3
    assert np.allclose(Q, Q.to(V))
    assert np.allclose(Q, Q + 0.5 * mV, atol=0.001 * V)
    assert not np.allclose(Q, Q + 2 * mV, rtol=0, atol=0.001 * V)
    assert np.isclose(1 * V, 1000 * mV)
    assert np.array_equal(Q, Q.to(V).to(mV))
    assert not np.array_equal(Q, ARRAY * ms)


def test_units_combine():
    assert same(np.square(Q), ARRAY**2, mV**2)
    assert same(Q**2, ARRAY**2, mV**2)
    assert same(np.sqrt(np.abs(Q) * mV), np.sqrt(np.abs(ARRAY)))
    assert same(np.reciprocal(2 * mV), 0.5, mV**-1)
    assert same(np.cbrt(8 * mV**3), 2.0)
    assert same(np.var(Q), np.var(ARRAY), mV**2)
    assert same(Q @ (np.ones(3) * pA), ARRAY.sum(axis=1), mV * pA)
    assert same(np.dot(Q, np.ones(3)), ARRAY.sum(axis=1))
    assert same(np.outer(Q[0], Q[1]), np.outer(ARRAY[0], ARRAY[1]), mV**2)
    assert same(np.multiply.outer(Q[0], Q[1]), np.outer(ARRAY[0], ARRAY[1]), mV**2)
    assert same(np.subtract.outer(Q[0], Q[1]), np.subtract.outer(ARRAY[0], ARRAY[1]))
    time = np.array([0.0, 1.0, 3.0])
    integral = np.trapezoid(Q[0], time * ms)
    assert same(integral, np.trapezoid(ARRAY[0], time), mV * ms)
    assert same(np.trapezoid(Q[0], dx=2 * ms), np.trapezoid(ARRAY[0], dx=2), mV * ms)
    assert same(np.gradient(Q[0], time * ms), np.gradient(ARRAY[0], time), mV / ms)
    assert same(np.interp(0.002 * s, time * ms, Q[0]), np.interp(2, time, ARRAY[0]))
    counts, edges = np.histogram(Q, 4)
    expected = np.histogram(ARRAY, 4)
    assert counts.tolist() == expected[0].tolist()
    assert same(edges, expected[1])
    values, counts = np.unique(np.array([1, 1, 2]) * mV, return_counts=True)
    assert same(values, [1, 2])
    assert counts.tolist() == [2, 1]


def test_ratios_are_plain():
    for ratio, expected in [
        (Q / (2 * mV), ARRAY / 2),
        (Q / (0.002 * V), ARRAY / 2),
        (Q / mV, ARRAY),
        (np.exp(Q / mV), np.exp(ARRAY)),
        (7 * mV // (2 * mV), 3.0),
        (np.exp(50 * percent), np.exp(0.5)),
    ]:
        assert not isinstance(ratio, Quantity)
        np.testing.assert_allclose(ratio, expected, rtol=1e-15)
    assert same((7 * mV) % (0.004 * V), 3.0)


@pytest.mark.parametrize(
    "function", [np.shape, np.ndim, np.size, np.argmax, np.argmin, np.count_nonzero, np.isfinite,
                 np.isnan, np.sign, np.any, np.all]
)  # fmt: skip
def test_questions_have_plain_answers(function):
    found = function(Q)
    assert not isinstance(found, Quantity)
    assert np.array_equal(found, function(ARRAY))


@pytest.mark.parametrize(
    "call",
    [
        lambda: np.exp(Q),
        lambda: np.sin(Q),
        lambda: np.log(Q),
        lambda: np.power(Q, Q),
        lambda: np.power(Q, ARRAY),
        lambda: np.add(Q, 1),
        lambda: np.add(Q, 1 * ms),
        lambda: np.maximum(Q, 1),
        lambda: np.arctan2(Q, Q),
        lambda: np.prod(Q),
        lambda: np.multiply.reduce(Q),
        lambda: np.cumprod(Q),
        lambda: np.concatenate([Q, ARRAY]),
        lambda: np.concatenate([Q, ARRAY * ms]),
        lambda: np.concatenate([ARRAY, Q]),
        lambda: np.where(ARRAY > 0, Q, 1),
        lambda: np.where(ARRAY > 0, Q, Q.magnitude * ms),
        lambda: np.clip(Q, 0 * ms, 1 * mV),
        lambda: np.clip(Q, 1, 2),
        lambda: np.interp(1.0, np.arange(3) * ms, Q[0]),
        lambda: np.interp(1 * pA, np.arange(3) * ms, Q[0]),
        lambda: np.searchsorted(Q[0], 1.0),
        lambda: np.allclose(Q, ARRAY),
        lambda: np.allclose(Q, Q, atol=1 * ms),
        lambda: np.diff(Q, prepend=1),
        lambda: np.sum(Q, initial=1 * ms),
        lambda: np.percentile(Q, 50 * mV),
        lambda: np.fft.fft(Q),
        lambda: np.linalg.norm(Q),
        lambda: np.add(Q, Q, out=np.zeros_like(ARRAY)),
        lambda: np.add(ARRAY, 0, where=Q),
        lambda: np.add.at(Q, 0, 1),
        lambda: np.histogram(Q, [1.0, 2.0]),
        lambda: np.linspace(0 * mV, 10, 3),
    ],
)
def test_what_has_no_meaning_is_refused(call):
    with pytest.raises(UnitError) as caught:
        call()
    assert caught.value.mend


def test_an_array_of_numbers_does_not_take_units_in_silence():
    plain = ARRAY.copy()
    with pytest.raises(UnitError):
        plain += Q
    assert np.array_equal(plain, ARRAY)


def test_a_list_of_quantities_does_not_lose_its_units_in_silence():
    for call in (np.array, np.mean, np.sum, np.sqrt):
        with pytest.raises(ValueError, match="sequence"):
            call([1 * mV, 1 * V])


def test_single_numbers_and_empty_arrays():
    one = np.array(3.0) * mV
    assert one.shape == ()
    assert one.ndim == 0
    assert one.size == 1
    assert isinstance(one.magnitude, np.float64)
    assert same(one + 1 * mV, 4.0)
    assert bool(one)
    assert not bool(0 * mV)
    with pytest.raises(TypeError):
        len(one)
    with pytest.raises(TypeError):
        iter(one)
    empty = np.zeros(0) * mV
    assert len(empty) == 0
    assert list(empty) == []
    assert same(empty + 1 * mV, np.zeros(0))
    assert same(np.concatenate([empty, Q[0]]), ARRAY[0])
    assert np.sum(empty) == 0 * mV
    assert (empty > 0 * mV).shape == (0,)
    with pytest.raises(UnitError):
        bool(empty)


def test_iteration_gives_quantities():
    assert [float(x / mV) for x in Q[0]] == [1.0, -2.0, 3.0]
    rows = list(Q)
    assert same(rows[1], ARRAY[1])
    assert 3 * mV in Q[0]
    assert len(Q) == 2


def test_as_an_array_it_has_its_own_units_numbers():
    assert np.array_equal(np.asarray(Q), ARRAY)
    assert np.array_equal(np.asarray(Q.to(V)), ARRAY / 1000)
    assert np.asarray(Q, dtype=np.float32).dtype == np.float32
    copied = np.array(Q, copy=True)
    copied[:] = 0
    assert np.array_equal(Q.magnitude, ARRAY)
    assert np.asarray(5 * mV).shape == ()


@pytest.mark.parametrize("kind", [int, np.int32, np.uint8, np.float32, np.float16, bool])
def test_numbers_of_every_kind_become_doubles(kind):
    quantity = np.array([0, 1], dtype=kind) * mV
    assert quantity.magnitude.dtype == float
    assert (kind(1) * mV).magnitude == 1.0


def test_arrays_on_either_side():
    assert same(ARRAY * mV, ARRAY)
    assert same(mV * ARRAY, ARRAY)
    assert same([1, 2] * mV, [1.0, 2.0])
    assert same(np.float64(2) * mV, 2.0)
    assert same(1 / (2 / mV), 0.5)
    assert same(ARRAY / mV, ARRAY, mV**-1)


def test_overflow_on_the_way_in_is_infinite_and_silent():
    assert (1e300 * V).value_in("fV") == np.inf
