"""What completes the value of an option, and an argument: the one table, from which all shells are told.

An option with choices of its own needs no entry. Any other option that takes a value has one, under the command
(``listen --port``) or for all commands (``--interface``); ``ANYTHING`` says that there is nothing to offer.
Words are taken from where the code has them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

from nettools import data
from nettools.cli import COMMANDS
from nettools.commands._help_topics import TOPICS
from nettools.commands.completion import SCRIPTS
from nettools.core.config.report import CREDENTIALS
from nettools.core.config.table import BY_NAME, SECTIONS
from nettools.core.connect.starttls import PROTOCOLS as STARTTLS_PROTOCOLS
from nettools.core.dns.types import CLASSES, TYPES
from nettools.core.ifaces.names import LINK_TYPES
from nettools.core.ifaces.proc import KINDS as LINK_KINDS
from nettools.core.netlink.linkinfo import MODULES as LINKINFO_KINDS
from nettools.core.netlink.names import TABLES
from nettools.core.port_service import TRANSPORTS
from nettools.core.proxy.settings import ProxyDns, ProxyType
from nettools.core.proxy_server.kinds import KINDS as PROXY_SERVERS
from nettools.core.resolve.lookup import DEFAULT_PORTS
from nettools.core.service.names import SERVICES
from nettools.core.subnet.relate import RELATIONS
from nettools.core.tls.settings import Version
from nettools.runs.route_question import PROTOCOLS

ANYTHING: Final = "anything"
"""A number, a time, a text: nothing is offered."""
FILE: Final = "file"
FOLDER: Final = "folder"
INTERFACE: Final = "interface"
NAMESPACE: Final = "namespace"
HOST: Final = "host"
ADDRESS: Final = "address"
PORTS: Final = "ports"
"""A list with commas of services and words of --ports, perhaps behind ``T:`` or ``U:``."""
PORT_LIST: Final = "port-list"
"""The same where a single name would be taken for a host: offered behind a comma, ``T:``, ``U:`` or ``top:``."""
SERVER: Final = "server"
"""A host, perhaps behind ``tls://``."""
AT_SERVER: Final = "at-server"
"""The same behind an ``@``."""
AT_FILE: Final = "at-file"
"""A file behind an ``@``."""
PATH: Final = "path"
"""A file where something else is usual: offered once the word has a slash in it."""

ASKED: Final = {INTERFACE: "interfaces", NAMESPACE: "namespaces", HOST: "hosts", ADDRESS: "addresses"}
"""What is asked of ``nettools __complete`` when Tab is pressed, by its word for it."""
BUILT_IN: Final = frozenset({ANYTHING, FILE, FOLDER, PORTS, PORT_LIST, SERVER, AT_SERVER, AT_FILE, PATH, *ASKED})

_SCHEMAS: Final = Path(__file__).parents[2] / "nettools" / "schemas"
_META_TYPES: Final = frozenset({"OPT", *(name for name, number in TYPES.items() if 128 <= number <= 254)})
"""Types that are no data and cannot be asked for as data: RFC 6895 §3.1. AXFR and IXFR are options."""
_WELL_KNOWN_END: Final = 1024
_USEFUL: Final = 100


def service_names() -> Iterator[str]:
    """The services that people type, of the 6,000 that are registered.

    These are the names of ports that top-ports.tsv has among its first hundred of their protocol, or has at all and
    that are well known (below 1024), unless in-practice.tsv says that the name is opaque or misleads.
    """
    useful: dict[str, list[int]] = {}
    for transport, port in data.rows("top-ports.tsv"):
        useful.setdefault(transport, []).append(int(port))
    misleading = {(transport, int(row[0])) for row in data.rows("in-practice.tsv") for transport in row[1].split(",")}
    for row in data.rows("services.tsv"):
        number = int(row[0])
        for transport in row[1].split(","):
            known = useful.get(transport, [])
            is_useful = number in (known if number < _WELL_KNOWN_END else known[:_USEFUL])
            if is_useful and (transport, number) not in misleading:
                yield row[2]


def _schema_names() -> Iterator[str]:
    return (path.stem for path in _SCHEMAS.glob("*.json"))


def _sorted(words: Iterator[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words), key=str.lower))


WORDS: Final[dict[str, tuple[str, ...]]] = {
    "dns-class": tuple(CLASSES),
    "dns-type": tuple(name for name in TYPES if name not in _META_TYPES),
    "link-kind": _sorted(iter({LINK_TYPES[1], LINK_TYPES[772], "tap", *LINK_KINDS, *LINKINFO_KINDS})),
    "packet-protocol": PROTOCOLS,
    "port-protocol": TRANSPORTS,
    "port-word": ("all", "top:100", *(name for name, _ in data.rows("port-groups.tsv"))),
    "proxy-dns": get_args(ProxyDns),
    "proxy-server": PROXY_SERVERS,
    "proxy-type": get_args(ProxyType),
    "relation": RELATIONS,
    "routing-table": ("all", *(name for name in TABLES.values() if name != "unspec")),
    "schema": _sorted(_schema_names()),
    "server-scheme": tuple(f"{transport}://" for transport in DEFAULT_PORTS),
    "service": _sorted(service_names()),
    "setting": (*SECTIONS, *BY_NAME, CREDENTIALS),
    "shell": tuple(SCRIPTS),
    "small-service": SERVICES,
    "starttls": STARTTLS_PROTOCOLS,
    "tls-version": get_args(Version),
    "topic": (*COMMANDS, *TOPICS),
}
"""Closed lists, by what the scripts call them."""

