"""Rows of synapses as tests make and look at them."""

import numpy as np

from rheobase.engine.connectivity import build
from rheobase.engine.keys import key

KEY = key(1, "projection", "a->b")


def connect(rule, n_pre, n_post=None, pre=None, post=None, which=KEY, **options):
    n_post = n_pre if n_post is None else n_post
    pre = np.arange(n_pre) if pre is None else np.asarray(pre)
    post = np.arange(n_post) if post is None else np.asarray(post)
    options = {"same": n_pre == n_post} | options
    return build(rule, pre, post, n_pre, n_post, which, **options)


def pairs(rows):
    return list(zip(rows.sources().tolist(), rows.targets.tolist(), strict=True))


def check_rows(rows, n_pre, n_post):
    assert rows.starts.dtype == np.int64
    assert rows.starts.shape == (n_pre + 1,)
    assert rows.starts[0] == 0
    assert (np.diff(rows.starts) >= 0).all()
    assert rows.count == rows.targets.size
    assert rows.targets.dtype == (np.uint16 if n_post <= 65536 else np.int32)
    listed = pairs(rows)
    assert listed == sorted(listed)


def same_rows(a, b):
    np.testing.assert_array_equal(a.starts, b.starts)
    np.testing.assert_array_equal(a.targets, b.targets)
