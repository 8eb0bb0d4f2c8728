"""What a run leaves in its folder, whatever it was of."""

import json
from pathlib import Path
from typing import Any


def manifest_of(out: Path, text: str) -> dict[str, Any]:
    """The manifest of a whole run of a file with this text; pictures have something on them."""
    for picture in out.glob("*.png"):
        assert picture.read_bytes()[:4] == b"\x89PNG"
        assert picture.stat().st_size > 8000
    assert (out / "experiment.toml").read_text() == text
    manifest: dict[str, Any] = json.loads((out / "rheobase.json").read_text())
    assert set(manifest["files"]) == {path.name for path in out.iterdir()}
    assert not manifest["interrupted"]
    return manifest
