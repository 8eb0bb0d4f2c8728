"""The exact step of white noise: its spread in closed form, and where it is refused."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.compiler.schemes import build_step
from rheobase.compiler.targets.numpy import evaluate
from rheobase.errors import SchemeError
from rheobase.units import ms


def spread(text, dt, **parameters):
    """What of a step is proportional to the noise of the state x."""
    step = build_step(rb.Model(text, parameters=parameters), "exact")
    prepared = step.prepare(parameters, dt)
    known = {**parameters, **prepared, "dt": dt, **dict.fromkeys(step.model.states, 0.0)}
    one, none = (evaluate(step.after["x"], known | {"xi": value}) for value in (1.0, 0.0))
    return one - none


@pytest.mark.parametrize("rate", [-0.3, -1e-9, 0.0, 0.2])
@pytest.mark.parametrize("dt", [0.01, 1.0, 30.0])
def test_the_spread_is_that_of_the_integral(rate, dt):
    """The integral of g^2 exp(2 a s) over the step, decaying, not at all, or growing."""
    found = spread("dx/dt = a*x + g*xi + 1", dt, a=rate, g=0.7)
    variance = 0.49 * (dt if rate == 0 else np.expm1(2 * rate * dt) / (2 * rate))
    assert found == pytest.approx(np.sqrt(variance), rel=1e-7 if abs(rate) < 1e-6 else 1e-13)


def test_a_sign_is_kept():
    assert spread("dx/dt = -x/5 - g*xi", 0.5, g=0.7) < 0


def test_what_drives_the_noisy_state_does_not_matter():
    """A filtered input beside: the noise is that of x alone."""
    alone = spread("dx/dt = a*x + g*xi", 0.5, a=-0.2, g=1.0)
    driven = spread("dx/dt = a*x + y + g*xi\ndy/dt = -y/3", 0.5, a=-0.2, g=1.0)
    assert driven == pytest.approx(alone, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "dx/dt = -x + xi\ndy/dt = -y + x",  # the noise reaches y within the step
        "dx/dt = -x + xi\ndy/dt = -y + xi",  # both take up the same
        "dx/dt = -x + x*xi",  # by an amount that changes
    ],
)
def test_noise_that_is_not_exact_is_refused(text):
    with pytest.raises(SchemeError, match="euler_maruyama"):
        build_step(rb.Model(text), "exact")


def test_a_model_that_is_not_linear_is_refused_with_noise_as_without():
    with pytest.raises(SchemeError, match="no exact propagator"):
        build_step(rb.Model("dx/dt = -x**2 + xi"), "exact")


def test_the_default_of_typed_equations_stays():
    model = rb.Model("dx/dt = -x/tau + xi*s", parameters={"tau": 5.0, "s": 1.0})
    assert build_step(model).method == "euler_maruyama"
    assert rb.simulate(model, 1 * ms, dt=0.1 * ms, method="exact").provenance["method"] == "exact"


def test_machine_code_and_the_reference_draw_the_same():
    model = rb.Model("dx/dt = -x/5 + xi")
    llvm, numpy = (
        rb.simulate(model, 5 * ms, n=20, dt=0.5 * ms, method="exact", record="x", target=target)
        for target in ("llvm", "numpy")
    )
    np.testing.assert_allclose(llvm["x"], numpy["x"], rtol=1e-12, atol=1e-14)
