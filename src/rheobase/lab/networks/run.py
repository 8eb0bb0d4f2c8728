"""Runs the network of a file, into a folder that appears whole or not at all."""

from __future__ import annotations

import time
from pathlib import Path

from rheobase.errors import ExperimentError, RheobaseError
from rheobase.lab.networks.figures import draw
from rheobase.lab.networks.file import NetworkFile
from rheobase.lab.networks.learned import (
    Learned,
    learned_rows,
    learned_table,
    learning,
    read_learned,
    save_learned,
)
from rheobase.lab.networks.summary import Row, network_table, rows_of
from rheobase.lab.publication import Result, Say, publish, require_matplotlib

RECORDING = "recording.npz"


def run_network(
    file: NetworkFile, target: Path, *, figures: bool = True, progress: bool = True, say: Say
) -> Result[Row | Learned]:
    """Run the network of a file and publish the results.

    Args:
        file: what to run, already checked.
        target: the output folder.
        figures: whether to draw.
        progress: whether a long run says on stderr how far it is.
        say: takes a line when the run is done.

    Raises:
        RheobaseError: when the run fails; nothing is left behind then.
    """
    if figures and file.pictures:
        require_matplotlib()

    def work(folder: Path, result: Result[Row | Learned]) -> None:
        begin = time.perf_counter()
        try:
            recording = file.network.run(file.duration, progress=progress)
        except ExperimentError:
            raise
        except RheobaseError as error:
            raise file.places.wrap(error) from None
        wall = time.perf_counter() - begin
        recording.save(folder / RECORDING)
        tables = read_learned(file.network)
        save_learned(tables.values(), folder)
        fired = rows_of(file.network, recording, wall)
        learned = learned_rows(tables, learning(file.network))
        result.rows.extend([*fired, *learned])
        parts = [network_table(fired), *([learned_table(learned)] if learned else [])]
        result.table = "\n\n".join(parts)
        result.stopped_by = recording.provenance["stopped_by"]
        say(f"{recording!r}")
        if figures and result.stopped_by is None:
            for picture in file.pictures:
                draw(picture, file.network, recording, tables, folder)

    return publish(file.source, file.title, file.network.seed, target, work)
