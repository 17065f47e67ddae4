"""A program in place of standard input and output: what it is told about its client, and how its relay behaves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from nettools.core.relay.manner import Manner
from nettools.core.text import safe

_PREFIXES: Final = ("NCAT_", "NETTOOLS_")
"""ncat's names (ncat(1), COMMAND EXECUTION OPTIONS), and the same of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """Who is at the other end of a program's input and output."""

    protocol: str
    """``tcp``, ``udp``, ``tls``, ``unix`` or the like."""
    remote_address: str = ""
    """An address, or the path of a Unix socket; empty where there is none."""
    remote_port: int | None = None
    local_address: str = ""
    local_port: int | None = None
    tls_subject: str | None = None
    """The subject of the certificate that the other side showed."""


def program_environment(base: Mapping[str, str], facts: ClientFacts) -> dict[str, str]:
    """The environment of the program: ``base`` and, in variables, what is known about its client.

    What the other side chose itself stands only here, never among the arguments, and without control characters. A
    variable of these names that we inherited (ncat run by ncat) is replaced, or dropped where nothing is known.
    """
    known = {
        "REMOTE_ADDR": facts.remote_address,
        "REMOTE_PORT": _digits(facts.remote_port),
        "LOCAL_ADDR": facts.local_address,
        "LOCAL_PORT": _digits(facts.local_port),
        "PROTO": facts.protocol.upper(),
    }
    ours = {prefix + name: safe(value) for prefix in _PREFIXES for name, value in known.items() if value}
    if facts.tls_subject is not None:
        ours["NETTOOLS_TLS_SUBJECT"] = safe(facts.tls_subject)
    stale = {prefix + name for prefix in _PREFIXES for name in (*known, "TLS_SUBJECT")}
    return {name: value for name, value in base.items() if name not in stale} | ours


def program_manner(manner: Manner) -> Manner:
    """The rules when a program is the near end: it is over when the program has closed its output.

    The other side's end closes the program's input, and what the program still says is delivered. A program that
    reads no more, or never did, is no reason to end either.
    """
    return replace(
        manner,
        ends_with=frozenset({"out"}) if manner.sends else frozenset({"in"}),
        needs_reader=False,
    )


def _digits(number: int | None) -> str:
    return "" if number is None else str(number)
