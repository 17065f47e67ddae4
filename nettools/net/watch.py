"""The kernel's notices as they come, from a socket subscribed before the first look: nothing falls between."""

import errno
import select
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from nettools.core.ifaces.events import MachineEvent
from nettools.core.ifaces.report import Interface
from nettools.core.netlink.events import EventReader, lost
from nettools.errors import LocalFault
from nettools.net.name_files import read_name_file
from nettools.net.netlink import NetlinkSocket


class Watch:
    """Subscribed from the moment that it is made. Raises LocalFault where the kernel refuses."""

    def __init__(self, groups: Iterable[int]) -> None:
        self._socket = NetlinkSocket()
        try:
            self._socket.subscribe(groups)
        except OSError as error:
            self._socket.close()
            raise LocalFault(f"the kernel's notices are not to be had: {error.strerror}") from None

    def close(self) -> None:
        self._socket.close()

    def events(self, look: Callable[[], Iterable[Interface]]) -> Iterator[MachineEvent]:
        """Each change from now on, until the reader stops asking; ``look`` gives the interfaces as they stand.

        When notices were lost, an event says so, and all is looked at anew.
        """
        return self._told(EventReader(look(), read_name_file), look)

    def _told(self, reader: EventReader, look: Callable[[], Iterable[Interface]]) -> Iterator[MachineEvent]:
        poll = select.poll()
        poll.register(self._socket.fileno(), select.POLLIN)
        while True:
            poll.poll()
            try:
                datagram = self._socket.receive()
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise LocalFault(f"the kernel's notices ended: {error.strerror}") from None
                yield lost(datetime.now(UTC))
                reader.know(look())
                continue
            if datagram is not None:
                yield from reader.events(datagram, datetime.now(UTC))
