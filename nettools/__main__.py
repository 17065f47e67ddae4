"""``python -m nettools``, the same as the ``nettools`` command."""

from nettools.cli import run

if __name__ == "__main__":
    run()
