"""The peers' own interpreters: environments with pinned versions, made once and kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs

HERE = Path(__file__).parent
# The peers in use publish wheels for these.
VERSIONS = ("3.12", "3.13")


class PeerMissingError(RuntimeError):
    """A peer's environment cannot be found or made."""


def constraints(peer: str) -> Path:
    """The file that pins every package of a peer's environment."""
    return HERE / "peers" / f"constraints-{peer}.txt"


def interpreter(peer: str, given: dict[str, Path]) -> Path:
    """The Python that has this peer, made on first use.

    Args:
        peer: ``"annarchy"``, ``"brian2"`` or ``"nest"``.
        given: interpreters named on the command line. The environment variable
            ``RHEOBASE_PEER_BRIAN2`` (``_NEST``, ``_ANNARCHY``) names one too; otherwise the
            environment is kept in the user's cache folder.

    Returns:
        The path of an interpreter in which the peer is installed.
    """
    named = given.get(peer) or os.environ.get(f"RHEOBASE_PEER_{peer.upper()}")
    if named:
        path = Path(named).absolute()
        if not path.exists():
            raise PeerMissingError(f"{peer}: there is no Python at {path}.")
        return path
    folder = Path(platformdirs.user_cache_dir("rheobase")) / "peers" / peer
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "constraints.txt"
    pinned = constraints(peer).read_text(encoding="utf-8")
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == pinned):
        make(peer, folder, python)
        stamp.write_text(pinned, encoding="utf-8")
    return python


def make(peer: str, folder: Path, python: Path) -> None:
    """Make a peer's environment from nothing, with uv where it is at hand and pip otherwise."""
    print(f"making the environment of {peer} in {folder}", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    base = base_python(peer)
    subprocess.run([base, "-m", "venv", folder], check=True)
    requirements = ["-r", str(constraints(peer))]
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", str(python), *requirements]
    else:
        command = [str(python), "-m", "pip", "install", "--quiet", *requirements]
    if subprocess.run(command, check=False).returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise PeerMissingError(
            f"{peer}: {constraints(peer).name} could not be installed. Install it by hand and "
            f"name its Python: --peer {peer}=PATH."
        )


def base_python(peer: str) -> str:
    """A Python new enough for the peers that really starts (a version manager's shim may not)."""
    wanted = {tuple(int(part) for part in version.split(".")) for version in VERSIONS}
    for candidate in candidates():
        try:
            answer = subprocess.run(
                [candidate, "-c", "import sys; print(*sys.version_info[:2])"],
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError:
            continue
        if answer.returncode == 0 and tuple(map(int, answer.stdout.split())) in wanted:
            return candidate
    raise PeerMissingError(
        f"{peer} needs Python {' or '.join(VERSIONS)} and none was found. "
        f"Name one that has it installed: --peer {peer}=PATH."
    )


def candidates() -> Iterator[str]:
    """Interpreters to try, the likeliest first."""
    for version in VERSIONS:
        found = shutil.which(f"python{version}")
        if found:
            yield found
    yield sys.executable
    managed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in VERSIONS:
        yield from map(str, sorted(managed.glob(f"{version}*/bin/python")))
