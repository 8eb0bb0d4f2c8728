"""What a file may ask for at most: beyond it lies a slip of the pen."""

from __future__ import annotations

from rheobase.lab.table import Table

# A year of computing, and still counted exactly in a float.
MOST_STEPS = 10**13
MOST_NEURONS = 10**8


def refuse_endless(owner: Table, steps: int) -> None:
    """Refuse a duration of so many steps that the run would not end.

    Raises:
        ExperimentError: at the duration.
    """
    if steps > MOST_STEPS:
        raise owner.error(
            "duration",
            f"The run would take {steps:.1e} steps.",
            "run for less long, or with a larger dt",
        )
