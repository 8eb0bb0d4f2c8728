"""Step control, and spikes found where they happen: Dormand and Prince's pair (1980), order 5(4).

Each step is tried whole. Where the embedded error exceeds the tolerance, or the neuron spikes, the
step of that one neuron is divided; a spike is sought by trials of the step itself, the reset
is applied at that instant, and the rest of the step is integrated from there. Refractory periods
end where they end, not on the grid. So spike times converge to the solution of the equations, at
any dt.
"""

from rheobase.compiler.step import Step
from rheobase.compiler.tableau import Tableau
from rheobase.model.model import Model

# Local error allowed in a step, relative to 1 + |x| in mV, pA and plain gates.
TOLERANCE = 1e-8

_B = (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0.0)
_B_HAT = (5179 / 57600, 0.0, 7571 / 16695, 393 / 640, -92097 / 339200, 187 / 2100, 1 / 40)

TABLEAU = Tableau(
    a=(
        (),
        (1 / 5,),
        (3 / 40, 9 / 40),
        (44 / 45, -56 / 15, 32 / 9),
        (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
        (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
        (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
    ),
    b=_B,
    c=(0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0),
    error=tuple(b - b_hat for b, b_hat in zip(_B, _B_HAT, strict=True)),
)


def build(model: Model) -> Step:
    """The Dormand-Prince pair with step control and event localisation on a model."""
    return Step(model, "adaptive", order=5, tableau=TABLEAU, tolerance=TOLERANCE)
