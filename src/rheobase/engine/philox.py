"""Philox 4x32-10 on arrays: `compiler/kernels/random.py` once more, for the array reference."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.compiler.kernels.random import MULTIPLIERS, ROUNDS, WEYL

_WORD = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


def philox(counter: list[np.ndarray], key: tuple[int, int]) -> list[np.ndarray]:
    """Four random words for every counter of four words."""
    words = [np.asarray(w, dtype=np.uint64) for w in counter]
    keys = [np.uint64(k) for k in key]
    for turn in range(ROUNDS):
        if turn:
            keys = [np.uint64((int(k) + w) & 0xFFFFFFFF) for k, w in zip(keys, WEYL, strict=True)]
        first, second = words[0] * np.uint64(MULTIPLIERS[0]), words[2] * np.uint64(MULTIPLIERS[1])
        words = [
            (second >> _SHIFT) ^ words[1] ^ keys[0],
            second & _WORD,
            (first >> _SHIFT) ^ words[3] ^ keys[1],
            first & _WORD,
        ]
    return words


def normal(seed: int, stream: int, neurons: np.ndarray, step: int) -> np.ndarray:
    """A standard normal number for each neuron, keyed by (seed, stream, neuron, step)."""
    neurons = np.asarray(neurons).astype(np.uint64) & _WORD
    rest: list[Any] = [np.full_like(neurons, v & 0xFFFFFFFF) for v in (stream, step, step >> 32)]
    words = philox([neurons, *rest], (seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF))
    u, w = (_uniform(words[k], words[k + 1]) for k in (0, 2))
    quarters = np.round(4.0 * w)
    angle = (4.0 * w - quarters) * (np.pi / 2)
    turns = quarters.astype(int) + 1  # the kernel's first normal number is the cosine
    sine, cosine = np.sin(angle), np.cos(angle)
    sides = np.stack([sine, cosine, -sine, -cosine])
    trigonometric = np.take_along_axis(sides, (turns % 4)[None, :], axis=0)[0]
    return np.asarray(np.sqrt(-2.0 * np.log(u)) * trigonometric)


def _uniform(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """52 random bits, and a half, as a number in (0, 1)."""
    bits = (first << np.uint64(20)) | (second >> np.uint64(12))
    one = np.uint64(1023 << 52)
    return (bits | one).view(np.float64) - (1.0 - 2.0**-53)
