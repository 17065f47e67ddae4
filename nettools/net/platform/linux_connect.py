"""The kernel's own answer about a packet without netlink: a UDP socket is connected, which sends nothing.

Source: the kernel's net/ipv4/datagram.c and net/ipv6/datagram.c: connect() looks up the route, and refuses with the
error of the route that it finds. The source address is all that it lets out; neither route nor interface is told.
"""

import errno
import os
import socket
from struct import Struct
from typing import Final

from nettools.core.address import Address
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.text import quoted
from nettools.errors import AddressError, LocalFault, OptionError
from nettools.net.ethtool import encoded_name
from nettools.net.sockets import local_endpoint, socket_address

_SO_MARK: Final = 36  # asm-generic/socket.h
_SO_BINDTODEVICE: Final = 25
_UDP: Final = 17
_U32: Final = Struct("=I")
_UNSAID: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN, errno.EPERM})
"""These say nothing of the route: this process is short of something, or a filter on sockets refused."""
_HINT: Final = "only netlink can say it, and this process may not use it"


def ask_by_connecting(question: Question) -> SystemAnswer:
    """The source address that the kernel would send from, or the error with which it refuses.

    ``type`` and ``dev`` stay None: a socket is not told the route it was given. Raises LocalFault for a question
    that a socket of this process cannot put, and when this machine is short of something; OptionError when source and
    destination are of different IP versions.
    """
    _refuse_what_no_socket_can_ask(question)
    version = question.destination.version
    try:
        target = socket_address(question.destination, question.destination_port or 0)
        source = None if question.source is None else socket_address(question.source, question.source_port or 0)
    except AddressError as error:
        raise LocalFault(error.message, hint=error.hint) from None
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    try:
        asker = socket.socket(family, socket.SOCK_DGRAM)
    except OSError as error:
        if error.errno == errno.EAFNOSUPPORT:
            return _error(error)
        raise LocalFault(f"a UDP socket is refused here: {os.strerror(error.errno or 0)}") from None
    with asker:
        try:
            _prepare(asker, question, version)
            if source is not None or question.source_port:
                asker.bind(source or ("" if version == 4 else "::", question.source_port or 0))
        except OSError as error:
            # The address or the interface does not exist here: netlink gives such an answer too.
            if error.errno in (errno.EADDRNOTAVAIL, errno.ENODEV):
                return _error(error)
            raise LocalFault(
                f"the packet cannot be asked about: {os.strerror(error.errno or 0)}", hint=_refusal_hint(error)
            ) from None
        try:
            asker.connect(target)
        except OSError as error:
            if error.errno in _UNSAID:
                raise LocalFault(f"a UDP socket cannot be connected here: {os.strerror(error.errno or 0)}") from None
            return _error(error)
        return SystemAnswer(source=_unspecified_is_none(local_endpoint(asker)[0]))


def _refuse_what_no_socket_can_ask(question: Question) -> None:
    if question.source is not None and question.source.version != question.destination.version:
        raise OptionError("the source and the destination are of different IP versions")
    if question.incoming is not None:
        raise LocalFault(f"the kernel cannot be asked about a packet from {quoted(question.incoming)}", hint=_HINT)
    if question.uid is not None and question.uid != os.geteuid():
        raise LocalFault(f"the kernel cannot be asked about a packet of user {question.uid}", hint=_HINT)
    if question.protocol not in (None, _UDP):
        raise LocalFault(f"the kernel cannot be asked about protocol {question.protocol}", hint=_HINT)


def _prepare(asker: socket.socket, question: Question, version: int) -> None:
    # A route to a broadcast address looks prohibited without it.
    asker.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    if question.mark:
        asker.setsockopt(socket.SOL_SOCKET, _SO_MARK, _U32.pack(question.mark))
    if question.tos:
        if version == 4:
            asker.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, question.tos)
        else:
            asker.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, question.tos)
    if question.outgoing is not None:
        name = encoded_name(question.outgoing)
        if name is None:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        asker.setsockopt(socket.SOL_SOCKET, _SO_BINDTODEVICE, name + b"\0")


def _refusal_hint(error: OSError) -> str | None:
    if error.errno == errno.EPERM:
        return "a mark, and before Linux 5.7 an interface, needs CAP_NET_ADMIN or CAP_NET_RAW"
    return "a source port must be free, and needs privilege below 1024" if error.errno != errno.EINVAL else None


def _unspecified_is_none(source: Address | None) -> Address | None:
    return source if source is not None and int(source) else None


def _error(error: OSError) -> SystemAnswer:
    return SystemAnswer(error=errno.errorcode.get(error.errno or 0, str(error.errno)))
