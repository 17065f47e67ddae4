"""The ioctls of netdevice(7): what the kernel tells of interfaces where netlink is forbidden.

Numbers: linux/sockios.h. struct ifreq and struct ifconf: linux/if.h.
"""

import array
import fcntl
import socket
from ipaddress import IPv4Address
from struct import Struct, calcsize
from typing import Final, NamedTuple

from nettools.core.ifaces.gather import IoctlLink
from nettools.core.prefix import length_of_netmask
from nettools.net.ethtool import decoded_name, driver_name, encoded_name

_SIOCGIFCONF: Final = 0x8912
_SIOCGIFFLAGS: Final = 0x8913
_SIOCGIFADDR: Final = 0x8915
_SIOCGIFDSTADDR: Final = 0x8917
_SIOCGIFBRDADDR: Final = 0x8919
_SIOCGIFNETMASK: Final = 0x891B
_SIOCGIFMTU: Final = 0x8921
_SIOCGIFHWADDR: Final = 0x8927
_SIOCGIFINDEX: Final = 0x8933
_SIOCGIFTXQLEN: Final = 0x8942

_NAME_BYTES: Final = 16
_REQUEST_BYTES: Final = _NAME_BYTES + (24 if calcsize("P") == 8 else 16)
"""struct ifreq: the name, and a union as large as struct ifmap, which holds two longs."""
_ADDRESS: Final = Struct("=16sHH4s")  # name, then struct sockaddr_in: family, port, address
_SHORT: Final = Struct("=16sH")
_INTEGER: Final = Struct("=16si")
_HARDWARE: Final = Struct("=16sH14s")
_CONFIGURATION: Final = Struct("@iP")  # struct ifconf: length, buffer
_FIRST_BUFFER_BYTES: Final = 64 * _REQUEST_BYTES
_MOST_BUFFER_BYTES: Final = 1 << 24


class Ipv4Details(NamedTuple):
    """What belongs to an IPv4 address; None for what it has not."""

    prefixlen: int | None
    broadcast: IPv4Address | None
    peer: IPv4Address | None


class Ioctls:
    """Asks the kernel of this process. A refusal is None: the interface may be gone, the ioctl forbidden."""

    def __init__(self) -> None:
        """Raises OSError where no socket at all is to be had."""
        try:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        except OSError:
            # Without IPv4, any other socket answers what does not concern an address (sock_do_ioctl()).
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def close(self) -> None:
        """Give back the socket; nothing is answered after that."""
        self._socket.close()

    def link(self, name: str) -> IoctlLink:
        """Index, flags, MTU, queue length, link address and driver."""
        hardware = self._ask(_SIOCGIFHWADDR, name)
        type_number, address = (None, None) if hardware is None else _HARDWARE.unpack_from(hardware)[1:]
        flags = self._ask(_SIOCGIFFLAGS, name)
        return IoctlLink(
            ifindex=self.index(name),
            flags=None if flags is None else _SHORT.unpack_from(flags)[1],
            mtu=self._integer(_SIOCGIFMTU, name),
            txqlen=self._integer(_SIOCGIFTXQLEN, name),
            type=type_number,
            address=address,
            driver=self.driver(name),
        )

    def index(self, name: str) -> int | None:
        """The index of an interface; None where there is none of that name in this namespace."""
        return self._integer(_SIOCGIFINDEX, name)

    def driver(self, name: str) -> str | None:
        """The driver's name, for most virtual links their kind."""
        return driver_name(self._socket.fileno(), name)

    def ipv4_addresses(self) -> list[tuple[str, IPv4Address]] | None:
        """(label, address) of every IPv4 address: SIOCGIFCONF, which gives labels for names."""
        size = _FIRST_BUFFER_BYTES
        while True:
            buffer = array.array("B", bytes(size))
            try:
                answer = fcntl.ioctl(self._socket, _SIOCGIFCONF, _CONFIGURATION.pack(size, buffer.buffer_info()[0]))
            except OSError:
                return None
            used = _CONFIGURATION.unpack(answer)[0]
            # The kernel stops before what does not fit, and does not say so.
            if used + _REQUEST_BYTES <= size or size >= _MOST_BUFFER_BYTES:
                break
            size *= 2
        found = buffer.tobytes()
        entries = [_ADDRESS.unpack_from(found, start) for start in range(0, used, _REQUEST_BYTES)]
        return [
            (decoded_name(label), IPv4Address(value)) for label, family, _, value in entries if family == socket.AF_INET
        ]

    def ipv4_details(self, label: str, address: IPv4Address) -> Ipv4Details | None:
        """Mask, broadcast and peer of the address with that label; None when it went away.

        With the address filled in, devinet_ioctl() looks for label and address; where it finds no such pair it
        answers for any address of the label, which asking for the address itself lays open.
        """
        if self._address(_SIOCGIFADDR, label, address) != address:
            return None
        mask = self._address(_SIOCGIFNETMASK, label, address)
        if mask is None:
            return None
        broadcast = self._address(_SIOCGIFBRDADDR, label, address)
        peer = self._address(_SIOCGIFDSTADDR, label, address)
        return Ipv4Details(
            prefixlen=length_of_netmask(4, int(mask)),
            broadcast=broadcast if broadcast and int(broadcast) else None,
            peer=peer if peer != address else None,
        )

    def _address(self, request: int, label: str, address: IPv4Address) -> IPv4Address | None:
        encoded = encoded_name(label)
        if encoded is None:
            return None
        asked = _ADDRESS.pack(encoded, socket.AF_INET, 0, address.packed).ljust(_REQUEST_BYTES, b"\0")
        try:
            return IPv4Address(_ADDRESS.unpack_from(fcntl.ioctl(self._socket, request, asked))[3])
        except OSError:
            return None

    def _integer(self, request: int, name: str) -> int | None:
        answer = self._ask(request, name)
        return None if answer is None else _INTEGER.unpack_from(answer)[1]

    def _ask(self, request: int, name: str) -> bytes | None:
        encoded = encoded_name(name)
        if encoded is None:
            return None
        try:
            return fcntl.ioctl(self._socket, request, encoded.ljust(_REQUEST_BYTES, b"\0"))
        except OSError:
            return None
