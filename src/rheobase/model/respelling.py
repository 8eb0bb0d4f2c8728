"""Lines of a model's text with other names in them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rheobase.model.parse import DERIVATIVE

_WORD = re.compile(rf"{DERIVATIVE.pattern}|\b[A-Za-z_]\w*")


def respelled(line: str, renamed: Mapping[str, str]) -> str:
    """A line of text with names replaced, derivatives among them."""

    def word(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return renamed.get(match.group(), match.group())
        new = renamed.get(f"d{match.group(1)}/dt")
        return match.group() if new is None else new

    return _WORD.sub(word, line)
