"""What an errno means before there is a connection: of socket(2), setsockopt(2), bind(2) and connect(2)."""

import errno
import os
from dataclasses import replace
from typing import Final

from nettools.core.address import Address, format_address
from nettools.core.connect.fault import TIMEOUT, Fault, local_fault
from nettools.core.connect.order import DialOrder
from nettools.core.connect.target import Transport
from nettools.core.scan.reason import IPPROTO_ICMPV6, icmp_reason
from nettools.core.text import quoted, safe
from nettools.net.connect.socket_options import OptionRefused
from nettools.net.sockets import REFUSALS, SHORTAGES, IcmpError, socket_address, source_address

_REFUSED: Final = Fault(outcome="refused", message="the connection was refused: nobody listens there", may_pass=True)
_RESET: Final = Fault(outcome="reset", message="the other side reset the connection at once", may_pass=True)
_UNREACHABLE: Final = Fault(outcome="unreachable", message="it cannot be reached: the network says so", may_pass=True)
_PROHIBITED: Final = Fault(outcome="prohibited", message="a router or firewall on the way prohibits it")

_ANSWERS: Final[dict[int, Fault]] = {
    errno.ECONNREFUSED: _REFUSED,
    errno.ETIMEDOUT: TIMEOUT,
    errno.ECONNRESET: _RESET,
    errno.ECONNABORTED: _RESET,
    errno.EACCES: _PROHIBITED,
    errno.EHOSTUNREACH: _UNREACHABLE,
    errno.ENETUNREACH: _UNREACHABLE,
    errno.EHOSTDOWN: _UNREACHABLE,
    errno.ENOPROTOOPT: _UNREACHABLE,
    errno.EPROTO: _UNREACHABLE,
    errno.EOPNOTSUPP: _UNREACHABLE,
    getattr(errno, "ENONET", errno.EHOSTUNREACH): _UNREACHABLE,
}
"""errno of a connection that was under way -> what the other side or the network answered.

ICMP errors become these: icmp_err_convert in net/ipv4/icmp.c, tab_unreach and icmpv6_err_convert in net/ipv6/icmp.c.
"""
_DISCARD: Final = 9
"""Any port: nothing is sent."""
_NO_MPTCP: Final = frozenset({errno.EPROTONOSUPPORT, errno.ENOPROTOOPT, errno.EINVAL, errno.EPROTOTYPE})
"""A kernel built without it, or with net.mptcp.enabled off (net/mptcp/protocol.c)."""


def connect_fault(code: int, order: DialOrder, address: Address | None, *, is_at_once: bool) -> Fault:
    """Why connect(2) failed; ``is_at_once`` says whether it did so itself, before anything was sent."""
    if order.target.is_unix:
        return _unix_fault(code, order)
    if order.target.transport == "vsock":
        return _vsock_fault(code)
    if is_at_once:
        if code == errno.EADDRNOTAVAIL and address is not None and not _has_source(address):
            return local_fault("no-source-address")
        if code in (errno.EADDRNOTAVAIL, errno.EADDRINUSE) and order.source_port:
            return Fault(
                outcome="source-in-use",
                message=f"an earlier connection to there still has port {order.source_port}",
                hint="wait a minute, or leave out --source-port",
                is_local=True,
                may_pass=True,
            )
        if code in SHORTAGES:
            return local_fault("local-resources")
        if code in REFUSALS:
            return local_fault(REFUSALS[code])
    found = _ANSWERS.get(code)
    return found or Fault(outcome="network-error", message=f"the connection failed: {os.strerror(code)}")


_SAID: Final = {
    "net-unreach": "network unreachable",
    "net-unknown": "network unknown",
    "no-route": "no route to the destination",
    "host-unreach": "host unreachable",
    "host-unknown": "host unknown",
    "host-isolated": "host isolated",
    "addr-unreach": "address unreachable",
    "proto-unreach": "protocol unreachable",
    "net-prohibited": "network administratively prohibited",
    "host-prohibited": "host administratively prohibited",
    "admin-prohibited": "administratively prohibited",
    "policy-fail": "the source address fails its policy",
    "reject-route": "a route of its own rejects this",
}
"""Names of ICMP errors (core.scan.reason) in words: RFC 792, RFC 1812 §5.2.7.1, RFC 4443 §3.1."""
_SYSTEM_CODES: Final[dict[str | tuple[int, str], int]] = {
    "port-unreach": errno.ECONNREFUSED,
    (IPPROTO_ICMPV6, "admin-prohibited"): errno.EACCES,
    (IPPROTO_ICMPV6, "policy-fail"): errno.EACCES,
    (IPPROTO_ICMPV6, "reject-route"): errno.EACCES,
}


def code_of_icmp(error: IcmpError) -> int:
    """The errno that the kernel makes of an ICMP error (as _ANSWERS says); all others are the same fault to us."""
    reason = icmp_reason(error.protocol, error.type, error.code)
    return _SYSTEM_CODES.get((error.protocol, reason)) or _SYSTEM_CODES.get(reason) or errno.EHOSTUNREACH


