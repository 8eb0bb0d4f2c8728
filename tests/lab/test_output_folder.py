"""An output folder is there whole or not at all, and nobody else's is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from rheobase.errors import ExperimentError
from rheobase.lab.output_folder import MANIFEST, OutputFolder


def publish(target: Path, name: str) -> None:
    with OutputFolder(target) as output:
        (output.path / name).write_text(name)
        output.publish({})


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_it_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b"
    with OutputFolder(target) as output:
        (output.path / "x").write_text("x")
        assert not target.exists()
        output.publish({"title": "t"})
    assert names(target) == {"x", MANIFEST}
    assert names(tmp_path / "a") == {"b"}


def test_an_earlier_one_is_replaced_as_a_whole(tmp_path: Path) -> None:
    publish(tmp_path / "out", "x")
    publish(tmp_path / "out", "y")
    assert names(tmp_path / "out") == {"y", MANIFEST}
    assert names(tmp_path) == {"out"}


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_what_was_there(interruption: type[BaseException], tmp_path: Path) -> None:
    publish(tmp_path / "out", "x")
    for target in (tmp_path / "out", tmp_path / "new" / "deep"):
        with pytest.raises(interruption), OutputFolder(target) as output:
            (output.path / "y").write_text("y")
            raise interruption
    assert names(tmp_path / "out") == {"x", MANIFEST}
    assert names(tmp_path) == {"out"}


def test_a_file_of_mine_among_the_results_stops_it(tmp_path: Path) -> None:
    publish(tmp_path / "out", "x")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(ExperimentError, match=r"did not write notes\.txt"):
        OutputFolder(tmp_path / "out")


def test_a_file_that_appears_during_the_run_stops_it(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(ExperimentError, match="theirs"), OutputFolder(target) as output:
        target.mkdir()
        (target / "theirs").write_text("theirs")
        output.publish({})
    assert names(target) == {"theirs"}
    assert names(tmp_path) == {"out"}


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    publish(tmp_path / "out", "x")
    assert names(tmp_path / "out") == {"x", MANIFEST}


def test_a_forged_manifest_is_no_licence(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "thesis").write_text("three years")
    for text in ("", "[]", '{"made_by": "rheobase"}', '{"made_by": "you", "files": ["thesis"]}'):
        (target / MANIFEST).write_text(text)
        with pytest.raises(ExperimentError):
            OutputFolder(target)
    assert (target / "thesis").read_text() == "three years"


def test_a_file_or_the_folder_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExperimentError, match="it is a file"):
        OutputFolder(tmp_path / "file")
    (tmp_path / "here" / "inner").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here" / "inner")
    for target in (Path(), Path("..")):
        with pytest.raises(ExperimentError, match="the folder you are in"):
            OutputFolder(target)


def test_a_parent_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExperimentError, match="cannot be made"):
        OutputFolder(tmp_path / "file" / "out").__enter__()
