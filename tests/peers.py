"""What a test needs beyond Python: programs of others, and privileges.

A test without them proves nothing, so it skips and says what to install. In CI, where everything
must be there, NETTOOLS_REQUIRE_PEERS=1 turns each such skip into a failure.
"""

import os
import shutil
from typing import NoReturn

import pytest

# Only programs whose Debian package has another name.
DEBIAN_PACKAGES = {
    "delv": "bind9-dnsutils",
    "dig": "bind9-dnsutils",
    "dnssec-keygen": "bind9-utils",
    "dnssec-signzone": "bind9-utils",
    "dpkg-deb": "dpkg",
    "dpkg-shlibdeps": "dpkg-dev",
    "getcap": "libcap2-bin",
    "getent": "libc-bin",
    "host": "bind9-host",
    "ifconfig": "net-tools",
    "ip": "iproute2",
    "ip6tables": "iptables",
    "kdig": "knot-dnsutils",
    "named": "bind9",
    "nc": "netcat-openbsd",
    "nsenter": "util-linux",
    "nslookup": "bind9-dnsutils",
    "nsupdate": "bind9-dnsutils",
    "objdump": "binutils",
    "ping": "iputils-ping",
    "route": "net-tools",
    "setpriv": "util-linux",
    "ss": "iproute2",
    "sysctl": "procps",
    "unshare": "util-linux",
    "xmllint": "libxml2-utils",
}


def require(*programs: str, root: bool = False, reason: str) -> None:
    """Skip the test (in CI: fail it) unless every program, and root if asked for, is there.

    The reason completes "needed ...": what the test cannot do without them.
    """
    missing = [describe(program) for program in programs if shutil.which(program) is None]
    if root and os.geteuid() != 0:
        missing.append("root privileges")
    if missing:
        unavailable(f"needed {reason}: {', '.join(missing)}")


def unavailable(reason: str) -> NoReturn:
    """End the test because this machine cannot run it: a skip, in CI a failure."""
    if os.environ.get("NETTOOLS_REQUIRE_PEERS") == "1":
        pytest.fail(f"{reason} (NETTOOLS_REQUIRE_PEERS=1)", pytrace=False)
    pytest.skip(reason)


def describe(program: str) -> str:
    """The program, and what to install to have it."""
    return f"{program} (Debian package {DEBIAN_PACKAGES.get(program, program)})"
