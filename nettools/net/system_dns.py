"""The system's settings for names: resolv.conf(5), nsswitch.conf(5), hosts(5); bounded, and without complaint."""

import os
import socket
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from ipaddress import IPv6Address
from typing import Final

from nettools.core.address import Address
from nettools.core.resolve.hosts_file import HostsEntry, HostsSearch
from nettools.core.resolve.nsswitch import NssSource, parse_nsswitch
from nettools.core.resolve.resolv_conf import ResolvConf, parse_resolv_conf
from nettools.core.text import quoted, safe

RESOLV_CONF: Final = "/etc/resolv.conf"
NSSWITCH_CONF: Final = "/etc/nsswitch.conf"
HOSTS: Final = "/etc/hosts"

_MOST_SETTINGS: Final = 4 << 20
_MOST_HOSTS: Final = 100 << 20
_PIECE: Final = 1 << 20


def read_resolv_conf(path: str = RESOLV_CONF, variables: Mapping[str, str] | None = None) -> ResolvConf:
    """The resolver's settings. A file that is not there is as good as an empty one; another reason becomes a note.

    ``variables`` is the environment: LOCALDOMAIN and RES_OPTIONS count, as in the C library.
    """
    variables = os.environ if variables is None else variables
    text, problem = _text(path)
    conf = parse_resolv_conf(
        text,
        host_name=socket.gethostname(),
        local_domain=variables.get("LOCALDOMAIN"),
        res_options=variables.get("RES_OPTIONS"),
    )
    notes = [problem] if problem else []
    servers = tuple(_in_known_zone(one, notes) for one in conf.name_servers)
    return replace(conf, name_servers=servers, notes=(*notes, *conf.notes))


def _in_known_zone(address: Address, notes: list[str]) -> Address:
    """The C library drops a zone that is no interface of this machine, and so do we."""
    zone = address.scope_id if isinstance(address, IPv6Address) else None
    if zone is None or zone.isdigit():
        return address
    try:
        socket.if_nametoindex(zone)
    except OSError:
        notes.append(f"there is no interface {quoted(zone)} for the name server {address}")
        return IPv6Address(int(address))
    return address


def read_nsswitch(path: str = NSSWITCH_CONF) -> tuple[NssSource, ...]:
    """The sources for host names; glibc's own where the file says nothing."""
    return parse_nsswitch(_text(path)[0])


def find_in_hosts(name: str, path: str = HOSTS) -> tuple[HostsEntry, ...]:
    """The lines of the hosts file that have the name, among its first 100 MiB."""
    search = HostsSearch(name)
    with suppress(OSError):
        for piece in _pieces(path, _MOST_HOSTS):
            search.feed(piece)
    return search.finish()


def _text(path: str) -> tuple[str, str | None]:
    """(the beginning of a file, why it is not all there). A file that does not exist is empty without a word."""
    problem = None
    octets = bytearray()
    try:
        for piece in _pieces(path, _MOST_SETTINGS + 1):
            octets += piece
    except FileNotFoundError:
        pass
    except OSError as error:
        problem = f"{safe(path)} cannot be read: {error.strerror}"
    if len(octets) > _MOST_SETTINGS:
        problem = f"only the first {_MOST_SETTINGS >> 20} MiB of {safe(path)} count here"
        del octets[octets.rfind(b"\n", 0, _MOST_SETTINGS) + 1 :]
    return octets.decode("utf-8", "surrogateescape"), problem


def _pieces(path: str, most: int) -> Iterator[bytes]:
    """The octets of a file, at most that many; a FIFO or device that has nothing yet is at its end. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        is_regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        left = most
        while left > 0:
            try:
                piece = os.read(descriptor, min(left, _PIECE))
            except BlockingIOError:
                if is_regular:
                    raise
                return
            if not piece:
                return
            left -= len(piece)
            yield piece
    finally:
        os.close(descriptor)
