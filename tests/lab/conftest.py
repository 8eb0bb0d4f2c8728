"""What the tests of the doors share."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rheobase.lab.cli import main

ROOT = Path(__file__).resolve().parents[2]

# What only a program would write.
PYTHON = re.compile(r"\brb\.|\barray\(|\bnet\.|\bdict\(|\d \* [A-Za-z]|\w=|\b(?:True|False|None)\b")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes an experiment file into a folder of its own."""

    def write(text: str, name: str = "experiment.toml") -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def command() -> Callable[..., Result]:
    """Runs `rheobase` in this process."""

    def command(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return command


@pytest.fixture
def refuses(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> Callable[..., None]:
    """Holds that a file is refused on one screen: place, cause and mend; and leaves nothing."""

    def refuses(text: str, line: int | None, cause: str, mend: str) -> None:
        path = write(text)
        result = command("run", path, "--out", tmp_path / "results" / "deep")
        assert result.exit_code == 1
        assert result.stdout == ""
        shown = result.stderr
        assert len(shown.splitlines()) <= 24
        assert max(len(row) for row in shown.splitlines()) <= 200 + len(str(path))
        assert str(path) in shown
        assert cause in shown
        assert mend in shown.partition("Mend:")[2]
        # Quoted text is the language of models, which files and programs share.
        assert not PYTHON.search(re.sub(r'"[^"]*"', '""', shown.partition("Mend:")[2]))
        if line is not None:
            assert f"line {line}" in shown
            assert shown.count(f"{line:>4} | {text.splitlines()[line - 1]}") == 1
        assert "Traceback" not in shown
        assert [p.name for p in tmp_path.iterdir()] == ["in"]
        assert [p.name for p in (tmp_path / "in").iterdir()] == ["experiment.toml"]

    return refuses


@pytest.fixture
def interrupted(write: Callable[..., Path], tmp_path: Path) -> Callable[[str], str]:
    """Runs a file as a program, presses Ctrl-C when it is under way, and gives what it printed."""

    def interrupted(text: str) -> str:
        process = subprocess.Popen(
            [sys.executable, "-m", "rheobase", "run", str(write(text)), "--out", "results"],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, cwd=tmp_path,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        # The line of progress says that the run is under way.
        assert process.stderr is not None
        begin = time.monotonic()
        assert process.stderr.read(1)
        assert time.monotonic() - begin < 20
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)
        assert process.returncode == 130, errors
        assert errors.count("Interrupted") == 1
        assert "Traceback" not in errors
        assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "results"]
        return output

    return interrupted
