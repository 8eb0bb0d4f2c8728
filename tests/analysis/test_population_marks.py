"""Populations in pictures: one colour in all of them, and names of any kind."""

import pytest
from matplotlib.colors import to_hex

import rheobase as rb
from rheobase.analysis.pictures.populations import colours_of, legible
from rheobase.units import Hz, ms, pA

NAMES = ["exc", "\N{BRAIN} 興奮", "$x^$", "_$a$b\\$", "é", "%s {0}"]


def network(names):
    net = rb.Network(seed=1)
    net.add(rb.Poisson(20 * Hz), 5, "drive")
    for name in names:
        net.add(rb.LIF(), 10, name, I=350 * pA)
        net.record(name, "v", subset=[0])
    return net


@pytest.mark.parametrize("kind", ["raster", "rate", "spectrum", "irregularity", "traces"])
@pytest.mark.parametrize("names", [NAMES, NAMES[:3], NAMES[3:]])
def test_any_name_is_drawn_without_a_warning(kind, names, tmp_path):
    net = network(names)
    net.plot(tmp_path / "net.png")
    net.run(100 * ms).plot(kind, path=tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 5000


def test_what_is_drawn_of_a_name():
    assert legible("exc 1") == "exc 1"
    assert legible("é") == "é"
    assert legible("\N{BRAIN}x") == "\N{WHITE SQUARE}x"
    assert legible("a$b$") == r"a\$b\$"
    assert legible("_a") == " _a"


def test_a_population_has_one_colour_in_all_pictures():
    net = network(["exc", "inh"])
    colours = colours_of(net.populations)
    circles = [p for p in net.plot().axes[0].patches if type(p).__name__ == "Circle"]
    assert [to_hex(c.get_edgecolor(), False).upper() for c in circles] == list(colours.values())
    recording = net.run(100 * ms)  # the drive is not recorded, and keeps its colour
    for names in (["exc", "inh"], ["inh"]):
        raster = recording.plot("raster", names).axes[0]
        dots = [line.get_color() for line in raster.lines if line.get_marker() == "."]
        rates = [ax.lines[0].get_color() for ax in recording.plot("rate", names).axes]
        assert dots == rates == [colours[name] for name in names]