OPTIONS: Final[dict[str, str]] = {
    "--allow": ANYTHING,
    "--allowfile": FILE,
    "--alpn": ANYTHING,
    "--backoff": ANYTHING,
    "--bufsize": ANYTHING,
    "--cafile": FILE,
    "--cert": FILE,
    "--ciphers": ANYTHING,
    "--class": "dns-class",
    "--concurrency": ANYTHING,
    "--count": ANYTHING,
    "--delay": ANYTHING,
    "--deny": ANYTHING,
    "--denyfile": FILE,
    "--diff": FILE,
    "--dport": ANYTHING,
    "--events": FILE,
    "--exclude": HOST,
    "--exclude-file": FILE,
    "--exec": FILE,
    "--expect": ANYTHING,
    "subnet relate --expect": "relation",
    "--expect-file": FILE,
    "--file": FILE,
    "--forward": HOST,
    "--from": ADDRESS,
    "--hex-dump": FILE,
    "--host-timeout": ANYTHING,
    "--hosts": ANYTHING,
    "--idle-timeout": ANYTHING,
    "--iif": INTERFACE,
    "--interface": INTERFACE,
    "--interval": ANYTHING,
    "--into": ANYTHING,
    "--ixfr": ANYTHING,
    "--keepalive": ANYTHING,
    "--key": FILE,
    "--keylog": FILE,
    "--kind": "link-kind",
    "--limit-rate": ANYTHING,
    "--mark": ANYTHING,
    "--max-conns": ANYTHING,
    "--max-in-flight": ANYTHING,
    "--minus": AT_FILE,
    "--mode": ANYTHING,
    "--name": HOST,
    "--names": ANYTHING,
    "--netns": NAMESPACE,
    "--nth": ANYTHING,
    "--output": FILE,
    "--pin": ANYTHING,
    "--port": ANYTHING,
    "--ports": PORTS,
    "--prefix": ANYTHING,
    "--protocol": "packet-protocol",
    "port-service --protocol": "port-protocol",
    "--proxy": HOST,
    "--proxy-auth": ANYTHING,
    "--proxy-auth-file": FILE,
    "--proxy-dns": "proxy-dns",
    "--proxy-server": "proxy-server",
    "--proxy-type": "proxy-type",
    "--quit-after": ANYTHING,
    "--random": ANYTHING,
    "--rate": ANYTHING,
    "--rcvbuf": ANYTHING,
    "--receive": FILE,
    "--resume": FILE,
    "--retries": ANYTHING,
    "--retry": ANYTHING,
    "--reverse": ADDRESS,
    "--root-hints": FILE,
    "--search": ANYTHING,
    "--seed": ANYTHING,
    "--send": FILE,
    "--serve": FOLDER,
    "--server": SERVER,
    "--servername": HOST,
    "--service": "small-service",
    "--sh-exec": ANYTHING,
    "--shard": ANYTHING,
    "--sndbuf": ANYTHING,
    "--source": ANYTHING,
    "--source-port": ANYTHING,
    "--sport": ANYTHING,
    "--starttls": "starttls",
    "--step": ANYTHING,
    "--subnet": ANYTHING,
    "--table": "routing-table",
    "--targets": FILE,
    "--timeout": ANYTHING,
    "--tls-min": "tls-version",
    "--tls-name": HOST,
    "--tos": ANYTHING,
    "--tries": ANYTHING,
    "--trust-anchor": FILE,
    "--tsig": ANYTHING,
    "--tsig-file": FILE,
    "--ttl": ANYTHING,
    "--type": "dns-type",
    "--uid": ANYTHING,
    "--used": FILE,
    "--wait": ANYTHING,
}
"""The longest spelling of an option, perhaps behind its command -> what completes its value."""

ARGUMENTS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "cat": ((HOST, PATH), ("service",)),
    "completion": (("shell",),),
    "config": (("setting",),),
    "ifaces": ((INTERFACE,),),
    "listen": ((HOST, PATH), ("service",)),
    "port-service": (("service",),),
    "rdns": ((ADDRESS, AT_SERVER),),
    "resolve": ((HOST, "dns-type", AT_SERVER),),
    "route": ((HOST,),),
    "scan": ((HOST,), (HOST, PORT_LIST)),
    "schema": (("schema",),),
    "subnet compare": ((AT_FILE,), (AT_FILE,)),
    "subnet cover": ((AT_FILE,),),
    "subnet describe": ((ANYTHING,),),
    "subnet filter": ((AT_FILE,),),
    "subnet free": ((ANYTHING,),),
    "subnet intersect": ((AT_FILE,), (AT_FILE,)),
    "subnet list": ((ANYTHING,),),
    "subnet mac": ((ANYTHING,),),
    "subnet merge": ((AT_FILE,),),
    "subnet nat64": ((ANYTHING,),),
    "subnet range": ((ANYTHING,),),
    "subnet relate": ((ANYTHING,), (ANYTHING,)),
    "subnet reverse": ((ANYTHING,),),
    "subnet sort": ((AT_FILE,),),
    "subnet split": ((ANYTHING,),),
    "subnet subtract": ((AT_FILE,),),
    "subnet ula": (),
}
"""Command -> what completes its first argument, its second...; the last is for all that follow, where there may be
more."""
