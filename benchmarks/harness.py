"""Start a side, ask it for a run, time whole processes, take turns."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from benchmarks.environments import interpreter

ROOT = Path(__file__).parent
# A side's answer starts with this; whatever else it prints is its own business.
MARK = "@@ "
Answer = dict[str, Any]
Result = TypeVar("Result")


class SideFailedError(RuntimeError):
    """One of the two sides stopped without an answer."""


def environment(python: object, **extra: str) -> dict[str, str]:
    """One thread, and nothing inherited that would let a peer see our side's packages.

    Bytecode is written and read as on a reader's machine, whatever this shell says: a first run of
    each side fills it, or both would compile their own source text every time.
    """
    withheld = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
    inherited = {k: v for k, v in os.environ.items() if k not in withheld}
    if str(python) == sys.executable:
        # Each side works in a folder of its own, so a relative entry would lose its meaning.
        given = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
        entries = [str(Path(entry).absolute()) for entry in given]
        inherited["PYTHONPATH"] = os.pathsep.join([*entries, str(ROOT.parent)])
    else:
        # What a peer builds with CMake finds the Python that is first on the path.
        paths = [str(Path(str(python)).parent), inherited.get("PATH", "")]
        inherited["PATH"] = os.pathsep.join(paths)
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return inherited | dict.fromkeys(threads, "1") | extra


def pin(core: int | None) -> int | None:
    """Keep this process and all it starts on one core; where that is not possible, say None."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    chosen = max(os.sched_getaffinity(0)) if core is None else core
    os.sched_setaffinity(0, {chosen})
    return chosen


def parse(output: str) -> Answer | None:
    """The last answer in what a side printed."""
    for line in reversed(output.splitlines()):
        if line.startswith(MARK):
            return dict(json.loads(line[len(MARK) :]))
    return None


class Side:
    """A process that warms up once and then answers every ``run`` with its own timing.

    Build and warm-up are over when the object exists; ``first`` is the answer to them.
    """

    def __init__(self, python: Path | str, script: str, *arguments: object, **extra: str) -> None:
        """Start the script and wait until it is ready.

        Args:
            python: the interpreter that has what the script imports.
            script: a path inside ``benchmarks``.
            arguments: the script's arguments.
            extra: environment variables for this side only.
        """
        self._name = " ".join([script, *map(str, arguments)])
        self._resources = ExitStack()
        folder = self._resources.enter_context(
            tempfile.TemporaryDirectory(prefix="rheobase-benchmark-")
        )
        errors = tempfile.TemporaryFile(mode="w+", encoding="utf-8")  # noqa: SIM115 (the stack's)
        self._errors = self._resources.enter_context(errors)
        self._process = subprocess.Popen(
            [str(python), str(ROOT / script), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=folder,
            env=environment(python, **extra),
        )
        self.first = self._answer()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def run(self) -> Answer:
        """Ask for one measured run."""
        if self._process.stdin is not None:
            self._process.stdin.write("run\n")
            self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Answer:
        for line in self._process.stdout or ():
            if line.startswith(MARK):
                return dict(json.loads(line[len(MARK) :]))
        self._process.wait()
        self._errors.seek(0)
        said = self._errors.read()[-3000:]
        self._resources.close()
        raise SideFailedError(f"{self._name} stopped:\n{said}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._process.communicate()
        self._resources.close()


def whole_process(command: Sequence[object], **extra: str) -> Answer:
    """Run a command from nothing to its end; the answer holds its wall time as ``seconds``."""
    with tempfile.TemporaryDirectory(prefix="rheobase-benchmark-") as folder:
        started = time.perf_counter()
        done = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment(command[0], **extra),
            check=False,
        )
        seconds = time.perf_counter() - started
    if done.returncode:
        raise SideFailedError(f"{command[1:]} stopped:\n{done.stderr[-3000:]}")
    return (parse(done.stdout) or {}) | {"seconds": seconds}


def cold_process(command: Sequence[object], **extra: str) -> Answer:
    """A whole process with no bytecode to read."""
    with tempfile.TemporaryDirectory(prefix="rheobase-bytecode-") as empty:
        cold = {"PYTHONPYCACHEPREFIX": empty, "PYTHONDONTWRITEBYTECODE": "1"}
        return whole_process(command, **extra, **cold)


@contextmanager
def installed(command: Sequence[object], **extra: str) -> Iterator[Callable[[], Answer]]:
    """Whole processes of a command as in a new environment: only Python's own library is compiled.

    It comes with its bytecode, which is part of installing Python; packages come without theirs, as
    some installers leave them. The command is run once to find out what of the library it needs.
    """
    ask = [str(command[0]), "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"]
    library = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    with (
        tempfile.TemporaryDirectory(prefix="rheobase-bytecode-") as everything,
        tempfile.TemporaryDirectory(prefix="rheobase-bytecode-") as own,
    ):
        kept = {"PYTHONPYCACHEPREFIX": everything, "PYTHONDONTWRITEBYTECODE": ""}
        whole_process(command, **extra, **kept)
        below = Path(library).relative_to(Path(library).anchor)
        shutil.copytree(
            Path(everything, below),
            Path(own, below),
            ignore=shutil.ignore_patterns("site-packages", "dist-packages"),
        )
        at_hand = {"PYTHONPYCACHEPREFIX": own, "PYTHONDONTWRITEBYTECODE": "1"}
        yield lambda: whole_process(command, **extra, **at_hand)


def take_turns(sides: Mapping[str, Callable[[], Result]], repeats: int) -> dict[str, list[Result]]:
    """Run each side once per turn, the order reversed every other turn, so that drift is shared."""
    results: dict[str, list[Result]] = {name: [] for name in sides}
    for turn in range(repeats):
        names = list(sides) if turn % 2 == 0 else list(sides)[::-1]
        for name in names:
            results[name].append(sides[name]())
    return results


def median(answers: Sequence[Answer], key: str) -> float:
    """The median of one figure over repeats."""
    return statistics.median(float(answer[key]) for answer in answers)


@dataclass(frozen=True)
class Options:
    """What the command line asked for.

    Attributes:
        smoke: small runs of our side alone, judged by their answers and not by their times.
        repeats: how many turns each side gets.
        peers: interpreters that have the peers, by name; the others are made.
    """

    smoke: bool = False
    repeats: int = 5
    peers: dict[str, Path] = field(default_factory=dict)

    def peer(self, name: str) -> Path:
        """The interpreter that has a peer."""
        return interpreter(name, self.peers)
