"""The ways in which the command is called."""

import os
import subprocess
import sys


def test_the_package_is_a_command_too():
    called = [sys.executable, "-m", "neurona", "info", "--engine"]
    done = subprocess.run(called, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "engine" in done.stdout


AFTER_A_PRODUCT = """
import os, sys, time
from neurona.cli import main as command

def spin(arguments):
    import numpy as np
    print(os.environ["OPENBLAS_THREAD_TIMEOUT"])
    square = np.ones((512, 512), np.float32)
    square @ square
    time.sleep(0.01)
    before = time.process_time()
    time.sleep(0.3)
    print(time.process_time() - before)

command.main = spin
command.run()
"""


def seconds_after_a_product(**environment):
    """What the command has for a limit, and what NumPy's threads run on after it."""
    left = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    left.pop("OPENBLAS_THREAD_TIMEOUT", None)
    done = subprocess.run(
        [sys.executable, "-c", AFTER_A_PRODUCT],
        env={**left, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    limit, seconds = done.stdout.split()
    return limit, float(seconds)


def test_threads_of_numpy_are_asleep_beside_what_the_command_trains():
    _limit, seconds = seconds_after_a_product()
    # For a tenth of a second they would take what processor there is.
    assert seconds < 0.005


def test_the_command_keeps_a_limit_for_numpys_threads_that_was_given():
    limit, _seconds = seconds_after_a_product(OPENBLAS_THREAD_TIMEOUT="28")
    assert limit == "28"
