"""Which options of a scan go together: what would have no effect is refused, before a packet is sent."""

from collections.abc import Sequence
from typing import Final

from nettools.core.scan.probe_port import UDP_BIT, ProbePort
from nettools.errors import OptionError
from nettools.runs.scan_asked import ScanAsked
from nettools.runs.together import given, refuse_without_effect, spelled

_DEPTH = ("banner", "tls_info", "probe")

WITHOUT_DISCOVERY: Final = {"syn": ("discover",), "ack": ("discover",)}
WITHOUT_PACE: Final = {"rate": ("delay",)}
"""Of the rate ``max`` alone."""


def refuse_vain(options: ScanAsked) -> None:
    """Raise OptionError for options that do not go together.

    An ACK shows no port to be open (RFC 9293 §3.10.7.1: a closed and an open port answer it alike), so there is none
    to ask; raw packets are sent without a discovery before them.
    """
    refuse_without_effect(options, WITHOUT_DISCOVERY)
    if options.ack and not options.udp:
        refuse_without_effect(options, {"ack": _DEPTH})
    if options.order == "ascending" and options.seed is not None:
        seed, order = spelled(options, "seed"), spelled(options, "order")
        raise OptionError(f"{seed} does not go with {order} ascending: nothing is random in it")


def refuse_unshared_order(options: ScanAsked) -> None:
    """Raise OptionError for a part of an order that no other machine can have."""
    if options.shard is not None and options.seed is None and options.order == "random":
        shard, seed, order = (spelled(options, name) for name in ("shard", "seed", "order"))
        raise OptionError(
            f"{shard} needs {seed}: parts of different orders overlap, and leave out what none of them has",
            hint=f"give every machine the same number, as in {seed} 1, or {order} ascending",
        )


def refuse_without_ports(options: ScanAsked, ports: Sequence[ProbePort]) -> None:
    """Raise OptionError for a kind of probe, or a question, for which the ascending ports hold none."""
    has_tcp, has_udp = ports[0] < UDP_BIT, ports[-1] >= UDP_BIT
    if not has_tcp:
        for name in given(options, ("connect", "syn", "ack", "banner", "tls_info")):
            raise OptionError(f"{spelled(options, name)} is for TCP ports, and all of these are UDP")
    if not has_udp:
        for name in given(options, ("udp",)):
            raise OptionError(
                f"{spelled(options, name)} is for UDP ports, and all of these are TCP", hint="U:53 names a UDP port"
            )
