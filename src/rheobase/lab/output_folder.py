"""An output folder that appears whole or not at all.

A run writes into a hidden folder beside the one asked for, which is renamed at the end. A folder
that an earlier run made is replaced as a whole; any other folder, and one with a stranger's file in
it, is left.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from rheobase.__about__ import __version__
from rheobase.errors import ExperimentError

MANIFEST = "rheobase.json"


class OutputFolder:
    """A folder under construction, to be used in a `with` statement.

    Args:
        target: where the folder is to appear.

    Raises:
        ExperimentError: when the target is a file, or a folder that is not an earlier run's.
    """

    def __init__(self, target: Path) -> None:
        self.target = target.resolve()
        check_target(self.target)
        self._made: list[Path] = []

    def __enter__(self) -> OutputFolder:
        parent = self.target.parent
        try:
            for folder in reversed([parent, *parent.parents]):
                if not folder.exists():
                    folder.mkdir()
                    self._made.append(folder)
            self.path = Path(tempfile.mkdtemp(prefix=f".{self.target.name}.", dir=parent))
        except OSError as error:
            self._remove_made()
            raise ExperimentError(
                f"The output folder {self.target} cannot be made: {error.strerror}.",
                mend="choose another with --out DIR",
            ) from None
        # mkdtemp keeps the folder to its owner; what is published has the usual rights.
        mask = os.umask(0)
        os.umask(mask)
        self.path.chmod(0o777 & ~mask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if kind is not None:
            self._remove_made()

    def _remove_made(self) -> None:
        for folder in reversed(self._made):
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()

    def publish(self, facts: dict[str, object]) -> Path:
        """Write the manifest and move the folder to its place.

        Args:
            facts: what else the manifest says about the run.

        Raises:
            ExperimentError: when somebody else's files have appeared there meanwhile.
        """
        check_target(self.target)
        files = sorted(str(p.relative_to(self.path)) for p in self.path.rglob("*") if p.is_file())
        manifest = {
            "made_by": "rheobase",
            "version": __version__,
            **facts,
            "files": [*files, MANIFEST],
        }
        (self.path / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        if self.target.exists():
            aside = Path(tempfile.mkdtemp(prefix=f".{self.target.name}.", dir=self.target.parent))
            self.target.rename(aside / "old")
            try:
                self.path.rename(self.target)
            except OSError:
                (aside / "old").rename(self.target)
                raise
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        else:
            self.path.rename(self.target)
        return self.target


def check_target(target: Path) -> None:
    """Refuse a target that holds anything but an earlier run.

    Raises:
        ExperimentError: naming what is in the way.
    """
    if not target.exists():
        return
    if not target.is_dir():
        raise _refused(target, "it is a file")
    if target == Path.cwd() or target in Path.cwd().parents:
        raise _refused(target, "it is the folder you are in, or one around it")
    strangers = _strangers(target)
    if strangers:
        more = f" and {len(strangers) - 1} more" if len(strangers) > 1 else ""
        raise _refused(target, f"rheobase did not write {strangers[0]}{more} in it")


def _strangers(target: Path) -> list[str]:
    """Files in a folder that are not on the manifest of an earlier run."""
    found = sorted(str(p.relative_to(target)) for p in target.rglob("*") if not p.is_dir())
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        ours = set(manifest["files"]) if manifest["made_by"] == "rheobase" else set()
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    return [name for name in found if name not in ours]


def _refused(target: Path, why: str) -> ExperimentError:
    return ExperimentError(
        f"The output folder {target} is not replaced: {why}.",
        mend="choose another with --out DIR, or move what is there",
    )
