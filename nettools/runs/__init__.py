"""What every engine does between an order and its records, with no terminal: for commands and for ``nettools.api``."""
