"""`compare`: models of any level side by side, under one stimulus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import unit_text
from rheobase.analysis.times import Floats, in_milliseconds, time_span
from rheobase.engine.checks import as_model, whole_number
from rheobase.engine.one_neuron import current_input
from rheobase.errors import ParameterError, UnitError, located
from rheobase.model.model import Model
from rheobase.protocols.compare_measures import measures
from rheobase.protocols.compare_runs import SAMPLE, Run, driven, run, steady
from rheobase.protocols.threshold import rheobase
from rheobase.records import Record
from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity
from rheobase.units.quantity import Quantity, plain_numbers, short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TAU, _PRECISION, _BIN, _DURATION = 10.0, 2.0, 5.0, 500.0


def compare(
    models: Any,
    stimulus: Any,
    duration: Any = None,
    *,
    scale: Any = None,
    currents: Any = None,
    reference: Any = 0,
    n: int = 1,
    tau: Any = None,
    precision: Any = None,
    bin: Any = None,
    input: str | None = None,
    seed: int = 0,
) -> Comparison:
    """Run models of any level under one stimulus, and measure how far apart they are.

    All begin at rest, those that have one. A model that spikes shows its potential and its spikes;
    a rate neuron, or an artificial one, its output. Noise is drawn once, so that all hear the same;
    of populations (`n` above 1) each neuron has its own, and models that do not spike hear the
    mean.

    Args:
        models: models, or models by name.
        stimulus: one for all; or a list, one for each.
        duration: 500 ms by default.
        scale: for a stimulus of plain numbers, what 1 is to each model: a current for all or a list
            of one for each; or ``"rheobase"``, the smallest steady current at which each fires.
        currents: of f-I curves: quantities, or with `scale` plain numbers; None for no curves. They
            are steady; a population also has the noise of the stimulus.
        reference: the place or the name of the model that the others are compared with.
        n: how many neurons there are of each model that spikes.
        tau: of the distance of van Rossum; 10 ms by default.
        precision: of coincidences; 2 ms by default.
        bin: the width of bins of rates; 5 ms by default.
        input: the input that takes the stimulus; the only one, or `I`, by default.
        seed: of the noise.

    Returns:
        The comparison: `.report`, printed as a table; `.runs`, `.rates`, `.f_i` and `.plot()`.
        Potentials are compared by the root mean square of the difference of v - rest
        ("subthreshold deviation"), from 2 ms before a spike of either to 8 ms after it left out;
        spikes by the distance of van Rossum (2001) and the coincidence factor Gamma; rates, and
        outputs of one dimension that are no rates, by the root mean square of their difference.

    Raises:
        ParameterError: for models, a stimulus or options that do not fit.
        UnitError: for a stimulus in a unit that a model does not take: give `scale`.
    """
    given = _named(models)
    length = _DURATION if duration is None else time_span(duration, "duration")
    width = _BIN if bin is None else time_span(bin, "bin")
    bins = _bins(length, width)
    first = _place(list(given), reference)
    n, seed = whole_number(n, "n", 1, 2**31), whole_number(seed, "seed", 0, 2**63)
    inputs = [current_input(model, input) for model in given.values()]
    units = _units(given, inputs, scale)
    each = list(stimulus) if isinstance(stimulus, (list, tuple)) else [stimulus] * len(given)
    if len(each) != len(given):
        raise ParameterError(
            f"There are {len(each)} stimuli and {len(given)} models.",
            mend="give one for all, or one for each",
        )
    runs, f_i = [], {}
    for (name, model), into, unit, one in zip(given.items(), inputs, units, each, strict=True):
        with _of(name):
            drive = driven(one, unit, model, length, n, seed)
            runs.append(run(name, model, drive, length, input=into, n=n, seed=seed))
            if currents is not None:
                levels = currents if unit is None else plain_numbers(currents) * unit
                f_i[name] = steady(model, levels, drive, input=into, n=n, seed=seed)
    rates = {one.name: one.rates(bins, width) for one in runs}
    times = {
        "tau": _TAU if tau is None else time_span(tau, "tau"),
        "precision": _PRECISION if precision is None else time_span(precision, "precision"),
    }
    report = {one.name: measures(one, runs[first], rates, duration=length, **times) for one in runs}
    middles = as_quantity(width * (np.arange(bins) + 0.5), TIME)
    across = "" if scale is None else "stimulus"
    across = "current / rheobase" if isinstance(scale, str) else across
    return Comparison(tuple(runs), report, middles, rates, currents, f_i, runs[first].name, across)


class Comparison(Record, identity=True):
    """Models side by side.

    Attributes:
        runs: what each did: its recording, and its course on a common clock.
        report: by model, what was measured.
        t: the middles of the bins of rates.
        rates: by model, its rate in each bin (Hz): of spikes, or the mean of its output; None where
            it has neither.
        currents: of the f-I curves; None where none were asked for.
        f_i: by model, its rate at each of them (Hz); of an output that is no rate, its value.
        reference: the name of the model that the others are compared with.
        across: what currents are called, where they are plain numbers.
    """

    runs: tuple[Run, ...]
    report: Mapping[str, Mapping[str, Any]]
    t: Quantity
    rates: Mapping[str, Floats | None]
    currents: Any
    f_i: Mapping[str, Floats]
    reference: str
    across: str

    def table(self) -> str:
        """The report as a table: a row a model, a column a measure."""
        columns = list(dict.fromkeys(key for found in self.report.values() for key in found))
        rows = [["", *columns]]
        for name, found in self.report.items():
            rows.append([name, *(_shown(found.get(key)) for key in columns)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def plot(self) -> Figure:
        """Potentials or rasters above each other, rates below, and f-I curves where there are any.

        Raises:
            MissingExtraError: when matplotlib is not installed.
        """
        from rheobase.analysis.pictures.comparison import Course, comparison

        courses = [
            Course(
                one.name,
                one.trace,
                f"{one.shown} ({unit_text(one.unit)})" if one.unit is not None else one.shown,
                np.asarray(one.recording.spikes.t.internal) if one.model.spike else None,
                np.asarray(one.recording.spikes.i),
                one.n,
                self.rates[one.name] if one.n > 1 or one.has_rate else None,
                *one.settles_at,
            )
            for one in self.runs
        ]
        middles = in_milliseconds(self.t, "t")
        return comparison(courses, SAMPLE, middles, self.currents, self.f_i, across=self.across)

    def __str__(self) -> str:
        return self.table()


@contextmanager
def _of(name: str) -> Iterator[None]:
    """Within, errors say which model they are of, and those of units what to do with several."""
    try:
        with located(f"  in the model {name!r}"):
            yield
    except UnitError as error:
        error.mend = f"{error.mend}; models of different units: scale=[300 * pA, 5.0], one for each"
        raise


def _bins(length: float, width: float) -> int:
    """How many bins there are; each holds whole samples.

    Raises:
        ParameterError: where they do not fill the run.
    """
    bins, samples = round(length / width), round(width / SAMPLE)
    fills = abs(bins * width - length) <= 1e-6 * length
    if not fills or abs(samples * SAMPLE - width) > 1e-6 * width:
        raise ParameterError(
            f"Bins of {width:.12g} ms do not fill {length:.12g} ms, or hold no whole number of "
            "samples.",
            mend=f"give bin= and duration= in multiples of {SAMPLE:g} ms that divide one another",
        )
    return bins


def _named(models: Any) -> dict[str, Model]:
    """Models by name; two of one title are told apart by number."""
    if isinstance(models, Mapping):
        each = [as_model(model) for model in models.values()]
        titles = [str(name) for name in models]
    else:
        given = models if isinstance(models, (list, tuple)) else [models]
        each = [as_model(one) for one in given]
        titles = [model.title for model in each]
    if not each:
        raise ParameterError("There is no model to compare.", mend="give at least one")
    return dict(zip(_distinct(titles), each, strict=True))


def _distinct(titles: list[str]) -> list[str]:
    """Each title, numbered where it came before; no number makes it the title of another."""
    found: list[str] = []
    for title in titles:
        numbered = (f"{title} #{k}" for k in count(2))
        free = (name for name in numbered if name not in titles and name not in found)
        found.append(next(free) if title in found else title)
    return found


def _place(names: list[str], reference: Any) -> int:
    if reference in names:
        return names.index(reference)
    is_place = isinstance(reference, int) and not isinstance(reference, bool)
    if not is_place or not 0 <= reference < len(names):
        raise ParameterError(
            f"There is no model {short(reference)}.", mend=f"the models are {', '.join(names)}"
        )
    return int(reference)


def _units(models: Mapping[str, Model], inputs: list[str], scale: Any) -> list[Any]:
    """What 1 of the stimulus is to each model."""
    if isinstance(scale, str) and scale == "rheobase":
        return [rheobase(m, input=w) for m, w in zip(models.values(), inputs, strict=True)]
    found = list(scale) if isinstance(scale, (list, tuple)) else [scale] * len(models)
    if len(found) != len(models):
        raise ParameterError(
            f"scale= has {len(found)} values, and there are {len(models)} models.",
            mend='give one for all, one for each, or "rheobase"',
        )
    for (name, model), into, one in zip(models.items(), inputs, found, strict=True):
        with _of(name):
            if one is not None:
                model.to_internal(one, into)
    return found


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Quantity):
        return f"{float(value.magnitude):.3g} {value.unit}"
    return value if isinstance(value, str) else f"{value:.3g}"
