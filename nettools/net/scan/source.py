"""Where probes come from, when the user says so: an address, an interface, a port of this machine."""

import errno
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from nettools.core.address import Address, format_address
from nettools.core.text import quoted
from nettools.errors import LocalFault, OptionError
from nettools.net.sockets import SHORTAGES, SocketAddress, local_endpoint, socket_address

_IP_BIND_ADDRESS_NO_PORT: Final = 24  # linux/in.h; the socket module lacks the name


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSource:
    """``--source``, ``--interface`` and ``--source-port``; what is None the system chooses."""

    address: Address | None = None
    interface: str | None = None
    port: int | None = None
    """Probes from one port need distinct destinations, which those of a scan are."""

    def check(self) -> None:
        """Try it once. Raises LocalFault or OptionError, which say what is wrong."""
        if self.address is None and self.interface is None and self.port is None:
            return
        version = 4 if self.address is None else self.address.version
        with socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6) as trial:
            self.prepare(trial)

    def suits(self, version: int) -> bool:
        """Whether probes of that IP version can come from there."""
        return self.address is None or self.address.version == version

    def prepare(self, made: socket.socket) -> None:
        """Let the socket send from there. Raises LocalFault, OptionError, or OSError for a shortage."""
        if self.interface is not None:
            self._bind_to_interface(made, self.interface)
        if self.address is None and self.port is None:
            return
        try:
            if self.port is not None:
                # Several sockets may have the port, since each connects to somewhere else (socket(7)).
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            else:
                # The port is chosen when the peer is known, so that all of them can be used for each peer (ip(7)).
                with suppress(OSError):
                    made.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
            made.bind(self._local(made.family))
        except OSError as error:
            if error.errno in SHORTAGES - {errno.EADDRNOTAVAIL}:
                raise
            raise self._refusal(error) from error

    def address_towards(self, target: SocketAddress) -> Address | None:
        """This machine's address towards a target, None when there is none; nothing is sent."""
        family = socket.AF_INET if len(target) == 2 else socket.AF_INET6
        if not self.suits(4 if family == socket.AF_INET else 6):
            return None
        with socket.socket(family, socket.SOCK_DGRAM) as asker:
            try:
                if self.interface is not None:
                    self._bind_to_interface(asker, self.interface)
                if self.address is not None:
                    asker.bind(socket_address(self.address, 0))
                asker.connect(target)
            except OSError:
                return None
            return local_endpoint(asker)[0]

    def _local(self, family: int) -> SocketAddress:
        port = self.port or 0
        if self.address is not None:
            return socket_address(self.address, port)
        return ("0.0.0.0", port) if family == socket.AF_INET else ("::", port, 0, 0)  # noqa: S104, this is a client

    @staticmethod
    def _bind_to_interface(made: socket.socket, name: str) -> None:
        """Without privilege on a socket that is bound to none yet, since Linux 5.7 (socket(7))."""
        option = getattr(socket, "SO_BINDTODEVICE", None)
        if option is None:
            raise OptionError("--interface needs Linux", hint="--source chooses by address")
        try:
            made.setsockopt(socket.SOL_SOCKET, option, os.fsencode(name) + b"\0")
        except OSError as error:
            if error.errno == errno.ENODEV:
                raise LocalFault(f"there is no interface {quoted(name)}", hint="nettools ifaces lists them") from error
            if error.errno in (errno.EPERM, errno.EACCES):
                raise LocalFault(
                    f"no permission to use the interface {quoted(name)} alone",
                    hint="before Linux 5.7 it needs CAP_NET_RAW; --source chooses by address",
                ) from error
            raise LocalFault(f"cannot use the interface {quoted(name)} alone: {error.strerror}") from error

    def _refusal(self, error: OSError) -> LocalFault:
        where = "this machine" if self.address is None else format_address(self.address)
        if error.errno == errno.EADDRNOTAVAIL:
            return LocalFault(f"{where} is no address of this machine", hint="nettools ifaces lists them")
        if error.errno == errno.EADDRINUSE:
            return LocalFault(f"port {self.port} of {where} is taken", hint="choose another --source-port")
        if error.errno in (errno.EACCES, errno.EPERM):
            return LocalFault(f"binding port {self.port} needs privilege", hint="choose a port ≥ 1024")
        return LocalFault(f"cannot send from {where} port {self.port or 0}: {error.strerror}")


ANY_SOURCE: Final = ProbeSource()
