"""A run in a process of its own, to be killed: ``killed_run.py FOLDER SECONDS``."""

import signal
import sys
import time

import neurona.train.fit as loop
from neurona.train import steps
from neurona.train.callback import Callback
from tests.train.runs import X, Y, everything, options


class Slow(Callback):
    """Make every stretch last, so that a kill finds the run anywhere."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def on_progress(self, moment: object) -> None:
        time.sleep(self.seconds)
        print(moment, flush=True)


if __name__ == "__main__":
    # A shell that starts jobs in the background lets them ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    loop.SAVE_SECONDS = 0.0
    loop.SAVE_SHARE = float("inf")
    steps.CHUNK_SECONDS = 0.0
    folder, seconds = sys.argv[1], float(sys.argv[2])
    everything().fit(
        X, Y, **options(checkpoint=folder, resume=True, callbacks=[Slow(seconds)])
    )
