"""Keys of random numbers: each population and projection has its own, by its name alone."""

from __future__ import annotations


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
        A number from 0 to 2^63 - 1, from BLAKE2b (RFC 7693).
    """
    from hashlib import blake2b

    digest = blake2b(f"{seed}/{kind}/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1
