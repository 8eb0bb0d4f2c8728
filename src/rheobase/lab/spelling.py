"""Mends in the spelling of a file: what is wrong stands in TOML, so nobody can write Python there.

The floors below say how a mend is written in Python: ``rb.clipped(rb.normal(1 * nS, 0.2 * nS))``.
In a file the same is text: ``"clipped(normal(1 nS, 0.2 nS))"``.
"""

from __future__ import annotations

import re

# What has no twin in a file word by word.
_PHRASES = {
    "give them to net.add(..., positions=...), shape (n, 2), in um": (
        'give them to the population: positions = [["0 um", "0 um"], ["50 um", "0 um"]]'
    ),
    "give both populations positions=": (
        'give them to both populations: positions = [["0 um", "0 um"], ["50 um", "0 um"]]'
    ),
    "; None where it is not said": "; leave it out where it is not said",
    "net.add(rb.Poisson(8 * Hz), 100)": "add n = 100",
    "rb.Poisson(rate=8 * Hz)": 'rate = "8 Hz"',
    "such as rb.sine(...)": 'such as { kind = "sine", ... }',
    'rb.distance("0.3 * exp(-distance / (100*um))")': (
        'kernel = "0.3 * exp(-distance / (100*um))"'
    ),
    "give simulate(initial=...) the array": "give it one value",
    "edges(pre, post, autapses=True)": "autapses = true",
    "edges(pre, post, multapses=True)": "multapses = true",
    "give one value, or one a neuron; rb.sampled takes (time, neuron)": (
        "give one value, or one a neuron; a sampled stimulus takes a row a time"
    ),
    "an array goes with rb.edges, rb.one_to_one, rb.all_to_all or a sparse matrix": (
        "a list goes with the rules edges, one_to_one and all_to_all"
    ),
}
_QUOTED = re.compile(r'"[^"]*"')
_CALLS = re.compile(r"net\.add\(\.\.\., (\d+)\)")
_DICT = re.compile(r"\bdict\(([^()]*)\)")
_PRODUCT = re.compile(r"(?<![\w.\"])([-+]?[\d.]+(?:[eE][-+]?\d+)?) \* ([A-Za-z][\w*/]*)")
_ARRAY = re.compile(r"\barray\((\[[^()]*\])(?:, [^()]*)?\)(?: \* ([A-Za-z][\w*/]*))?")
_NUMBER = re.compile(r"-?(?:\d[\d.]*(?:e[-+]?\d+)?|inf|nan)")
_CALL = re.compile(r"\brb\.(\w+)\(")
# Several at once stay apart from what is compared: "v == 3" and "v >= 3" are no keywords.
_KEYWORD = re.compile(r"(?<![\w=<>!])([A-Za-z_]\w*)=(?![=\s])")
_BARE = re.compile(r"\b([A-Za-z_]\w*)=(?=[,;:)\s]|\.(?!\.)|$)")
_LOGICAL = re.compile(r"= (True|False)\b")


def as_in_a_file(mend: str) -> str:
    """A mend as its reader can write it in a TOML file."""
    for python, toml in _PHRASES.items():
        mend = mend.replace(python, toml)
    mend = _CALLS.sub(r"n = \1", mend)
    mend = _calls_as_text(mend)
    quoted = _QUOTED.findall(mend)  # text already
    spelled = _spelled(_QUOTED.sub("\0", mend)).split("\0")
    return "".join(part for pair in zip(spelled, [*quoted, ""], strict=True) for part in pair)


def _spelled(part: str) -> str:
    part = _DICT.sub(lambda found: f"{{ {found.group(1)} }}", part)
    part = _KEYWORD.sub(r"\1 = ", _BARE.sub(r"\1", part))
    part = _ARRAY.sub(_list, part)
    part = _PRODUCT.sub(r'"\1 \2"', part)
    part = _LOGICAL.sub(lambda found: f"= {found.group(1).lower()}", part)
    return part.replace("rb.", "")


def _list(found: re.Match[str]) -> str:
    """An array as a list, each value with its unit."""
    values, unit = found.groups()

    def spelled(number: re.Match[str]) -> str:
        value = number.group().removesuffix(".")
        return f'"{value} {unit}"' if unit else value

    return " ".join(_NUMBER.sub(spelled, values).split())


def _calls_as_text(mend: str) -> str:
    """Calls such as ``rb.normal(...)`` in quotes, with quantities as text has them."""
    while call := _CALL.search(mend):
        end, depth = call.end(), 1
        while end < len(mend) and depth:
            depth += (mend[end] == "(") - (mend[end] == ")")
            end += 1
        inside = mend[call.start() : end].replace("rb.", "").replace('"', "'")
        text = _PRODUCT.sub(r"\1 \2", inside)
        mend = f'{mend[: call.start()]}"{text}"{mend[end:]}'
    return mend
