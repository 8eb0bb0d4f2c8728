"""Places in an experiment file: the line that an error points at is the line of the key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.lab.source import Source, spell

TEXT = '''title = "x = 1"            # 1
[[neuron]]                     # 2
equations = """
dv/dt = -v
x = 2
"""
parameters = { tau = "x = y", C = "1 nF" }   # 7
[neuron.initial]               # 8
v = "1 mV"                     # 9
[[neuron]]                     # 10
stimulus = [                   # 11
    { kind = "step" },         # 12
    { kind = "sine",  amplitude = "1 nA" },  # 13
]
neuron.dotted.key = 1          # 15
"quoted key" = 2               # 16
[figures]                      # 17
a = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("neuron", 0), 2),
        (("neuron", 0, "equations"), 3),
        (("neuron", 0, "x"), 2),
        (("neuron", 0, "parameters", "tau"), 7),
        (("neuron", 0, "parameters", "C"), 7),
        (("neuron", 0, "parameters", "y"), 7),
        (("neuron", 0, "initial"), 8),
        (("neuron", 0, "initial", "v"), 9),
        (("neuron", 1), 10),
        (("neuron", 1, "stimulus", 0, "kind"), 12),
        (("neuron", 1, "stimulus", 1, "amplitude"), 13),
        (("neuron", 1, "neuron", "dotted", "key"), 15),
        (("neuron", 1, "quoted key"), 16),
        (("figures", "a"), 18),
        (("absent",), None),
    ],
)
def test_lines(path: tuple[str | int, ...], line: int | None, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(TEXT)
    assert Source.read(file).line_of(path) == line


def test_a_path_in_words() -> None:
    assert spell(("neuron", 1, "parameters", "g_L")) == "neuron 2, parameters.g_L"
    assert spell(("duration",)) == "duration"
    assert spell(("neuron", 0)) == "neuron 1"


@given(st.text(alphabet=st.sampled_from("[]{}=\"'\\\n a.#1,"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    import tempfile

    from rheobase.errors import ExperimentError

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.toml"
        file.write_text(text)
        try:
            source = Source.read(file)
        except ExperimentError as error:
            assert error.mend
            assert str(file) in str(error)
        else:
            assert source.place(("a",))


def test_a_byte_order_mark_is_read_over(tmp_path):
    """Some editors put one at the beginning of every file."""
    path = tmp_path / "marked.toml"
    path.write_bytes(b'\xef\xbb\xbftitle = "x"\n')
    assert Source.read(path).values["title"] == "x"
