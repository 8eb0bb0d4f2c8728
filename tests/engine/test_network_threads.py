"""One network runs in one thread at a time, and says so to the others."""

import threading

import pytest

import rheobase as rb
from rheobase.errors import FrozenError, ParameterError
from rheobase.units import Hz, ms, mV, pA


def test_a_network_that_is_running_is_not_run_by_another_thread():
    net = rb.Network(threads=1)
    cells, source = net.add(rb.LIF(), 300, "a"), net.add(rb.Poisson(300 * Hz), 300, "s")
    net.connect(source, cells, rb.Delta(), rb.all_to_all(), 0.2 * mV, 1 * ms)
    net.run(10 * ms)
    refused, done = [], []

    def run():
        try:
            done.append(net.run(300 * ms))
        except ParameterError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) + len(refused) == 3
    assert done
    assert all("running already" in text for text in refused)
    assert net.run(1 * ms).start.internal == pytest.approx(10 + 300 * len(done))


def test_threads_are_set_before_the_first_run_and_not_after_it(tmp_path):
    net = rb.Network(threads=1)
    net.add(rb.LIF(), 64, "a", I=400 * pA)
    net.threads = 2
    rec = net.run(20 * ms)
    assert rec.provenance["threads"] == 2 and rec["a"].spikes.total
    for value in (3, None, -4, "two"):
        with pytest.raises(FrozenError, match=r"has run(.|\n)*before its first run(.|\n)*restore"):
            net.threads = value
    assert net.threads == 2
    path = net.save(tmp_path / "c")
    further = net.run(20 * ms)["a"].spikes
    for threads in (1, 3):
        again = rb.Network.restore(path, threads=threads)
        again.threads = threads + 1  # it has not been laid out yet
        rec = again.run(20 * ms)
        assert rec.provenance["threads"] == threads + 1
        assert (rec["a"].spikes.t.internal == further.t.internal).all()


def test_spike_times_that_no_clock_reaches_are_refused():
    with pytest.raises(ParameterError, match="spike time"):
        rb.SpikeTimes([1e300] * ms)
    with pytest.raises(ParameterError, match="neuron"):
        rb.SpikeTimes([1.0] * ms, [2**31 + 5])