def told_by(fault: Fault, error: IcmpError, address: Address) -> Fault:
    """The fault in the words of the router or host that sent an ICMP error; this machine says nothing by one."""
    if fault.outcome not in (_UNREACHABLE.outcome, _PROHIBITED.outcome):
        return fault
    if error.sender != address and error.sender == source_address(socket_address(address, _DISCARD)):
        return fault
    reason = icmp_reason(error.protocol, error.type, error.code)
    return replace(fault, message=f"{format_address(error.sender)} says: {_SAID.get(reason, reason)}")


def _has_source(address: Address) -> bool:
    """Whether this machine has an address to send from to there at all."""
    return source_address(socket_address(address, _DISCARD)) is not None


def _unix_fault(code: int, order: DialOrder) -> Fault:
    """unix(7), ERRORS, and path_resolution(7)."""
    path = safe(order.target.path or "")
    if code == errno.ECONNREFUSED:
        hint = None if path.startswith("@") else "a program that has ended may have left it behind"
        return Fault(outcome="refused", message=f"nobody listens on {path}", hint=hint, may_pass=True)
    if code in (errno.ENOENT, errno.ENOTDIR):
        return Fault(outcome="not-there", message=f"there is no socket {path}", may_pass=True)
    if code in (errno.EACCES, errno.EPERM):
        return Fault(outcome="permission-denied", message=f"no permission to connect to {path}", is_local=True)
    if code == errno.EPROTOTYPE:
        hint = "try without -u" if order.target.is_datagram else "try with -u"
        return Fault(outcome="other-type", message=f"{path} is a Unix socket of another type", hint=hint)
    if code in SHORTAGES:
        return local_fault("local-resources")
    return Fault(outcome="network-error", message=f"cannot connect to {path}: {os.strerror(code)}", is_local=True)


def _vsock_fault(code: int) -> Fault:
    """vsock(7), ERRORS: a reset is how nobody's listening is told."""
    if code in (errno.ECONNRESET, errno.ECONNREFUSED):
        return _REFUSED
    if code == errno.ETIMEDOUT:
        return TIMEOUT
    if code in (errno.ENODEV, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
        return Fault(
            outcome="no-vsock",
            message="no virtual machine or host with that context identifier can be reached from here",
            hint="2 is the host, seen from a virtual machine",
            is_local=True,
        )
    return Fault(outcome="network-error", message=f"the connection failed: {os.strerror(code)}")


def socket_fault(error: OSError, transport: Transport) -> Fault:
    """Why socket(2) failed."""
    if error.errno in SHORTAGES:
        return replace(local_fault("local-resources"), is_network=False)
    if transport == "mptcp" and error.errno in _NO_MPTCP:
        return Fault(
            outcome="no-mptcp",
            message="this machine has no Multipath TCP",
            hint="sysctl net.mptcp.enabled shows whether it is switched off",
            is_network=False,
            is_local=True,
        )
    if error.errno in (errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT):
        if transport == "vsock":
            return no_vsock()
        return replace(local_fault("family-unsupported"), is_network=False)
    return _own(f"cannot make a socket: {error.strerror}", "socket-refused")


def no_vsock() -> Fault:
    return _own("this machine has no sockets of virtual machines (AF_VSOCK)", "no-vsock", "modprobe vsock, perhaps")


def interface_fault(error: OSError, order: DialOrder) -> Fault:
    """Why SO_BINDTODEVICE failed: since Linux 5.7 it needs no privilege on a socket that has none yet (socket(7))."""
    name = quoted(order.interface or "")
    if error.errno == errno.ENODEV:
        return _own(f"there is no interface {name}", "no-such-interface", "nettools ifaces lists them")
    if error.errno in (errno.EPERM, errno.EACCES):
        return _own(f"no permission to use the interface {name} alone", "interface-prohibited", "CAP_NET_RAW gives it")
    return _own(f"cannot use the interface {name} alone: {error.strerror}", "interface-refused")


def bind_fault(error: OSError, order: DialOrder) -> Fault:
    """Why bind(2) to the source failed."""
    port = order.source_port or 0
    if isinstance(order.source, str) or order.target.is_unix:
        return _own(f"cannot bind to {quoted(str(order.source))}: {error.strerror}", "source-refused")
    where = "this machine" if order.source is None else format_address(order.source)
    if error.errno == errno.EADDRNOTAVAIL:
        return _own(f"{where} is no address of this machine", "no-such-source", "nettools ifaces lists them")
    if error.errno == errno.EADDRINUSE:
        return replace(_own(f"port {port} of {where} is taken", "source-in-use", "choose another port"), may_pass=True)
    if error.errno in (errno.EACCES, errno.EPERM):
        return _own(f"binding port {port} needs privilege", "source-prohibited", "choose a port ≥ 1024")
    return _own(f"cannot connect from {where} port {port}: {error.strerror}", "source-refused")


def option_fault(refused: OptionRefused) -> Fault:
    return _own(refused.message, "option-refused")


def _own(message: str, outcome: str, hint: str | None = None) -> Fault:
    return Fault(outcome=outcome, message=message, hint=hint, is_network=False, is_local=True)
