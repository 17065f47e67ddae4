"""The pictures of tables in README.md, drawn from fixtures by the program's own renderers.

python tools/pictures.py write      rewrite docs/pictures/
python tools/pictures.py --check    exit 1 when a picture is out of date
"""

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_interface
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from nettools import data
from nettools.core.address import parse_address
from nettools.core.ifaces.report import DefaultGateways, Interface, InterfaceAddress, family_of
from nettools.core.port_service import ServiceTable
from nettools.core.route.explanation import Explanation
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.report import Route, Rule
from nettools.core.route.verdict import explain
from nettools.core.route.walk import Machine
from nettools.core.scan.finding import Finding
from nettools.core.scan.reason import CLOSED, IPPROTO_ICMP, OPEN, SILENT, icmp_verdict
from nettools.core.scan.report import ScannedPorts, ScanReport, ScanSettings, ScanSummary
from nettools.core.scan.tally import HostTally
from nettools.core.scan.tls_info import TlsInfo
from nettools.core.special_purpose import parse_registry
from nettools.core.subnet.describe import describe
from nettools.core.subnet.parse import parse_network, parse_subnet
from nettools.render.ifaces import draw_interfaces
from nettools.render.output import Output
from nettools.render.port_service import draw_services
from nettools.render.rdns import draw_addresses
from nettools.render.resolve import draw_responses
from nettools.render.route_explain import draw_explanations
from nettools.render.scan import draw_report
from nettools.render.style import Canvas
from nettools.render.subnet import draw_descriptions

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
COLUMNS = 88
CANVAS = Canvas(width=COLUMNS, color=True, ascii_only=False)

THEME = TerminalTheme(
    (24, 26, 31),
    (208, 212, 220),
    [
        (48, 52, 60),
        (224, 108, 117),
        (126, 188, 110),
        (219, 176, 92),
        (97, 152, 224),
        (192, 132, 214),
        (80, 182, 194),
        (208, 212, 220),
    ],
    [
        (110, 116, 128),
        (236, 130, 138),
        (150, 206, 134),
        (232, 196, 120),
        (124, 174, 238),
        (210, 156, 230),
        (108, 204, 214),
        (255, 255, 255),
    ],
)

# Placeholders as rich's exporter fills them in; system fonts only, nothing is fetched.
SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" xml:space="preserve">
  <style>
    .{unique_id}-matrix {{
      font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
      font-size: {char_height}px;
      line-height: {line_height}px;
      font-variant-east-asian: full-width;
    }}
    {styles}
  </style>
  <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
  </defs>
  {chrome}
  <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
  </g>
</svg>
"""


def services() -> ServiceTable:
    """The shipped tables, without any machine's own services file."""
    return ServiceTable(data.rows("services.tsv"), data.rows("in-practice.tsv"))


def draw_subnet(output: Output) -> None:
    registry = parse_registry(data.rows("special-purpose.tsv"))
    words = "192.0.2.12/30"
    draw_descriptions(output, CANVAS, [describe(words, one, registry) for one in parse_subnet(words)])


def draw_port_service(output: Output) -> None:
    table = services()
    draw_services(
        output, CANVAS, [found for query in ("443/tcp", "9092/tcp", "51820/udp") for found in table.lookup(query)]
    )


def draw_scan(output: Output) -> None:
    draw_report(output, CANVAS, scanned(_web_server()))


def draw_scan_probe(output: Output) -> None:
    """The same host, asked what its open ports serve."""
    tally = _web_server()
    tally.found(22, Finding(service="ssh", product="OpenSSH", version="9.2p1", extra="Debian 12"))
    tally.found(80, Finding(service="http", product="nginx", version="1.25.3"))
    tally.found(443, Finding(service="http", product="nginx", version="1.25.3", tls=_certificate()))
    draw_report(output, CANVAS, scanned(tally))


SCANNED = datetime(2026, 11, 20, tzinfo=UTC)


def _web_server() -> HostTally:
    """A composed scan of an address from the documentation block."""
    tally = HostTally(IPv4Address("192.0.2.10"))
    prohibited = icmp_verdict(IPPROTO_ICMP, 3, 13, IPv4Address("192.0.2.1"))
    special = {22: OPEN, 80: OPEN, 443: OPEN, 25: prohibited, 111: SILENT}
    for port in range(1, 1025):
        found = special.get(port, CLOSED)
        tally.settled(port, found, 0.00071 + port / 4_000_000 if found in (OPEN, CLOSED) else None)
    tally.is_complete = True
    return tally


