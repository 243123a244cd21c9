"""The ways in which the command is called."""

import subprocess
import sys


def test_the_package_is_a_command_too():
    called = [sys.executable, "-m", "neurona", "info", "--engine"]
    done = subprocess.run(called, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "engine" in done.stdout
