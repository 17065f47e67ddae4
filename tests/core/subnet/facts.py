"""The whole way from a text to what is said of it, with the registry that ships."""

from nettools import data
from nettools.core.special_purpose import parse_registry
from nettools.core.subnet.describe import Description, describe
from nettools.core.subnet.parse import parse_subnet

REGISTRY = parse_registry(data.rows("special-purpose.tsv"))


def descriptions(text: str, *, loose: bool = False) -> list[Description]:
    """What is said of each network that the text names."""
    return [describe(text, interface, REGISTRY) for interface in parse_subnet(text, loose=loose)]


def description(text: str) -> Description:
    """What is said of the one network that the text names."""
    (only,) = descriptions(text)
    return only
