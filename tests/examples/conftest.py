"""What the tests of the papers share."""

import importlib.util
from pathlib import Path

import pytest

PAPERS = Path(__file__).parents[2] / "examples" / "papers"


@pytest.fixture(autouse=True)
def beside_the_papers(monkeypatch):
    """A script finds what lies in its folder."""
    monkeypatch.syspath_prepend(PAPERS)


def load(name):
    """An example as a module."""
    spec = importlib.util.spec_from_file_location(f"papers_{name}", PAPERS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