def _certificate() -> TlsInfo:
    return TlsInfo(
        version="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        alpn="h2",
        subject="CN=www.example.net",
        names=("www.example.net", "example.net"),
        issuer="CN=Example CA",
        not_before=SCANNED - timedelta(days=78),
        not_after=SCANNED + timedelta(days=12, hours=3),
        trusted=True,
        distrust=None,
        chain=("CN=www.example.net", "CN=Example CA"),
        spki_sha256=None,
    )


def scanned(tally: HostTally) -> ScanReport:
    """The report of one host."""
    return ScanReport(
        scan=ScanSettings(
            started=SCANNED,
            type="connect",
            seed=None,
            shard=None,
            options={},
            ports=ScannedPorts(tcp="1-1024", udp=None),
        ),
        hosts=(tally.report("www.example.net", services(), names=("www.example.net",)),),
        summary=ScanSummary(
            addresses=1,
            hosts_up=1,
            hosts_down=0,
            hosts_silent=0,
            ports_open=3,
            probes_sent=1026,
            retransmitted=2,
            duration_ms=412.0,
            interrupted=False,
        ),
        errors=(),
    )


def machine_interfaces() -> tuple[Interface, ...]:
    """A composed server with a bridge for its guests; the addresses are those reserved for documentation."""
    lo = _interface(1, "lo", "loopback", "00:00:00:00:00:00", ["127.0.0.1/8", "::1/128"], scope="host")
    eth0 = _interface(2, "eth0", "ether", "00:00:5e:00:53:01", ["198.51.100.7/24", "2001:db8::7/64"])
    bridge = _interface(3, "br-lab", "bridge", "00:00:5e:00:53:a0", ["192.0.2.1/26"])
    guest = _interface(5, "veth1", "veth", "00:00:5e:00:53:b1", [])
    gateways = DefaultGateways(inet="198.51.100.1", inet6="fe80::1")
    return (
        replace(lo, mtu=65536),
        replace(eth0, default=gateways, speed_mbps=10_000, duplex="full"),
        bridge,
        replace(guest, master="br-lab", link="eth0", link_index=2, netnsid=0, netns="guest"),
    )


def explained_route() -> Explanation:
    """A destination that a policy rule, a blackhole and two more routes might have taken."""
    routes = [
        _route("0.0.0.0/0", "198.51.100.1", metric=100),
        _route("203.0.113.0/24", "198.51.100.9"),
        _route("203.0.113.0/24", "198.51.100.2", metric=50),
        _route("198.51.100.0/24", None),
        _route("203.0.113.128/25", None, kind="blackhole"),
    ]
    rules = [_rule(0, "local"), _rule(1000, "vpn", mark="0x10"), _rule(32766, "main"), _rule(32767, "default")]
    question = Question(destination=IPv4Address("203.0.113.9"), uid=1000)
    answer = SystemAnswer(
        type="unicast", dev="eth0", gateway=IPv4Address("198.51.100.9"), source=IPv4Address("198.51.100.7")
    )
    machine = Machine(routes, rules, machine_interfaces())
    return explain(machine, question, answer, lambda _name: None, word="203.0.113.9")


def _interface(
    number: int, name: str, kind: str, link_address: str, addresses: list[str], *, scope: str = "global"
) -> Interface:
    return Interface(
        ifindex=number,
        ifname=name,
        kind=kind,
        admin_up=True,
        operstate="UP",
        flags=("UP", "LOWER_UP"),
        mtu=1500,
        address=link_address,
        permaddr=None,
        master=None,
        link=None,
        link_index=None,
        netnsid=None,
        netns=None,
        alias=None,
        altnames=(),
        qdisc=None,
        group="default",
        txqlen=1000,
        linkinfo={},
        addr_info=tuple(_address(one, scope) for one in addresses),
        default=DefaultGateways(inet=None, inet6=None),
        speed_mbps=None,
        duplex=None,
        stats=None,
    )


