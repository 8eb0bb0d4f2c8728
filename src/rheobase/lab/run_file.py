"""`rheobase run`: a file of single neurons or of a network; each kind has its own reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rheobase.lab.publication import Result, Say
from rheobase.lab.source import Source

# Who writes one of these means a network.
_OF_NETWORKS = ("network", "population", "projection", "gap_junction")


def run_file(
    path: Path,
    target: Path,
    *,
    seed: int | None = None,
    figures: bool = True,
    progress: bool = True,
    say: Say,
) -> Result[Any]:
    """Read a file, check it whole, run it and publish the results.

    Args:
        path: the file.
        target: the output folder.
        seed: replaces the file's own.
        figures: whether to draw.
        progress: whether long runs say on stderr how far they are.
        say: takes a line for each thing that is done.

    Raises:
        RheobaseError: for anything wrong with the file, and when a run fails; nothing is left
            behind then.
    """
    source = Source.read(path)
    how: dict[str, Any] = {"figures": figures, "progress": progress, "say": say}
    if any(key in source.values for key in _OF_NETWORKS):
        from rheobase.lab.networks.file import read_network
        from rheobase.lab.networks.run import run_network

        return run_network(read_network(source, seed), target, **how)
    from rheobase.lab.experiment import read_experiment
    from rheobase.lab.run_experiment import run_experiment

    return run_experiment(read_experiment(source, seed), target, **how)
