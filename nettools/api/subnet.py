"""Everything about a subnet, as data."""

from collections.abc import Iterable

from nettools import data
from nettools.api._call import NetworkLike, texts_of
from nettools.core.outcome import Failure, failure_of
from nettools.core.special_purpose import parse_registry
from nettools.core.subnet.describe import Description, describe
from nettools.core.subnet.parse import parse_subnet
from nettools.core.subnet.report import SubnetReport
from nettools.errors import NettoolsError


def subnet(cidrs: NetworkLike | Iterable[NetworkLike], *, loose: bool = False) -> SubnetReport:
    """Everything about each subnet: masks, ends, counts, what it is registered for, its bits, as ``nettools subnet``.

    ``cidrs`` are networks, addresses in networks, ranges or bare addresses; ``loose`` reads octal, hexadecimal and
    short IPv4 forms as inet_aton(3) does. What cannot be read stands in ``errors``.

    >>> from nettools import subnet
    >>> found = subnet("192.0.2.12/255.255.255.252").subnets[0]
    >>> str(found.network), found.broadcast, found.usable
    ('192.0.2.12/30', IPv4Address('192.0.2.15'), 2)
    >>> [one.message for one in subnet(["192.0.2.256", "2001:db8::/32"]).errors]
    ["'192.0.2.256' is not an IP address: octet 256 is above 255"]
    """
    registry = parse_registry(data.rows("special-purpose.tsv"))
    found: list[Description] = []
    failures: list[Failure] = []
    for text in texts_of(cidrs):
        try:
            found += [describe(text, interface, registry) for interface in parse_subnet(text, loose=loose)]
        except NettoolsError as error:
            failures.append(failure_of(error, input=text))
    return SubnetReport(subnets=tuple(found), errors=tuple(failures))
