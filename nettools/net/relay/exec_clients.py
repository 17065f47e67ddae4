"""Each client has a program of its own: ``listen --exec`` and ``--sh-exec``."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from nettools.core.address import format_address
from nettools.core.relay.ending import Ending
from nettools.core.relay.flow import CHUNK, Flow, Pace
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Manner, Way
from nettools.core.relay.program import ClientFacts, program_manner
from nettools.core.relay.stage import Stage
from nettools.errors import LocalFault
from nettools.net.listen.clients import Client
from nettools.net.loop import Loop
from nettools.net.relay.children import Children, Command
from nettools.net.relay.driver import RelayDriver
from nettools.net.relay.ends import SocketEnd
from nettools.net.relay.flows import Tap
from nettools.net.relay.programs import start_program

_KEPT: Final = 1 << 16
"""Octets kept for a client that does not read, where the kernel does not move them; a datagram is not longer."""


class ExecHandler:
    """Starts a program for each client, and relays between the two until the program has closed its output."""

    def __init__(
        self,
        loop: Loop,
        children: Children,
        command: Command,
        *,
        manner: Manner,
        environ: Mapping[str, str],
        stages_of: Callable[[Client], Mapping[Way, Sequence[Stage]]] | None = None,
        taps_of: Callable[[Client], Sequence[Tap]] | None = None,
        pace_of: Callable[[Client], Pace | None] | None = None,
        tls_subject_of: Callable[[Client], str | None] | None = None,
    ) -> None:
        self._loop = loop
        self._children = children
        self._command = command
        self._manner = program_manner(manner)
        self._environ = environ
        self._stages_of = stages_of
        self._taps_of = taps_of
        self._pace_of = pace_of
        self._tls_subject_of = tls_subject_of

    def take(self, client: Client) -> None:
        if isinstance(client.end, SocketEnd) and client.end.is_broken():
            client.cut("reset", "the other side reset the connection")  # a flood of these must not start programs
            return
        facts = facts_of(client, None if self._tls_subject_of is None else self._tls_subject_of(client))
        try:
            program = start_program(
                self._children, self._command, facts, is_datagram=client.end.is_datagram, environ=self._environ
            )
        except LocalFault as fault:
            client.end.close()
            client.closed(Ending(kind="program-failed", message=fault.message), bytes_in=0, bytes_out=0)
            return
        out = Flow(chunk=CHUNK if client.end.is_datagram else _KEPT)
        relay = Relay(self._manner, now_s=self._loop.now_s, out=out, into=Flow(chunk=_KEPT))
        driver = RelayDriver(
            self._loop,
            program,
            client.end,
            relay,
            on_end=partial(client.relayed, relay),
            stages=None if self._stages_of is None else self._stages_of(client),
            taps=() if self._taps_of is None else self._taps_of(client),
            pace=None if self._pace_of is None else self._pace_of(client),
        )
        client.cut = driver.cut
        driver.start()


def facts_of(client: Client, tls_subject: str | None = None) -> ClientFacts:
    """What the program is told about its client."""
    is_unix = client.protocol in ("unix", "unix-datagram")
    return ClientFacts(
        protocol="tcp" if client.protocol in ("tls", "mptcp") else client.protocol,
        remote_address="" if client.peer_address is None else format_address(client.peer_address),
        remote_port=client.peer_port,
        local_address=_local_address(client, is_unix=is_unix),
        local_port=client.local_port,
        tls_subject=tls_subject,
    )


def _local_address(client: Client, *, is_unix: bool) -> str:
    if client.local_address is not None:
        return format_address(client.local_address)
    return client.local if is_unix else ""
