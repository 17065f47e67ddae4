"""The names of the output formats."""

from enum import StrEnum
from typing import Final


class Format(StrEnum):
    TABLE = "table"
    PLAIN = "plain"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    DIG = "dig"
    RFC8427 = "rfc8427"
    NMAP_XML = "nmap-xml"
    GREPABLE = "grepable"


COMMON_FORMATS: Final = (Format.TABLE, Format.PLAIN, Format.JSON, Format.JSONL, Format.CSV)
"""What every command has; the others belong to one command."""
