"""Linux: routes, rules and the kernel's answer to one packet, over netlink."""

import errno
import socket
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Final

from nettools.core.ifaces.report import Family
from nettools.core.netlink import request
from nettools.core.netlink.dump import Dump
from nettools.core.netlink.names import Names
from nettools.core.netlink.route import parse_route
from nettools.core.netlink.route_header import RTM_NEWROUTE, touches
from nettools.core.netlink.rule import RTM_NEWRULE, parse_rule
from nettools.core.prefix import Prefix
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.text import quoted
from nettools.errors import OptionError
from nettools.net.netlink import NetlinkSocket, records, whole_dump
from nettools.net.platform import TORN, RoutesFound

_NO_TABLE: Final = "unspec"
"""What stands for a table in an answer that came from none."""


class RouteReader:
    """Reads the routing tables through a socket that somebody else opened."""

    def __init__(self, netlink: NetlinkSocket, names: Names) -> None:
        self._netlink = netlink
        self.names = names

    def routes(self, families: tuple[Family, ...], table: str | None, touching: Sequence[Prefix] = ()) -> RoutesFound:
        dumps = list(self.dumps(families, table))
        wanted = None if table is None else self.names.table(self._table_number(table))
        bodies = (
            body for dump in dumps for body in records(dump, RTM_NEWROUTE) if not touching or touches(body, touching)
        )
        routes = (parse_route(body, self.names) for body in bodies)
        rules = self.rules(families)
        return RoutesFound(
            # A kernel without strict checks gives all tables.
            routes=tuple(one for one in routes if one is not None and wanted in (None, one.table)),
            rules=rules.rules,
            warnings=(TORN,) if any(dump.is_torn for dump in dumps) else rules.warnings,
        )

    def rules(self, families: tuple[Family, ...]) -> RoutesFound:
        """The policy rules alone, in the kernel's order."""
        dumps = [whole_dump(self._netlink, partial(request.dump_rules, family=family), "rules") for family in families]
        rules = (parse_rule(body, self.names) for dump in dumps for body in records(dump, RTM_NEWRULE))
        return RoutesFound(
            routes=(),
            rules=tuple(one for one in rules if one is not None),
            warnings=(TORN,) if any(dump.is_torn for dump in dumps) else (),
        )

    def dumps(self, families: tuple[Family, ...], table: str | None) -> Iterator[Dump]:
        """The routes of each family as the kernel sent them."""
        number = None if table is None else self._table_number(table)
        for family in families:
            ask = partial(request.dump_routes, family=family, table=number)
            yield whole_dump(self._netlink, ask, "routes", absent=errno.ENOENT)

    def ask(self, question: Question) -> SystemAnswer:
        incoming, outgoing = _index_of(question.incoming), _index_of(question.outgoing)
        answer = self._netlink.ask(partial(request.get_route, question=question, incoming=incoming, outgoing=outgoing))
        route = next((parse_route(body, self.names) for body in records(answer, RTM_NEWROUTE)), None)
        if route is None:
            return SystemAnswer(error=errno.errorcode.get(answer.errno, str(answer.errno)))
        # What comes in has its source already; the one in the answer is then for what this machine sends.
        chosen = route.prefsrc if question.incoming is None else None
        return SystemAnswer(
            type=route.type,
            table=None if route.table == _NO_TABLE else route.table,
            dev=route.dev,
            gateway=route.gateway,
            source=question.fixed_source or chosen,
        )

    def _table_number(self, table: str) -> int:
        number = self.names.table_number(table)
        if number is None or number >> 32:
            close = get_close_matches(table, self.names.table_names(), n=3)
            hint = f"did you mean {' or '.join(close)}?" if close else "name one of rt_tables, or give its number"
            raise OptionError(f"there is no routing table {quoted(table)}", hint=hint)
        return number


def _index_of(name: str | None) -> int | None:
    if name is None:
        return None
    try:
        return socket.if_nametoindex(name)
    except OSError:
        raise OptionError(f"there is no interface {quoted(name)}") from None
