"""How well does a simpler neuron stand for a conductance-based one? Six fits, one table.

Each is fitted to spikes under fluctuating currents, and compared under currents of two other means
and two other standard deviations: Gamma is the coincidence factor at 2 ms, 1 where every spike has
its partner and 0 where there are as many as by chance. Some minutes.

    python examples/ladder.py [adex] [exponential] [lif]
"""

import sys

import numpy as np

import rheobase as rb

KINDS = ("adex", "exponential", "lif")


def row(model: rb.Model, kind: str) -> str:
    """One reduction, measured."""
    report = rb.reduce(model, to=kind).report
    each = np.asarray(report["Gamma of each"])
    rates = [float(np.mean(report[k].value_in("Hz"))) for k in ("rate", "rate of the lower")]
    return (
        f"{model.title:<16}{kind:<14}{report['Gamma']:>8.3f}{each.min():>8.3f}"
        f"{report['Gamma of the fit']:>8.3f}{rates[0]:>9.1f}{rates[1]:>9.1f}"
    )


if __name__ == "__main__":
    print(
        f"{'neuron':<16}{'as':<14}{'Gamma':>8}{'least':>8}{'fitted':>8}{'rate':>9}{'its rate':>9}"
    )
    for model in (rb.TraubMiles(), rb.HodgkinHuxley()):
        for kind in sys.argv[1:] or KINDS:
            print(row(model, kind), flush=True)
