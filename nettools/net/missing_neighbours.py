"""Which addresses of its own networks this machine asks for in vain, by the kernel's neighbour table."""

import socket
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv6Address
from time import monotonic
from typing import Final

from nettools.core.address import Address
from nettools.errors import LocalFault

_AGE_S: Final = 0.2
"""How old a look at the table may be: hosts end by the hundred, and each would have it read."""


class MissingNeighbours:
    """Looks the table up when it is asked. Where there is none to be had nothing is said to be missing."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._looked: dict[int, tuple[float, dict[int, dict[int, bool]]]] = {}

    def has(self, address: Address) -> bool:
        """Whether the address was asked for on its link, and on none of them anybody answers for it."""
        on_links = self._table(address.version).get(int(address), {})
        zone = address.scope_id if isinstance(address, IPv6Address) else None
        if zone is not None:
            with suppress(OSError):
                index = socket.if_nametoindex(zone)
                return on_links.get(index, False)
            return False
        return bool(on_links) and all(on_links.values())

    def _table(self, version: int) -> dict[int, dict[int, bool]]:
        """Address -> index of the interface -> whether nobody answers there."""
        now_s = self._clock()
        looked = self._looked.get(version)
        if looked is None or now_s - looked[0] > _AGE_S:
            looked = self._looked[version] = now_s, _read(version)
        return looked[1]


def _read(version: int) -> dict[int, dict[int, bool]]:
    # Only a host that was silent needs them.
    from nettools.core.netlink.neighbour import RTM_NEWNEIGH, dump_neighbours, parse_asked
    from nettools.net.netlink import NetlinkSocket, records

    found: dict[int, dict[int, bool]] = {}
    with suppress(OSError, AttributeError, LocalFault), NetlinkSocket() as netlink:
        dump = netlink.dump(lambda sequence: dump_neighbours(sequence, "inet" if version == 4 else "inet6"))
        for body in records(dump, RTM_NEWNEIGH):
            asked = parse_asked(body)
            if asked is not None:
                found.setdefault(asked.address, {})[asked.ifindex] = asked.is_missing
    return found
