"""The names of addresses that were found, for ``scan --rdns``: asked of the name servers as ``nettools rdns`` does."""

import socket
from collections.abc import Iterable, Sequence
from contextlib import closing
from time import monotonic
from typing import Final, cast

from nettools.core.address import Address
from nettools.core.bulk_resolve.groups import Group
from nettools.core.bulk_resolve.pacing import DEFAULT_CONCURRENCY
from nettools.core.bulk_resolve.plan import BulkPlan
from nettools.core.bulk_resolve.reply import AnswerReader
from nettools.core.dns.message import Question
from nettools.core.rdns.replies import Found, ReplyData
from nettools.core.rdns.sweep import SEED_OCTETS, Sweep
from nettools.core.rdns.targets import Stretch
from nettools.core.resolve.lookup import Lookup, Server
from nettools.core.text import SafeText
from nettools.net.bulk_resolve import BulkDriver, system_entropy
from nettools.net.interrupts import Interrupts
from nettools.net.system_dns import read_resolv_conf

DEFAULT_TIMEOUT_S: Final = 20.0


def reverse_names(
    addresses: Iterable[Address],
    *,
    interrupts: Interrupts,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    servers: Sequence[Server] | None = None,
) -> dict[Address, str | None]:
    """The name of each address, None where it has none or nobody said so in time.

    The PTR records are asked of ``servers``, or of those in resolv.conf; /etc/hosts does not count, as with
    ``nettools rdns``. All questions together take ``timeout_s`` at most, and end when a signal comes. Of several names
    the first in alphabetical order is given, so that two runs tell the same. The names are presentation text, which is
    safe for a terminal, without the final dot.
    """
    names: dict[Address, str | None] = dict.fromkeys(addresses)
    by_value: dict[tuple[int, int], Address] = {(one.version, int(one)): one for one in names}
    stretches = [Stretch(version, value, 1) for version, value in by_value]
    sweep = Sweep(stretches, int.from_bytes(system_entropy(SEED_OCTETS)), forward=False)
    reader = AnswerReader(socket.inet_ntop, ipv4=socket.AF_INET, ipv6=socket.AF_INET6)
    plan = BulkPlan(
        [Group(_lookup(servers, timeout_s))],
        sweep,
        ReplyData(reader),
        entropy=system_entropy,
        concurrency=DEFAULT_CONCURRENCY,
    )
    until_s = monotonic() + timeout_s
    driver = BulkDriver(
        plan,
        is_over=lambda: interrupts.has_fired or monotonic() >= until_s,
        owns_process=interrupts.owns_process,
    )
    with closing(driver.results()) as results:
        for batch in results:
            for found in cast(list[Found], batch):
                for one in sweep.answered(found):
                    if one.names:
                        names[by_value[one.version, one.value]] = SafeText(min(one.names).removesuffix(".")) or None
    return names


def _lookup(servers: Sequence[Server] | None, timeout_s: float) -> Lookup:
    """How any address is asked for: each server in turn, by resolv.conf's timeout and attempts."""
    conf = read_resolv_conf()
    asked = tuple(conf.servers(port=53) if servers is None else servers)
    return Lookup(
        question=Question(name=b"\0", type=0, class_=1),
        servers=asked,
        timeout_s=min(timeout_s, conf.timeout_s * conf.attempts * len(asked)),
        try_timeout_s=min(timeout_s, conf.timeout_s),
        tries=conf.attempts,
    )
