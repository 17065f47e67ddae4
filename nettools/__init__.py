"""nettools: network diagnostics for the command line, with answers that are data."""

__version__ = "0.1.0"
