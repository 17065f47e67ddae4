"""``python -m nettools``, the same as the ``nettools`` command."""

from nettools.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
