"""Whether a policy rule concerns a packet, and if not, why: fib_rule_match() of net/core/fib_rules.c, in words."""

from collections.abc import Iterator
from typing import Final

from nettools.core.address import format_address
from nettools.core.ip_protocols import protocol_name, protocol_number
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.route.question import Question
from nettools.core.route.report import Rule

LOOPBACK: Final = "lo"
"""The interface by which what this machine sends is said to come in: LOOPBACK_IFINDEX."""

LEGACY_TOS: Final = 0x1C
"""The bits of a packet's TOS that IPv4 compares with that of a rule or a route, INET_DSCP_LEGACY_TOS_MASK.

IPv6 compares the whole DSCP.
"""
_DSCP: Final = 0xFC
_UDP: Final = 17


def mismatch(rule: Rule, question: Question) -> str | None:
    """Why the rule does not concern the packet; None when it does. ``not`` turns the answer around."""
    why = next(_mismatches(rule, question), None)
    if not rule.not_:
        return why
    return None if why is not None else "it is for what does not match, and this does"


def selectors(rule: Rule) -> list[str]:
    """Whom the rule concerns, in the words of ip(8); empty when it is everybody."""
    named = (
        ("from", rule.from_),
        ("to", rule.to),
        ("tos", rule.tos),
        ("dscp", rule.dscp),
        (
            "fwmark",
            rule.fwmark and (rule.fwmark if rule.fwmask in (None, "0xffffffff") else f"{rule.fwmark}/{rule.fwmask}"),
        ),
        ("iif", rule.iif),
        ("oif", rule.oif),
        ("uidrange", rule.uidrange),
        ("ipproto", rule.ipproto),
        ("sport", rule.sport),
        ("dport", rule.dport),
        ("tun_id", rule.tun_id),
        ("flowlabel", rule.flowlabel),
    )
    return [f"{word} {value}" for word, value in named if value is not None]


def _mismatches(rule: Rule, question: Question) -> Iterator[str]:
    incoming = question.incoming or LOOPBACK
    if rule.iif is not None and rule.iif != incoming:
        yield f"only for what comes in by {rule.iif}"
    if rule.oif is not None and rule.oif != question.outgoing:
        yield f"only for what must leave by {rule.oif}"
    if rule.fwmark is not None and (int(rule.fwmark, 16) ^ question.mark) & int(rule.fwmask or "0xffffffff", 16):
        mask = "" if rule.fwmask in (None, "0xffffffff") else f"/{rule.fwmask}"
        yield f"only for mark {rule.fwmark}{mask}, the packet has {question.mark:#x}"
    if rule.tun_id not in (None, "0"):
        yield f"only for tunnel {rule.tun_id}"
    if rule.l3mdev:
        yield "only for interfaces of an L3 domain (VRF)"
    if rule.uidrange is not None:
        first, last = (int(part) for part in rule.uidrange.split("-"))
        if question.uid is None or not first <= question.uid <= last:
            owner = "nobody" if question.uid is None else question.uid
            yield f"only for UIDs {rule.uidrange}, the packet is of {owner}"
    yield from _address_mismatches(rule, question)
    yield from _class_mismatches(rule, question)
    yield from _transport_mismatches(rule, question)


def _address_mismatches(rule: Rule, question: Question) -> Iterator[str]:
    source = question.source
    if rule.from_ is not None and rule.from_.length:
        # A packet of ours without a source yet has 0.0.0.0 in IPv4; in IPv6 it has none that could match.
        is_any = question.destination.version == 4 or question.incoming is not None
        number = int(source) if source is not None else 0 if is_any else None
        if number is None or not _holds(rule.from_, number):
            shown = "no source yet" if source is None else f"source {format_address(source)}"
            yield f"only from {rule.from_}, the packet has {shown}"
    if rule.to is not None and not _holds(rule.to, int(question.destination)):
        yield f"only to {rule.to}"


def _class_mismatches(rule: Rule, question: Question) -> Iterator[str]:
    if rule.dscp is not None:
        value, _, mask = rule.dscp.partition("/")
        if (int(value, 0) ^ question.tos >> 2) & (int(mask, 0) if mask else 0x3F):
            yield f"only for DSCP {rule.dscp}, the packet has {question.tos >> 2}"
    elif rule.tos is not None:
        counted = question.tos & (LEGACY_TOS if rule.family == "inet" else _DSCP)
        if int(rule.tos, 16) != counted:
            yield f"only for TOS {rule.tos}, the packet has {question.tos:#x}"
    if rule.flowlabel is not None:
        yield f"only for flow label {rule.flowlabel}"


def _transport_mismatches(rule: Rule, question: Question) -> Iterator[str]:
    protocol = _UDP if question.protocol is None else question.protocol
    if rule.ipproto is not None and protocol_number(rule.ipproto) != protocol:
        yield f"only for {rule.ipproto}, the packet is {protocol_name(protocol)}"
    for wanted, port, which in (
        (rule.sport, question.source_port, "source"),
        (rule.dport, question.destination_port, "destination"),
    ):
        if wanted is not None and not _holds_port(wanted, port or 0):
            yield f"only for {which} port {wanted}, the packet has {'none' if port is None else port}"


def _holds(prefix: Prefix, number: int) -> bool:
    return prefix_of(prefix.version, number, prefix.length).network == prefix.network


def _holds_port(wanted: str, port: int) -> bool:
    value, slash, mask = wanted.partition("/")
    if slash:
        return not (int(value) ^ port) & int(mask, 0)
    first, _, last = value.partition("-")
    return int(first) <= port <= int(last or first)
