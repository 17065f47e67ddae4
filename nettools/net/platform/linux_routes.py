"""Linux: routes, rules and the kernel's answer to one packet, over netlink."""

import errno
import socket
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Final

from nettools.core.ifaces.report import Family
from nettools.core.netlink import request
from nettools.core.netlink.dump import Dump
from nettools.core.netlink.names import Names
from nettools.core.netlink.nexthop import RTM_NEWNEXTHOP, NextHopObject, lacks_ways, parse_nexthops, with_ways
from nettools.core.netlink.route import parse_route
from nettools.core.netlink.route_header import RTM_NEWROUTE, is_of_table, touches
from nettools.core.netlink.rule import RTM_NEWRULE, parse_rule
from nettools.core.prefix import Prefix
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.report import Route
from nettools.core.text import quoted, suggestion
from nettools.errors import OptionError
from nettools.net.netlink import NetlinkSocket, records, whole_dump
from nettools.net.platform import TORN, RoutesFound

_NO_SUCH_TABLE: Final = frozenset({errno.ENOENT})
_NO_RULES: Final = frozenset({errno.EAFNOSUPPORT, errno.EOPNOTSUPP})
"""What a kernel says that was built or started without a family, or without rules for it."""
_NO_TABLE: Final = "unspec"
"""What stands for a table in an answer that came from none."""


class RouteReader:
    """Reads the routing tables through a socket that somebody else opened."""

    def __init__(self, netlink: NetlinkSocket, names: Names) -> None:
        self._netlink = netlink
        self.names = names

    def routes(self, families: tuple[Family, ...], table: str | None, touching: Sequence[Prefix] = ()) -> RoutesFound:
        dumps = list(self.dumps(families, table))
        wanted = None if table is None else self.names.table(self.table_number(table))
        bodies = (
            body
            for dump in dumps
            for body in records(dump, RTM_NEWROUTE)
            if is_of_table(body, families) and (not touching or touches(body, touching))
        )
        routes = (self.route(body) for body in bodies)
        rules = self.rules(families)
        return RoutesFound(
            # A kernel without strict checks gives all tables.
            routes=tuple(one for one in routes if one is not None and wanted in (None, one.table)),
            rules=rules.rules,
            warnings=(TORN,) if any(dump.is_torn for dump in dumps) else rules.warnings,
        )

    def route(self, body: bytes) -> Route | None:
        """A route with its ways, also where it only names the object that has them."""
        found = parse_route(body, self.names)
        return with_ways(found, self._nexthops) if found is not None and lacks_ways(found) else found

    @cached_property
    def _nexthops(self) -> Mapping[int, NextHopObject]:
        dump = self._netlink.dump(request.dump_nexthops)  # refused by kernels before 5.3, which have none
        return parse_nexthops(records(dump, RTM_NEWNEXTHOP), self.names)

    def rules(self, families: tuple[Family, ...]) -> RoutesFound:
        """The policy rules alone, in the kernel's order."""
        dumps = [
            whole_dump(self._netlink, partial(request.dump_rules, family=family), "rules", absent=_NO_RULES)
            for family in families
        ]
        rules = (parse_rule(body, self.names) for dump in dumps for body in records(dump, RTM_NEWRULE))
        return RoutesFound(
            routes=(),
            rules=None if all(dump.errno for dump in dumps) else tuple(one for one in rules if one is not None),
            warnings=(TORN,) if any(dump.is_torn for dump in dumps) else (),
        )

    def dumps(self, families: tuple[Family, ...], table: str | None) -> Iterator[Dump]:
        """The routes of each family as the kernel sent them."""
        number = None if table is None else self.table_number(table)
        for family in families:
            ask = partial(request.dump_routes, family=family, table=number)
            yield whole_dump(self._netlink, ask, "routes", absent=_NO_SUCH_TABLE)

    def ask(self, question: Question) -> SystemAnswer:
        incoming, outgoing = _index_of(question.incoming), _index_of(question.outgoing)
        answer = self._netlink.ask(partial(request.get_route, question=question, incoming=incoming, outgoing=outgoing))
        route = next((self.route(body) for body in records(answer, RTM_NEWROUTE)), None)
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

    def table_number(self, table: str) -> int:
        """The number of the table that is named. Raises OptionError."""
        number = self.names.table_number(table)
        if not number or number >> 32:  # 0 is no table, and asks the kernel for all of them
            hint = suggestion(table, self.names.table_names(), "name one of rt_tables, or give its number")
            raise OptionError(f"there is no routing table {quoted(table)}", hint=hint)
        return number


def _index_of(name: str | None) -> int | None:
    if name is None:
        return None
    try:
        return socket.if_nametoindex(name)
    except OSError:
        raise OptionError(f"there is no interface {quoted(name)}") from None
