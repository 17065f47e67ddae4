"""What all functions of the library share: values for words, a caller without a terminal, errors in its terms."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Final, Literal, get_args

from nettools.core.outcome import Failure
from nettools.core.prefix import Prefix
from nettools.core.text import quoted
from nettools.errors import OptionError, RequestError
from nettools.net.interrupts import Uninterrupted
from nettools.runs.faults import as_local_fault
from nettools.runs.targets import Failed, Target

IpVersion = Literal[4, 6]
AddressLike = str | IPv4Address | IPv6Address
"""An address as text or as the standard library's."""
NetworkLike = AddressLike | IPv4Network | IPv6Network | IPv4Interface | IPv6Interface | Prefix
"""A network, an address in one, or what else a command takes for one: ``192.0.2.1-192.0.2.9``."""

_NETWORK_TYPES: Final = (str, IPv4Address, IPv6Address, IPv4Network, IPv6Network, Prefix)  # interfaces are addresses
_OPTION: Final = re.compile(r"(?<![\w-])--([a-z][a-z0-9-]*)")
_RENAMED: Final = {"from": "source", "all": "every", "wait": "timeout", "class": "class_"}
"""Options whose parameter has another name: most of these are words of Python."""


class Program:
    """A program that calls us: gives its targets as values, and finds in the report what failed. A ``Caller``."""

    def __init__(self) -> None:
        self.failures: list[Failure] = []

    def note(self, message: str) -> None:
        """Nobody is there to read it, and every record stands without it."""

    def failed(self, failure: Failure) -> None:
        self.failures.append(failure)

    def targets(self, words: Iterable[str]) -> Iterator[Target | Failed]:
        """The words themselves: none stands for lines of a file."""
        return (Target(number, word, None) for number, word in enumerate(words))

    def interrupts(self) -> Uninterrupted:
        return Uninterrupted()


def text_of(value: NetworkLike) -> str:
    """One target as a command would be given it. Raises TypeError for what is none."""
    if not isinstance(value, _NETWORK_TYPES):
        raise TypeError(f"{type(value).__name__} is no text, address or network")
    return value if isinstance(value, str) else str(value)


def texts_of(values: NetworkLike | Iterable[NetworkLike]) -> tuple[str, ...]:
    """One target or several; a network is one, although it can be iterated over."""
    if isinstance(values, (*_NETWORK_TYPES, bytes)) or not isinstance(values, Iterable):
        return (text_of(values),)
    return tuple(map(text_of, values))


def words_of(values: str | Iterable[str]) -> tuple[str, ...]:
    """One word or several. Raises TypeError for what is none."""
    found = (values,) if isinstance(values, str) or not isinstance(values, Iterable) else tuple(values)
    for one in found:
        if not isinstance(one, str):
            raise TypeError(f"{type(one).__name__} is no text")
    return found


def check_choice(given: object, name: str, choices: object) -> None:
    """Hold a parameter to the values of its Literal; None is left to its default. Raises OptionError.

    >>> check_choice(4, "ip_version", IpVersion)
    """
    allowed = get_args(choices)
    if given is not None and given not in allowed:
        raise OptionError(f"{name} {quoted(repr(given))[1:-1]} is none of {', '.join(map(repr, allowed))}")


@contextmanager
def in_our_terms() -> Iterator[None]:
    """Let errors about options name parameters, and a shortage of this machine be a LocalFault."""
    try:
        yield
    except RequestError as error:
        error.message = _named(error.message)
        error.args = (error.message,)
        error.hint = None if error.hint is None else _named(error.hint)
        raise
    except OSError as error:
        fault = as_local_fault(error)
        if fault is None:
            raise
        raise fault from error


def _named(text: str) -> str:
    """The text with parameters in place of options.

    >>> _named("--tls-min 1.1 is broken; --from says where")
    'tls_min 1.1 is broken; source says where'
    """
    return _OPTION.sub(lambda found: _RENAMED.get(found[1], found[1].replace("-", "_")), text)
