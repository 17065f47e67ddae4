"""What a link's driver tells by ethtool's ioctl, which needs no /sys and works in every namespace: speed and name.

struct ethtool_cmd and struct ethtool_drvinfo of linux/ethtool.h; SIOCETHTOOL of linux/sockios.h; netdevice(7).
"""

import array
import fcntl
import sys
from struct import Struct
from typing import Final

_SIOCETHTOOL: Final = 0x8946
_ETHTOOL_GSET: Final = 1
_ETHTOOL_GDRVINFO: Final = 3
_NAME_BYTES: Final = 16  # IFNAMSIZ of linux/if.h: the NUL at the end is one of them
_COMMAND: Final = Struct("@I2IHBB")  # command, supported, advertising, low half of the speed, duplex, port
_COMMAND_BYTES: Final = 44
_SPEED_HIGH_OFFSET: Final = 28
_DRIVER_BYTES: Final = 196
_DRIVER_NAME: Final = slice(4, 36)
_REQUEST: Final = Struct("@16sP16x")  # struct ifreq: the name, and where the command is
_SPEED_UNKNOWN: Final = (0, 0xFFFF, 0xFFFFFFFF)
_DUPLEX: Final = {0: "half", 1: "full"}


def speed_and_duplex(descriptor: int, name: str) -> tuple[int | None, str | None]:
    """Megabits per second, and ``half`` or ``full``; None for what the driver does not say.

    ``descriptor`` is a socket of the interface's namespace, of any family.
    """
    answer = _ask(descriptor, name, _ETHTOOL_GSET, _COMMAND_BYTES)
    if answer is None:
        return None, None
    _, _, _, low, duplex, _ = _COMMAND.unpack_from(answer)
    high = int.from_bytes(answer[_SPEED_HIGH_OFFSET : _SPEED_HIGH_OFFSET + 2], sys.byteorder)
    speed = high << 16 | low
    return None if speed in _SPEED_UNKNOWN else speed, _DUPLEX.get(duplex)


def driver_name(descriptor: int, name: str) -> str | None:
    """What the driver calls itself, which for most virtual links is their kind; None where it does not say.

    ``descriptor`` is a socket of the interface's namespace, of any family.
    """
    answer = _ask(descriptor, name, _ETHTOOL_GDRVINFO, _DRIVER_BYTES)
    return None if answer is None else decoded_name(answer[_DRIVER_NAME]) or None


def encoded_name(name: str) -> bytes | None:
    r"""An interface's name as the kernel has it; None for one that no interface can have.

    Cut to what fits, a longer name would be that of another interface.

    >>> encoded_name("eth0"), encoded_name("a" * 16)
    (b'eth0', None)
    """
    try:
        encoded = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return None
    return encoded if 0 < len(encoded) < _NAME_BYTES and b"\0" not in encoded else None


def decoded_name(name: bytes) -> str:
    r"""The text before the first NUL; bytes that are not UTF-8 are kept as surrogates.

    >>> decoded_name(b"eth0\0\0")
    'eth0'
    """
    return name.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _ask(descriptor: int, name: str, command: int, size: int) -> bytes | None:
    """The structure that the driver filled in. None: no such driver function, or the interface has gone."""
    encoded = encoded_name(name)
    if encoded is None:
        return None
    asked = array.array("B", command.to_bytes(4, sys.byteorder) + bytes(size - 4))
    try:
        fcntl.ioctl(descriptor, _SIOCETHTOOL, _REQUEST.pack(encoded, asked.buffer_info()[0]))
    except OSError:
        return None
    return asked.tobytes()
