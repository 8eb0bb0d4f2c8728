"""Keys of random numbers: each population and projection has its own, by its name alone."""

from __future__ import annotations


def digest(text: str, size: int) -> int:
    """An unsigned number of `size` bytes from a text: its BLAKE2b (RFC 7693).

    `hashlib` gives out this very function, and loads all of OpenSSL beside it, which takes a
    hundredth of a whole first run.
    """
    try:
        from _blake2 import blake2b
    except ImportError:  # another Python than CPython
        from hashlib import blake2b
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest(), "little")


def key(seed: int, kind: str, name: str) -> int:
    """The 64-bit key of everything random about one part of a network.

    It depends on the seed and the name, so that parts created in another order, or beside others,
    draw the same numbers.

    Args:
        seed: the seed of the network.
        kind: ``"population"`` or ``"projection"``, which may share a name; ``"release"`` for what a
            projection draws as it runs.
        name: the name of the part.

    Returns:
        A number from 0 to 2^63 - 1.
    """
    return digest(f"{seed}/{kind}/{name}", 8) >> 1
