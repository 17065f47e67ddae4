"""The zones of the world: a root, three TLDs, three domains, one of which is bogus, and the reverse tree."""

from pathlib import Path

from tests.dns_bed import zonebuild

ROOT, TLD, NS1, NS2, NS3 = "203.0.113.1", "203.0.113.2", "198.51.100.53", "203.0.113.53", "203.0.113.54"
RESOLVER = "192.0.2.53"

_HEAD = "$TTL 300\n@ SOA {primary} hostmaster.example.com. {serial} 7200 3600 1209600 60\n"

ROOT_ZONE = f"""\
@ NS root.example.net.
root.example.net. A {ROOT}
com. NS tld.example.net.
net. NS tld.example.net.
org. NS tld.example.net.
example. NS tld.example.net.
arpa. NS tld.example.net.
tld.example.net. A {TLD}
"""

COM = f"""\
@ NS tld.example.net.
example NS ns1.example
example NS ns2.example
ns1.example A {NS1}
ns2.example A {NS2}
"""

NET = f"""\
@ NS tld.example.net.
example NS ns1.example.com.
example NS ns2.example.com.
example NS ns3.example
ns3.example A {NS3}
tld.example A {TLD}
root.example A {ROOT}
"""

ORG = """\
@ NS tld.example.net.
example NS ns1.example.com.
example NS ns2.example.com.
"""

EXAMPLE_COM = f"""\
@ NS ns1
@ NS ns2
@ A 198.51.100.80
@ AAAA 2001:db8:0:2::80
@ MX 10 mail
@ TXT "v=spf1 mx -all"
@ CAA 0 issue "ca.example.net"
ns1 A {NS1}
ns2 A {NS2}
www A 198.51.100.80
www AAAA 2001:db8:0:2::80
mail A 198.51.100.25
db A 198.51.100.32
shop A 198.51.100.81
blog CNAME www
wiki A 198.51.100.81
resolver A {RESOLVER}
router A 192.0.2.1
desk A 192.0.2.10
bob A 192.0.2.20
nas A 192.0.2.30
_sip._tcp SRV 10 60 5060 www
"""

EXAMPLE_NET = f"""\
@ NS ns1.example.com.
@ NS ns2.example.com.
@ NS ns3
ns3 A {NS3}
tld A {TLD}
root A {ROOT}
"""

BAKERY = "@ NS ns1.example.com.\n@ NS ns2.example.com.\n"
# What ns1 serves, and what ns2, which has not fetched it yet.
NEW_BAKERY = BAKERY + "www A 198.51.100.81\n"
OLD_BAKERY = BAKERY + "www A 198.51.100.80\n"

EXAMPLE_TLD = "@ NS tld.example.net.\nbakery NS ns1.example.com.\nbakery NS ns2.example.com.\n"

EXAMPLE_ORG = "@ NS ns1.example.com.\n@ NS ns2.example.com.\n@ A 198.51.100.80\nwww A 198.51.100.80\n"

ARPA = """\
@ NS tld.example.net.
1.2.0.192.in-addr PTR router.example.com.
10.2.0.192.in-addr PTR desk.example.com.
20.2.0.192.in-addr PTR bob.example.com.
30.2.0.192.in-addr PTR www.example.com.
40.2.0.192.in-addr PTR printer.example.com.
53.2.0.192.in-addr PTR resolver.example.com.
25.100.51.198.in-addr PTR mail.example.com.
80.100.51.198.in-addr PTR www.example.com.
0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6 PTR www.example.com.
"""


def build(folder: Path) -> None:
    """Write and sign the zones into ``folder``/zones, and the root's hints and anchors into ``folder``."""
    builder = zonebuild.Builder(folder)
    builder.zones.mkdir()
    builder.keys.mkdir()

    def write(name: str, zone: str, primary: str, serial: int = 2026112101) -> Path:
        path = builder.zones / f"{name}.zone"
        path.write_text(_HEAD.format(primary=primary, serial=serial) + zone)
        return path

    builder.sign("example.com", write("example.com", EXAMPLE_COM, "ns1"))
    builder.sign("example.org", write("example.org", EXAMPLE_ORG, "ns1.example.com."), signing=zonebuild.PAST)
    write("example", EXAMPLE_TLD, "tld.example.net.")
    for zone, new, old in (("example.net", EXAMPLE_NET, EXAMPLE_NET), ("bakery.example", NEW_BAKERY, OLD_BAKERY)):
        write(f"{zone}.new", new, "ns1.example.com.", 2026112102)
        write(f"{zone}.old", old, "ns1.example.com.", 2026112101)
    write("arpa", ARPA, "tld.example.net.")
    builder.sign("com", write("com", COM + builder.ds_of("example.com"), "tld.example.net."))
    builder.sign("org", write("org", ORG + builder.ds_of("example.org"), "tld.example.net."))
    builder.sign("net", write("net", NET, "tld.example.net."))
    delegations = "".join(builder.ds_of(zone) for zone in ("com", "net", "org"))
    key = builder.sign(".", write("root", ROOT_ZONE + delegations, "root.example.net."), output="root.signed")
    builder.write_trust_anchor(key)
    (folder / "root-anchors.txt").write_text((builder.ds_file("")).read_text())
    (folder / "root.hints").write_text(f". 3600000 NS root.example.net.\nroot.example.net. 3600000 A {ROOT}\n")


def _zone(name: str, file: str, more: str = "") -> str:
    return f'  zone "{name}" {{ type primary; file "zones/{file}"; {more}}};\n'


def _view(name: str, address: str, body: str) -> str:
    return f'view "{name}" {{\n  match-destinations {{ {address}; }};\n{body}}};\n'


def named_configuration(folder: Path) -> str:
    """One named that is all name servers of the world: what it serves hangs on the address it was asked at."""
    served = _zone("example.com", "example.com.signed") + _zone("example.org", "example.org.signed")

    def changing(age: str) -> str:
        mine = "allow-update { any; }; allow-transfer { any; }; "
        return "".join(_zone(zone, f"{zone}.{age}.zone", mine) for zone in ("example.net", "bakery.example"))

    listening = "; ".join((ROOT, TLD, NS1, NS2, NS3, RESOLVER))
    views = (
        _view("root", ROOT, _zone(".", "root.signed")),
        _view(
            "tld",
            TLD,
            "".join(_zone(zone, f"{zone}.signed") for zone in ("com", "net", "org"))
            + "".join(_zone(zone, f"{zone}.zone") for zone in ("example", "arpa")),
        ),
        _view("ns1", NS1, served + changing("new")),
        _view("ns2", NS2, served + changing("old")),
        _view("ns3", NS3, ""),
        _view(
            "resolver",
            RESOLVER,
            "  recursion yes; allow-recursion { any; }; dnssec-validation yes; empty-zones-enable no;\n"
            "  lame-ttl 0; servfail-ttl 0; max-cache-ttl 300;\n"
            f'  include "{folder}/trust-anchor.conf";\n  zone "." {{ type hint; file "{folder}/root.hints"; }};\n',
        ),
    )
    return (
        f'options {{ directory "{folder}"; pid-file none; session-keyfile none; lock-file none;\n'
        f"  listen-on {{ {listening}; }}; listen-on-v6 {{ none; }}; recursion no; dnssec-validation no; notify no;\n"
        "  minimal-responses no; max-records-per-type 0; };\ncontrols { };\n" + "".join(views)
    )
