"""Butcher tableaux: a Runge-Kutta method as its coefficients."""

from __future__ import annotations

from rheobase.records import Record


class Tableau(Record):
    """An explicit Runge-Kutta method.

    Stage s is evaluated at ``x + h sum_j a[s][j] k_j`` and time ``t + c[s] h``; the step ends at
    ``x + h sum_s b[s] k_s``. `error`, where the method has an embedded partner, holds the weights
    of the difference between the two. Source of the notation: Hairer, Norsett and Wanner (1993),
    section II.1.
    """

    a: tuple[tuple[float, ...], ...]
    b: tuple[float, ...]
    c: tuple[float, ...]
    error: tuple[float, ...] = ()

    @property
    def stages(self) -> int:
        """How many times the right-hand side is evaluated."""
        return len(self.b)

    @property
    def is_chain(self) -> bool:
        """Whether each stage needs only the one before it, so that no stage need be kept."""
        return all(not any(row[: s - 1]) for s, row in enumerate(self.a) if s > 0)
