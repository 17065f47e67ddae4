"""The ``nettools`` command, and ``python -m nettools``: the guard over the start first, then everything else."""

from __future__ import annotations

import os
import sys

from nettools.start import give_up, guard

TYPE_CHECKING = False  # typing is not imported before the guard stands
if TYPE_CHECKING:
    from typing import NoReturn


def run() -> NoReturn:
    """``main``, then out without taking the interpreter apart.

    Nothing of ours waits for that (all output is unbuffered by then), and it costs a tenth of a short run.
    """
    guard()
    try:
        from nettools.cli import main

        status = main()
    except Exception as error:
        status = give_up(error, sys.argv[1:])
    os._exit(status)


if __name__ == "__main__":
    run()
