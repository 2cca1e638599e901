"""Processor time of somebody else, to compare pages by."""

import subprocess
import sys
import time

import psutil
import pytest

from bench import processors

pytestmark = pytest.mark.long  # starts programs

BUSY = """
import threading, time
def work():
    began = time.thread_time()
    while time.thread_time() - began < 0.2:
        pass
worker = threading.Thread(target=work)
worker.start()
worker.join()
print("done", flush=True)
input()
"""


def test_the_time_of_threads_that_have_ended_counts_and_waiting_does_not() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        before = processors.seconds([psutil.Process(process.pid)])
        time.sleep(0.3)
        after = processors.seconds([psutil.Process(process.pid)])
        process.communicate(b"\n")

    assert 0.2 <= before < 1
    assert after - before < 0.05


def test_a_process_that_is_gone_has_used_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        gone = psutil.Process(process.pid)

    assert processors.seconds([gone]) == 0
