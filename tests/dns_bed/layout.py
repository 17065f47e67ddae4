"""Where everything runs: the addresses, the ports, and the zones of every server."""

from dataclasses import dataclass

from tests.dns_bed import zonebuild

KEY_NAME = "bed-key"
KEY_SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw=="

RECURSIVE = "127.0.0.1"
ODD_NETWORK = "127.53.0."

REVERSE = {"arpa": "arpa.zone", "64/26.2.0.192.in-addr.arpa": "rfc2317.zone"}
CHILDREN = {child.zone: f"{child.zone}.signed" for child in zonebuild.CHILDREN} | {"unsup.test": "child.zone"}
OTHERS = {"soadiff.test": "soadiff-ns1.zone", "partlame.all.test": "partlame.zone", "sub.optout.test": "child.zone"}


@dataclass(frozen=True)
class Ports:
    """The parts of a bed that differ between the two forms."""

    dns: int  # every server but the primary
    auth: str  # address of the primary
    auth_dns: int
    auth_dot: int
    auth_doh: int
    auth_http: int


# Form A, no privileges.  The primary has a port of its own because named binds only addresses that an interface
# has, and without privileges that is 127.0.0.1 alone, where the resolver already has the common port.
HIGH = Ports(dns=5300, auth="127.0.0.1", auth_dns=5301, auth_dot=8853, auth_doh=8443, auth_http=8080)

# Form B, in private namespaces: the standard ports, and an address added to lo for the primary.
STANDARD = Ports(dns=53, auth="127.53.0.5", auth_dns=53, auth_dot=853, auth_doh=443, auth_http=80)


@dataclass(frozen=True)
class Nsd:
    """One NSD: the zones it has from files, and whether it fetches all.test from the primary."""

    name: str
    address: str
    files: dict[str, str]
    secondary: bool = False
    rate_limit: int = 0

    @property
    def zones(self) -> list[str]:
        return [*self.files, *(["all.test"] if self.secondary else [])]


NSDS = (
    Nsd("nsd1", "127.53.0.1", {".": "root.signed"}),
    Nsd("nsd2", "127.53.0.2", {"test": "test.signed"}),
    Nsd("nsd3", "127.53.0.3", CHILDREN | REVERSE | OTHERS, secondary=True),
    Nsd("nsd4", "127.53.0.4", {"soadiff.test": "soadiff-ns2.zone"}, secondary=True),
    # The only one that limits its rate, as NSD does by default: for tests of back-off.
    Nsd("nsd5", "127.53.0.9", REVERSE, secondary=True, rate_limit=200),
)

# What the primary has besides all.test.
AUTH_ZONES = CHILDREN | REVERSE | OTHERS
