"""Did both sides learn the same? Of weights that each side draws and drives for itself."""

from __future__ import annotations

from benchmarks.harness import Answer
from benchmarks.report import DisagreementError


def same_weights(
    mine: Answer, other: Answer, tolerance: float, share: float, unit: str = ""
) -> str:
    """Mean and spread of the weights, and their change where both sides say what stood before.

    What a simulator has not yet carried out at a synapse, because nothing has asked for its weight,
    is missing before and after, and not in the change.

    Args:
        mine: ours: `mean_weight`, `spread_of_weights`, and `before` with the same.
        other: theirs.
        tolerance: the largest difference of the means, or of their changes.
        share: the largest difference of the spreads, as a share of theirs.
        unit: of the weights.

    Returns:
        One line for the report.

    Raises:
        DisagreementError: when they differ.
    """
    means = [side["mean_weight"] for side in (mine, other)]
    what = "mean weight"
    if mine.get("before") and other.get("before"):
        what = "mean change of a weight"
        means = [side["mean_weight"] - side["before"]["mean_weight"] for side in (mine, other)]
    spreads = [side["spread_of_weights"] for side in (mine, other)]
    said = (
        f"{what} {means[0]:.4g} and {means[1]:.4g}{unit}, "
        f"spread {spreads[0]:.4g} and {spreads[1]:.4g}{unit}"
    )
    if abs(means[0] - means[1]) > tolerance or abs(spreads[0] - spreads[1]) > share * spreads[1]:
        raise DisagreementError(
            f"{said}; at most {tolerance:g}{unit} and {100 * share:g} % apart was due."
        )
    return said
