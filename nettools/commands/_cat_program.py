"""``cat --exec`` and ``--sh-exec``: a program in place of standard input and output."""

from collections.abc import Mapping

from nettools.commands._cat_connect import Connected
from nettools.core.address import format_address
from nettools.core.relay.program import ClientFacts
from nettools.net.relay.children import Children, Command
from nettools.net.relay.ends import End
from nettools.net.relay.programs import start_program
from nettools.net.sockets import local_endpoint


def start_for(children: Children, program: Command, connected: Connected, environ: Mapping[str, str]) -> End:
    """The program, told in its environment whom it is connected to. Raises LocalFault."""
    dialed, tls = connected.dialed, connected.tls
    local_address, local_port = None, None
    if dialed.address is not None:
        local_address, local_port = local_endpoint(dialed.end.socket)
    facts = ClientFacts(
        protocol="tcp" if connected.transport == "mptcp" else connected.transport,
        remote_address=dialed.peer if dialed.address is None else format_address(dialed.address),
        remote_port=connected.port,
        local_address="" if local_address is None else format_address(local_address),
        local_port=local_port,
        tls_subject=None if tls is None else tls.subject,
    )
    return start_program(children, program, facts, is_datagram=connected.end.is_datagram, environ=environ)