def _address(text: str, scope: str) -> InterfaceAddress:
    held = ip_interface(text)
    return InterfaceAddress(
        family=family_of(held.version),
        local=held.ip,
        prefixlen=held.network.prefixlen,
        peer=None,
        broadcast=None,
        scope=scope,
        label=None,
        flags=(),
        valid_life_time=None,
        preferred_life_time=None,
    )


def _route(dst: str, gateway: str | None, *, metric: int = 0, kind: str = "unicast") -> Route:
    return Route(
        family="inet",
        type=kind,
        dst=parse_network(dst),
        gateway=None if gateway is None else parse_address(gateway),
        via_family=None,
        dev=None if kind == "blackhole" else "eth0",
        protocol="static",
        scope="global",
        prefsrc=None,
        metric=metric,
        table="main",
        flags=(),
        mtu=None,
        nexthops=(),
        nhid=None,
        pref=None,
        tos=None,
        from_=None,
        expires=None,
        encap=None,
        metrics={},
    )


def _rule(priority: int, table: str, *, mark: str | None = None) -> Rule:
    return Rule(
        family="inet",
        priority=priority,
        not_=False,
        from_=None,
        to=None,
        tos=None,
        fwmark=mark,
        fwmask="0xffffffff" if mark else None,
        iif=None,
        oif=None,
        uidrange=None,
        ipproto=None,
        sport=None,
        dport=None,
        suppress_prefixlength=None,
        suppress_ifgroup=None,
        goto=None,
        protocol="static",
        l3mdev=False,
        table=table,
        action="to_table",
        dscp=None,
        tun_id=None,
        flowlabel=None,
        realms=None,
    )


def draw_ifaces(output: Output) -> None:
    draw_interfaces(output, CANVAS, machine_interfaces())


def draw_route(output: Output) -> None:
    draw_explanations(output, CANVAS, [explained_route()])


def draw_resolve(output: Output) -> None:
    sys.path.insert(0, str(FOLDER.parent.parent))
    from tests.dns_reports import VALIDATED

    draw_responses(output, CANVAS, VALIDATED, with_sections=False)


def draw_rdns(output: Output) -> None:
    sys.path.insert(0, str(FOLDER.parent.parent))
    from tests.dns_reports import ADDRESSES

    draw_addresses(output, CANVAS, ADDRESSES)


PICTURES: dict[str, tuple[str, Callable[[Output], None]]] = {
    "subnet": ("nettools subnet 192.0.2.12/30", draw_subnet),
    "scan": ("nettools scan www.example.net 1-1024", draw_scan),
    "scan-probe": ("nettools scan www.example.net 1-1024 --probe --tls-info", draw_scan_probe),
    "ifaces": ("nettools ifaces", draw_ifaces),
    "route": ("nettools route 203.0.113.9", draw_route),
    "resolve": ("nettools resolve www.example.com --validate", draw_resolve),
    "rdns": ("nettools rdns 192.0.2.0/24 2001:db8::25", draw_rdns),
    "port-service": ("nettools port-service 443/tcp 9092/tcp 51820/udp", draw_port_service),
}


class _Memory(io.BytesIO):
    def fileno(self) -> int:
        return -1


def picture(name: str) -> str:
    """The SVG of one picture."""
    title, draw = PICTURES[name]
    memory = _Memory()
    output = Output(memory, name="a picture")
    draw(output)
    output.flush()
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(Text.from_ansi(memory.getvalue().decode()))
    drawn = console.export_svg(title=f"$ {title}", theme=THEME, code_format=SVG, unique_id=f"nettools-{name}")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def main(arguments: list[str]) -> int:
    """``write`` or ``--check``."""
    if arguments not in (["write"], ["--check"]):
        sys.stderr.write(f"usage: {sys.argv[0]} write|--check\n")
        return 2
    stale = [name for name in PICTURES if not _is_current(name)]
    for name in stale:
        if arguments == ["write"]:
            (FOLDER / f"{name}.svg").write_text(picture(name), encoding="utf-8")
        else:
            sys.stdout.write(f"docs/pictures/{name}.svg is out of date: python tools/pictures.py write\n")
    return 1 if stale and arguments == ["--check"] else 0


def _is_current(name: str) -> bool:
    path = FOLDER / f"{name}.svg"
    return path.exists() and path.read_text(encoding="utf-8") == picture(name)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
