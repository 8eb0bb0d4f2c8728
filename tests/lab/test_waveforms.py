"""Measured waveforms: every format gives the same samples, every damage an error that names it."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

from rheobase.errors import ExperimentError, RheobaseError
from rheobase.lab.waveforms import Choice, read_waveform
from rheobase.units import Quantity, parse_unit

PA, MS = parse_unit("pA"), parse_unit("ms")
PLAIN = Choice()
SAMPLES = np.array([0.0, 12.5, -3.0, 40.0, 7.5])


def check(path: Path, choice: Choice = PLAIN, dt: float = 0.5) -> None:
    found = read_waveform(path, choice)
    assert isinstance(found.values, Quantity)
    assert np.allclose(found.values.value_in(PA), SAMPLES, rtol=1e-6, atol=1e-9)
    assert found.dt.value_in(MS) == pytest.approx(dt, rel=1e-9)


@pytest.mark.parametrize(
    ("head", "join", "choice"),
    [
        ("time (ms),current (pA)", ",", Choice()),
        ("time_ms;current_pA", ";", Choice(column="current")),
        ("t [ms]\tI [pA]", "\t", Choice(column=2)),
        ("# a comment\ntime (ms),current", ",", Choice(unit=PA)),
        ("a,b", ",", Choice(column="b", unit=PA, dt=0.5 * MS)),
    ],
)
def test_columns(head: str, join: str, choice: Choice, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = [f"{0.5 * k}{join}{x}" for k, x in enumerate(SAMPLES)]
    path.write_text("\n".join([head, *rows, ""]))
    check(path, choice)


def test_a_column_without_a_head(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("\n".join(str(x) for x in SAMPLES))
    check(path, Choice(unit=PA, dt=0.5 * MS))


def test_seconds_and_nanoamperes(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = [f"{0.5e-3 * k:.6f},{x / 1000}" for k, x in enumerate(SAMPLES)]
    path.write_text("\n".join(["time (s),I (nA)", *rows]))
    check(path)


def test_a_column_a_neuron(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("time (ms),a (pA),b (pA)\n0,1,2\n1,3,4\n2,5,6\n")
    found = read_waveform(path, Choice(column=["b", "a"]))
    assert np.array_equal(found.values.value_in(PA), [[2, 1], [4, 3], [6, 5]])


@pytest.mark.parametrize(
    ("text", "choice", "cause"),
    [
        ("", Choice(), "is empty"),
        ("time (ms),I (pA)\n", Choice(), "no samples"),
        ("time (ms),I (pA)\n0,1\n1,x\n", Choice(), "line 3, column 'I (pA)': 'x'"),
        ("time (ms),I (pA)\n0,1\n1\n", Choice(), "line 3 has 1 columns"),
        ("time (ms),I (pA)\n0,1\n1,2\n5,3\n", Choice(), "not evenly spaced"),
        ("time (ms),I (pA)\n0,1\n0,2\n0,3\n", Choice(), "not evenly spaced"),
        ("time (ms),I (pA)\n0,1\n1,nan\n", Choice(), "not finite: number 2"),
        ("time,I (pA)\n0,1\n1,2\n", Choice(), "does not say its unit"),
        ("a,b\n0,1\n1,2\n", Choice(), "none is chosen"),
        ("a,b\n0,1\n1,2\n", Choice(column="c"), "no column 'c'"),
        ("a,b\n0,1\n1,2\n", Choice(column=3), "no column 3"),
        ("I\n1\n2\n", Choice(), "how far apart"),
    ],
)
def test_broken_text(text: str, choice: Choice, cause: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(ExperimentError) as caught:
        read_waveform(path, choice)
    assert cause in caught.value.message
    assert caught.value.mend


def test_npz(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, current_pA=SAMPLES, t=np.arange(5.0))
    check(path, Choice(dt=0.5 * MS))
    with pytest.raises(ExperimentError, match="no array 'voltage'"):
        read_waveform(path, Choice(column="voltage", dt=0.5 * MS))
    with pytest.raises(ExperimentError, match="how far apart"):
        read_waveform(path, Choice())


def test_npz_of_the_wrong_shape(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, current=np.zeros((4, 3, 2)))
    with pytest.raises(ExperimentError, match=r"shape \(4, 3, 2\)"):
        read_waveform(path, Choice(dt=0.5 * MS))


def test_npz_is_never_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, current=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ExperimentError, match="plain arrays"):
        read_waveform(path, Choice(dt=0.5 * MS))


@pytest.mark.parametrize("suffix", ["npz", "abf", "nwb", "csv"])
def test_rubbish(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(b"\x00\xff\x01 nothing of the kind " * 20)
    with pytest.raises(RheobaseError) as caught:
        read_waveform(path, Choice())
    assert caught.value.mend


def test_unknown_suffix(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(b"")
    with pytest.raises(ExperimentError, match="cannot be read"):
        read_waveform(path, Choice())


def test_abf(tmp_path: Path) -> None:
    from pyabf.abfWriter import writeABF1

    path = tmp_path / "x.abf"
    # An ABF 1 file holds 512-byte blocks, so a sweep is made long enough to fill some.
    long = np.tile(SAMPLES, 400)
    writeABF1(np.stack([np.zeros_like(long), long]), str(path), 2000, units="pA")
    found = read_waveform(path, Choice(sweep=2))
    assert found.dt.value_in(MS) == pytest.approx(0.5)
    # 16 bits over the range of the amplifier.
    assert np.allclose(found.values.value_in(PA), long, atol=0.02)
    with pytest.raises(ExperimentError, match="sweep 3"):
        read_waveform(path, Choice(sweep=3))


def test_nwb(tmp_path: Path) -> None:
    from pynwb import NWBHDF5IO, NWBFile, TimeSeries

    path = tmp_path / "x.nwb"
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    file = NWBFile("a test", "an identifier", start)
    scaled = {"unit": "pA", "rate": 2000.0, "conversion": 0.5, "starting_time": 0.0}
    file.add_stimulus(TimeSeries(name="injected", data=SAMPLES * 2, **scaled))
    with NWBHDF5IO(str(path), "w") as writer:
        writer.write(file)
    check(path)
    check(path, Choice(column="injected"))
    with pytest.raises(ExperimentError, match="no series 'other'"):
        read_waveform(path, Choice(column="other"))
