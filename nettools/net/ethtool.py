"""The speed of a link as its driver tells it: ethtool's ioctl, which needs no /sys and works in every namespace.

struct ethtool_cmd of linux/ethtool.h; SIOCETHTOOL of linux/sockios.h; netdevice(7).
"""

import array
import fcntl
import sys
from struct import Struct
from typing import Final

_SIOCETHTOOL: Final = 0x8946
_ETHTOOL_GSET: Final = 1
_COMMAND: Final = Struct("@I2IHBB")  # command, supported, advertising, low half of the speed, duplex, port
_COMMAND_BYTES: Final = 44
_SPEED_HIGH_OFFSET: Final = 28
_REQUEST: Final = Struct("@16sP16x")  # struct ifreq: the name, and where the command is
_SPEED_UNKNOWN: Final = (0, 0xFFFF, 0xFFFFFFFF)
_DUPLEX: Final = {0: "half", 1: "full"}


def speed_and_duplex(descriptor: int, name: str) -> tuple[int | None, str | None]:
    """Megabits per second, and ``half`` or ``full``; None for what the driver does not say.

    ``descriptor`` is a socket of the interface's namespace, of any family.
    """
    command = array.array("B", _ETHTOOL_GSET.to_bytes(4, sys.byteorder) + bytes(_COMMAND_BYTES - 4))
    asked = _REQUEST.pack(name.encode("utf-8", "surrogateescape")[:15], command.buffer_info()[0])
    try:
        fcntl.ioctl(descriptor, _SIOCETHTOOL, asked)
    except OSError:  # no such driver function, or the interface has gone
        return None, None
    answer = command.tobytes()
    _, _, _, low, duplex, _ = _COMMAND.unpack_from(answer)
    high = int.from_bytes(answer[_SPEED_HIGH_OFFSET : _SPEED_HIGH_OFFSET + 2], sys.byteorder)
    speed = high << 16 | low
    return None if speed in _SPEED_UNKNOWN else speed, _DUPLEX.get(duplex)
