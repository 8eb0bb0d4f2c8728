"""A network that was trained without time answers in time: artificial, rate and spiking.

A classifier of handwritten digits, 64 - 64 - 10, trained by scikit-learn, with weights scaled by
the activations of the training set. Above, one digit that it was not trained on: the spikes of the
hidden layer, and the potentials of the outputs, of which the highest is the answer. Below, how
many of 540 such digits are right as time goes on. The rate network (time constant 10 ms) and the
spiking network (at most 200 spikes a second for most activations) get there within some tens of
milliseconds.
"""

import warnings

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import BLUE, GREY, PALE, VERMILION, new_figure, style_axes
from rheobase.units import ms

EXAMPLE = 21  # the digit that is shown


def trained():
    """The classifier, the inputs of its training, and digits that were held out."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    X, y = load_digits(return_X_y=True)
    X, held_out, y, due = train_test_split(X / 16, y, test_size=0.3, random_state=0, stratify=y)
    network = MLPClassifier((64,), solver="lbfgs", alpha=1.0, max_iter=100, random_state=0)
    # It stops after a hundred steps, which is enough; small matrices want one thread.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        return network.fit(X, y), X, held_out, due


def draw_one(axes, converted, digit, right):
    """One digit, the spikes of the hidden layer, and the potentials of the outputs."""
    image, raster, outputs = axes
    image.pcolormesh(digit.reshape(8, 8)[::-1], cmap="Greys")
    image.set_aspect("equal")
    image.set_axis_off()
    image.set_title("input", fontsize=11)
    net = converted.network([digit])
    net.record("output", "v")
    rec = net.run(50 * ms)
    spikes = rec["hidden 1"].spikes
    raster.vlines(np.asarray(spikes.t), spikes.i - 0.8, spikes.i + 0.8, color=BLUE, linewidth=1.3)
    raster.set(xlabel="time (ms)", ylabel="hidden neuron", xlim=(0, 50), ylim=(-1, spikes.n))
    t, v = np.asarray(rec["output"].t), np.asarray(rec["output"]["v"])
    for k, course in enumerate(v.T):
        shade, width = (VERMILION, 1.8) if k == right else (PALE, 1.0)
        outputs.plot(t, course, color=shade, linewidth=width, zorder=2 + (k == right))
    outputs.annotate(
        f"“{right}”", (t[-1], v[-1, right]), xytext=(3, 0), textcoords="offset points",
        color=VERMILION, va="center", annotation_clip=False,
    )  # fmt: skip
    outputs.set(xlabel="time (ms)", ylabel="output potential", xlim=(0, 50))


def draw():
    """The figure."""
    network, X, held_out, due = trained()
    converted = rb.convert(network, to="spiking", calibration=X)
    curve = converted.accuracy(held_out, due, 200 * ms, every=0.5 * ms)
    figure = new_figure(9.0, 5.6)
    grid = figure.add_gridspec(2, 3, width_ratios=[0.55, 1, 1], height_ratios=[1, 1.1])
    above = [figure.add_subplot(grid[0, k]) for k in range(3)]
    for ax in above[1:]:
        style_axes(ax)
    draw_one(above, converted, held_out[EXAMPLE], due[EXAMPLE])
    below = figure.add_subplot(grid[1, :])
    curve.plot(ax=below)
    below.set(xscale="log", xlim=(1, 200))
    ticks = (1, 2, 5, 10, 20, 50, 100, 200)
    below.set_xticks(ticks, labels=map(str, ticks))
    below.minorticks_off()
    due_level = 0.98 * curve.levels["artificial"][0]
    below.axhline(due_level, color=PALE, linewidth=0.8, linestyle=":")
    below.annotate(
        "98 % of the artificial network’s", (200, due_level), xytext=(0, -3),
        textcoords="offset points", ha="right", va="top", fontsize=9.5, color=GREY,
    )  # fmt: skip
    for level, height in (("rate", 0.42), ("spiking", 0.32)):
        since, score = curve.time_to(level).value_in(ms), 100 * curve.levels[level][-1]
        text = f"{level}: {score:.1f} % after 200 ms, above the dots from {since:g} ms on"
        below.text(0.42, height, text, transform=below.transAxes, fontsize=10)
    return figure
