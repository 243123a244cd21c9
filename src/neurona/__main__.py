"""``python -m neurona``: the command, where its script is not on the path."""

from neurona.cli.main import run

if __name__ == "__main__":
    run()
