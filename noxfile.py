"""The chores, each in an environment of its own: ``nox``, or ``nox -s NAME``."""

from pathlib import Path

import nox

nox.needs_version = ">=2024.4.15"
nox.options.sessions = ["tests", "lint"]
nox.options.default_venv_backend = "uv|virtualenv"

CONSTRAINTS = Path("constraints.txt")
HEADER = """\
# Pinned versions for `pip install -c constraints.txt`, one set for Python 3.11 to 3.13.
# Made anew, when a dependency in pyproject.toml changes, by `nox -s constraints`.
"""


@nox.session(python=["3.11", "3.13"])
def tests(session: nox.Session) -> None:
    """The whole test suite; arguments after ``--`` go to pytest."""
    session.install("-c", str(CONSTRAINTS), "-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python="3.11")
def coverage(session: nox.Session) -> None:
    """The test suite, and the lines it does not reach."""
    session.install("-c", str(CONSTRAINTS), "-e", ".[test]")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "report")


@nox.session(python="3.11")
def lint(session: nox.Session) -> None:
    """Style, types and floors."""
    session.install("-c", str(CONSTRAINTS), "-e", ".[dev]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("lint-imports", "--no-logo")


@nox.session(python="3.11")
def benchmarks(session: nox.Session) -> None:
    """Rheobase beside its peers; arguments after ``--`` go to the benchmarks."""
    session.install("-c", str(CONSTRAINTS), ".")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(python="3.11")
def constraints(session: nox.Session) -> None:
    """Choose the pinned versions anew, for all extras but `connectome`, which wants old NumPy."""
    session.install("uv")
    options = ["--universal", "--upgrade", "--no-annotate", "--no-header"]
    options += ["--extra", "dev", "--extra", "docs"]
    command = ["uv", "pip", "compile", *options, "--python-version", "3.11", "pyproject.toml"]
    pinned = session.run(*command, silent=True)
    CONSTRAINTS.write_text(HEADER + str(pinned), encoding="utf-8")
