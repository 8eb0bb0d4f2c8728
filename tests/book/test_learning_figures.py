"""The figures on plasticity show what they say: windows, two groups of weights, release."""

from __future__ import annotations

import numpy as np

from rheobase.lab.figures import chapter_figures

FIGURES = chapter_figures()


def test_the_window_lies_on_its_closed_form() -> None:
    left, right = FIGURES["stdp_window"].draw().axes
    curves = [line.get_xydata() for line in left.lines if len(line.get_xydata()) == 200]
    points = [line.get_xydata() for line in left.lines if 20 < len(line.get_xydata()) < 60]
    assert len(curves) == len(points) == 2
    for (x, y), (along, curve) in zip(
        map(np.transpose, points), map(np.transpose, curves), strict=True
    ):
        assert np.sign(x[0]) == np.sign(along[-1])
        order = np.argsort(along)
        np.testing.assert_allclose(y, np.interp(x, along[order], curve[order]), atol=0.05)
    # Pairs that follow one another fast enough raise the weight in either order.
    lines = {line.get_label(): line.get_ydata() for line in right.lines}
    after = lines["triplets, presynaptic 10 ms after"]
    assert after[0] < -20 < 20 < after[-1]
    assert min(lines["triplets, presynaptic 10 ms before"]) > -1


def test_weights_end_in_two_groups() -> None:
    above, below, _ = FIGURES["synaptic_competition"].draw().axes
    share = above.collections[0].get_array()
    assert np.allclose(share.sum(axis=0), 100)
    first, last = share[:, 0], share[:, -1]
    assert first.max() < 15
    assert last[:5].sum() + last[-3:].sum() > 75
    assert last[-3:].sum() > 8
    rate = below.lines[0].get_ydata()
    assert rate[0] > 2 * rate[-10:].mean() > 50


def test_each_spike_deflects_by_what_it_releases() -> None:
    axes = FIGURES["short_term_plasticity"].draw().axes
    for release, deflection in zip(axes[::2], axes[1::2], strict=True):
        spikes, part = release.lines[0].get_xydata().T
        t, v = deflection.lines[0].get_xydata().T
        membrane = np.exp(-10 / 40)  # what is left 10 ms on of what was there
        jumps = [np.interp(s + 10, t, v) - np.interp(s, t, v) * membrane for s in spikes]
        np.testing.assert_allclose(jumps / jumps[0], part / part[0], rtol=0.01)
    assert axes[0].lines[0].get_ydata()[9] < 0.2 * 0.5
    assert axes[2].lines[0].get_ydata()[9] > 4 * 0.03
