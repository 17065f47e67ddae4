"""The system's own answer for a name, beside that of DNS: getaddrinfo(3), and what is known of its sources."""

import socket
from collections.abc import Iterable

from nettools.core.address import Address
from nettools.core.resolve.idna import ascii_name
from nettools.core.resolve.lookup import Outcome, Server
from nettools.core.resolve.server_spec import ServerSpec, servers_of
from nettools.core.resolve.system import Evidence, SystemLookup, asked_versions, dns_addresses, system_answer
from nettools.core.resolve.system_report import SystemAnswer
from nettools.errors import NameLookupError
from nettools.net.host_lookup import HostLookup, resolve_host
from nettools.net.interrupts import Interrupts
from nettools.net.system_dns import find_in_hosts, read_nsswitch


class SystemQuestion:
    """A name that the system's resolver is asked for, while DNS is asked as well. Raises DomainNameError."""

    def __init__(self, name: str, *, version: int | None = None) -> None:
        # Python's own codec is that of IDNA 2003, which makes another name of faß.de.
        self._name = ascii_name(name).name
        self._lookup = HostLookup(self._name, version=version)

    def answer(self, outcomes: Iterable[Outcome], *, timeout_s: float, interrupts: Interrupts) -> SystemAnswer:
        """What the system says, at the latest after ``timeout_s`` from now. To be called once.

        ``outcomes`` are those of DNS for the same name, of any types. Raises Interrupted.
        """
        asked = list(outcomes)
        versions = asked_versions(asked)
        error = None
        found: list[Address] = []
        try:
            found = self._lookup.wait(timeout_s=timeout_s, interrupts=interrupts)
        except NameLookupError as failure:
            error = failure.message
        lookup = SystemLookup(addresses=tuple(found), error=error, duration_ms=self._lookup.duration_ms)
        evidence = Evidence(
            name=self._name,
            sources=read_nsswitch(),
            hosts=find_in_hosts(self._name),
            dns=dns_addresses(asked) if versions else None,
            dns_versions=versions,
            host_name=socket.gethostname(),
        )
        return system_answer(lookup, evidence)

    def abandon(self) -> None:
        """Nobody wants the answer any more; in place of ``answer``."""
        self._lookup.abandon()


def find_servers(
    spec: ServerSpec, *, version: int | None = None, timeout_s: float, interrupts: Interrupts
) -> tuple[Server, ...]:
    """The servers that a word stands for; the system's resolver gives the addresses of a host name.

    Raises NameLookupError when it has none or the time is up, Interrupted when a signal came first.
    """
    if spec.host_name is None:
        return servers_of(spec)
    addresses = resolve_host(spec.host_name, version=version, timeout_s=timeout_s, interrupts=interrupts)
    return servers_of(spec, addresses)
