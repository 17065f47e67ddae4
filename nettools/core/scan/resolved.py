"""The addresses that the names of a scan had, as one text among its options: ``www.example.net=192.0.2.9,2001:db8::9``.

What a file expects of a name (``--expect-file``) is about these addresses, where the answer lists them no more.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from nettools.core.address import Address, format_address, parse_address
from nettools.errors import AddressError, InputError

OPTION: Final = "resolved"


def resolved_text(names: Mapping[str, Sequence[Address]]) -> str:
    """The text of the option, without addresses whose zone has a comma in its name."""
    spelled = {name: [text for text in map(format_address, found) if "," not in text] for name, found in names.items()}
    return " ".join(f"{name}={','.join(found)}" for name, found in spelled.items() if found)


def resolved_names(options: Mapping[str, int | float | str]) -> dict[str, tuple[Address, ...]]:
    """Each name with its addresses. Raises InputError."""
    names: dict[str, tuple[Address, ...]] = {}
    for word in str(options.get(OPTION, "")).split():
        name, _, addresses = word.partition("=")
        try:
            names[name] = tuple(parse_address(one) for one in addresses.split(","))
        except AddressError as error:
            raise InputError(f"scan.options.{OPTION}: {error.message}") from None
    return names
