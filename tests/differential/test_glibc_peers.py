"""resolv.conf, its search list and nsswitch.conf against the C library, which is asked in namespaces of its own."""

import json
import platform
import random
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from nettools.core.dns.message import Question, parse_message
from nettools.core.dns.name import name_text
from nettools.core.dns.types import CLASSES, TYPES
from nettools.core.resolve.lookup import Lookup, Outcome, Server
from nettools.core.resolve.nsswitch import parse_nsswitch
from nettools.core.resolve.resolv_conf import ResolvConf, parse_resolv_conf
from nettools.core.resolve.search import Searched, search_names, searched
from nettools.core.resolve.status import status_of
from tests import peers

CHILD = Path(__file__).with_name("glibc_child.py")
GIVEN_FLAGS = (
    "rotate",
    "use_vc",
    "edns0",
    "trust_ad",
    "no_aaaa",
    "single_request",
    "single_request_reopen",
    "no_tld_query",
)

WORDS = {
    "nameserver": [
        "127.0.0.1", "192.0.2.53", "::1", "2001:db8::53", "fe80::1%lo", "fe80::1%1", "fe80::1%none", "ff02::1%lo",
        "2001:db8::1%lo", "2001:db8::1%7", "10.1", "010.0.0.1", "0x7f.1", "192.0.2.53#5353", "192.0.2.256", "1.2.3.4.5",
        "localhost", "", "192.0.2.1\r", "::1\r", "[::1]", "::ffff:192.0.2.1", "0.0.0.0", "4294967295", "4294967296",
        "1.2.3.4.", "08.0.0.1", "0x", "::1%", "fe80::1%4294967296", "2001:db8::01234",
    ],
    "search": [
        "all.test", "a.test b.test", "a\tb", "a  b ", ".", "a. b.", "one two three four five six seven", "", " ", "x\r",
        "\\046dot", "ü.test", ".leading",
    ],
    "domain": ["all.test", "a b", "a\t", "", "."],
    "options": [
        "ndots:0", "ndots:2", "ndots:15", "ndots:16", "ndots:-1", "ndots:-17", "ndots:", "ndots:x", "ndots: 3",
        "ndots:+4", "ndots:99999999999", "ndots:4294967298", "timeout:1", "timeout:31", "timeout:30", "attempts:1",
        "attempts:6", "attempts:5x", "rotate", "rotateX", "Rotate", "use-vc", "trust-ad", "edns0", "no-aaaa", "inet6",
        "single-request", "single-request-reopen", "no-tld-query", "no_tld_query", "no-reload", "debug", "unknown",
        "rotate\tedns0", "ndots:3 ndots:1", "timeout:2,attempts:1", "ndots:\f2",
    ],
    "sortlist": ["130.155.160.0/255.255.240.0"],
    "nonsense": ["x"],
}  # fmt: skip

SCOPES = {None: 0, "lo": 1, "none": 0}
"""The index of each zone of the words where there is only the loopback."""

Case = dict[str, Any]


class LibraryCrashed(Exception):
    """The C library did not survive the question."""


def ask_the_library(cases: Sequence[Case]) -> list[Case]:
    """What the C library makes of each case. Raises LibraryCrashed."""
    peers.require("unshare", "ip", "mount", reason="to give the C library another resolv.conf")
    if platform.libc_ver()[0] != "glibc" or struct.calcsize("P") != 8:
        peers.unavailable("needed to compare with: glibc with pointers of 64 bits")
    ended = subprocess.run(
        ["unshare", "-Urnm", "--uts", sys.executable, str(CHILD)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if ended.returncode == -signal.SIGSEGV:
        raise LibraryCrashed
    if "unshare failed" in ended.stderr:
        peers.unavailable("needed to give the C library another resolv.conf: user namespaces")
    assert ended.returncode == 0, ended.stderr
    answers: list[Case] = json.loads(ended.stdout)
    assert len(answers) == len(cases)
    return answers


def random_line(chance: random.Random) -> str:
    if chance.random() < 0.1:
        return chance.choice(
            ["", "# nameserver 192.0.2.99", ";x", " nameserver 192.0.2.98", "nameserver", "\0options x"]
        )
    keyword = chance.choice(["nameserver", "nameserver", "options", "options", *WORDS])
    many = keyword == "options" and chance.random() < 0.5
    words = [chance.choice(WORDS[keyword]) for _ in range(chance.randint(2, 4) if many else 1)]
    line = keyword + chance.choice([" ", "\t", "  "]) + " ".join(words)
    if keyword == "sortlist":
        return line  # glibc reads "sortlist 192.0.2.0\r" for ever
    return line + chance.choice(["", "", "", " ", "\t", " # comment", "\r", "\0rest"])


def random_file(chance: random.Random) -> str:
    lines = [random_line(chance) for _ in range(chance.randint(0, 7))]
    return "\n".join(lines) + chance.choice(["", "\n"])


def setting_cases() -> list[tuple[str, dict[str, str], str]]:
    """(text, environment, host name)"""
    single = [f"{keyword} {word}\n" for keyword, words in WORDS.items() for word in words]
    cases = [(text, dict[str, str](), "host.domain.test") for text in single]
    chance = random.Random(20261121)
    for _ in range(1500):
        environment = {}
        if chance.random() < 0.15:
            environment["LOCALDOMAIN"] = chance.choice(["env.test", "a b", " a", "", "a\nb", "a\t b "])
        if chance.random() < 0.15:
            environment["RES_OPTIONS"] = chance.choice(["ndots:4", "rotate timeout:9", "", "attempts:3\nrotate", "x"])
        host = chance.choice(["host", "host.domain.test", "a.b.c"])
        cases.append((random_file(chance), environment, host))
    return cases


def as_the_library_tells(conf: ResolvConf) -> Case:
    servers = []
    for address in conf.name_servers:
        zone = address.scope_id if isinstance(address, IPv6Address) else None
        plain = address if isinstance(address, IPv4Address) else IPv6Address(int(address))
        servers.append([plain, SCOPES[zone] if zone in SCOPES else int(zone or 0)])
    return {
        "servers": servers,
        "search": list(conf.search[:6]),
        "ndots": conf.ndots,
        "timeout": conf.timeout_s,
        "attempts": conf.attempts,
        "flags": sorted(name for name in GIVEN_FLAGS if getattr(conf, name)),
    }


def as_we_tell(answer: Case) -> Case:
    """The library's answer with what we do on purpose: one attempt and one second are the least, DNS text is ASCII."""
    return answer | {
        "servers": [
            [IPv6Address(text) if ":" in text else IPv4Address(text), scope] for text, scope in answer["servers"]
        ],
        "search": ["".join(one if one.isascii() else f"\\{ord(one)}" for one in name) for name in answer["search"]],
        "timeout": max(1, answer["timeout"]),
        "attempts": max(1, answer["attempts"]),
    }


def test_every_resolv_conf_is_read_as_glibc_reads_it() -> None:
    cases = setting_cases()
    answers = ask_the_library(
        [{"text": text.encode().hex(), "environment": environment, "host": host} for text, environment, host in cases]
    )
    for (text, environment, host), answer in zip(cases, answers, strict=True):
        conf = parse_resolv_conf(
            text,
            host_name=host,
            local_domain=environment.get("LOCALDOMAIN"),
            res_options=environment.get("RES_OPTIONS"),
        )
        assert as_the_library_tells(conf) == as_we_tell(answer), (text, environment, host)


RCODES = {"found": 0, "nodata": 0, "nxdomain": 3, "servfail": 2, "refused": 5, "formerr": 1, "notimp": 4}


def outcome_of(lookup: Lookup, kind: str) -> Outcome:
    """The outcome of a lookup that the server of the other side answers so."""
    is_ipv6 = lookup.question.type == TYPES["AAAA"]
    kind = {"only4": "nodata" if is_ipv6 else "found", "only6": "found" if is_ipv6 else "nodata"}.get(kind, kind)
    status, message = "timeout", None
    if kind != "silent":
        data = bytes(15) + b"\x01" if is_ipv6 else b"\xc0\x00\x02\x01"
        asked = lookup.question.name + lookup.question.type.to_bytes(2, "big") + b"\0\1"
        answer = asked + bytes(4) + len(data).to_bytes(2, "big") + data if kind == "found" else b""
        flags = 0x8180 | RCODES[kind]
        header = b"\0\1" + flags.to_bytes(2, "big") + b"\0\1" + (b"\0\1" if answer else b"\0\0") + bytes(4)
        message = parse_message(header + asked + answer)
        status = status_of(message, lookup.question)[0]
    return Outcome(
        lookup=lookup,
        status=status,
        message=message,
        server=lookup.servers[0],
        transport="udp",
        tries=(),
        discarded=(),
        warnings=(),
        query_time_ms=None,
    )


def our_search(name: str, conf: ResolvConf, table: dict[str, str]) -> Searched:
    server = Server(address=IPv4Address("127.0.0.1"))

    def make(wire: bytes, kind: int) -> Lookup:
        return Lookup(question=Question(name=wire, type=kind, class_=CLASSES["IN"]), servers=(server,))

    procedure = searched(search_names(name, conf), make, [TYPES["A"], TYPES["AAAA"]])
    lookups = next(procedure)
    while True:
        outcomes = [outcome_of(one, table.get(name_text(one.question.name), "nxdomain")) for one in lookups]
        try:
            lookups = procedure.send(outcomes)
        except StopIteration as end:
            result: Searched = end.value
            return result


def search_cases() -> list[tuple[str, str, dict[str, str]]]:
    """(resolv.conf, name, answers)"""
    chance = random.Random(20261122)
    kinds = ["found", "nodata", "nxdomain", "nxdomain", "servfail", "only4", "only6", "formerr"]
    cases = []
    lists = ["", "search a.test", "search a.test b.test", "search a.test .", "search . a.test", "search a.test. b.test"]
    for searches, ndots, name in product(lists, [0, 1, 2], ["www", "www.sub", "www.sub.x", "www.", "www.sub."]):
        for _ in range(3):
            text = f"nameserver 127.0.0.1\n{searches}\noptions timeout:1 attempts:1 ndots:{ndots}"
            text += chance.choice(["", "", " no-tld-query"])
            names = [f"{name.rstrip('.')}.{tail}" for tail in ("a.test.", "b.test.", "")]
            cases.append((text, name, {one: chance.choice(kinds) for one in names}))
    long = "x" * 60
    for bad in (f"{long}.{long}.{long}.{long}", "a..b", "y" * 64):
        cases.append((f"nameserver 127.0.0.1\nsearch {bad} a.test\noptions timeout:1 attempts:1", "www.sub", {}))
        cases.append((f"nameserver 127.0.0.1\nsearch b.test {bad} a.test\noptions timeout:1 attempts:1", "www", {}))
    for kind in ("silent", "refused", "notimp"):
        text = "nameserver 127.0.0.1\nsearch a.test b.test\noptions timeout:1 attempts:1"
        cases.append((text, "www", {"www.a.test.": kind, "www.b.test.": "found"}))
    return cases


@cache
def searches_of_the_library() -> tuple[Case, ...]:
    given = [
        {"text": text.encode().hex(), "environment": {}, "host": "host", "search": name, "table": table}
        for text, name, table in search_cases()
    ]
    return tuple(ask_the_library(given))


def without_repeats(names: Sequence[str]) -> list[str]:
    """Each name once: the library asks for A and AAAA, repeats questions, and asks for what its list has twice."""
    return list(dict.fromkeys(names))


def test_the_search_list_is_tried_in_the_order_of_glibc_and_ends_where_it_ends() -> None:
    for (text, name, table), answer in zip(search_cases(), searches_of_the_library(), strict=True):
        ours = our_search(name, parse_resolv_conf(text), table)
        assert [one.name for one in ours.steps] == without_repeats(answer["asked"]), (text, name, table)


def test_a_name_is_found_where_glibc_finds_it() -> None:
    for (text, name, table), answer in zip(search_cases(), searches_of_the_library(), strict=True):
        ours = our_search(name, parse_resolv_conf(text), table)
        is_found = any(one.status == "answered" for one in ours.outcomes)
        assert is_found == isinstance(answer["result"], str), (text, name, table)


@pytest.mark.parametrize(
    ("code", "statuses"),
    [
        pytest.param(-5, {"nodata"}, id="EAI_NODATA"),
        pytest.param(-2, {"nxdomain", "formerr"}, id="EAI_NONAME"),
        pytest.param(-3, {"servfail", "timeout", "refused", "notimp"}, id="EAI_AGAIN"),
    ],
)
def test_the_failure_that_is_told_is_the_one_that_glibc_tells(code: int, statuses: set[str]) -> None:
    compared = 0
    for (text, name, table), answer in zip(search_cases(), searches_of_the_library(), strict=True):
        if answer["result"] == code:
            compared += 1
            ours = our_search(name, parse_resolv_conf(text), table)
            assert statuses & {one.status for one in ours.outcomes}, (text, name, table)
    assert compared > 0


SOURCES = [
    "hosts: files", "hosts: dns", "# hosts: files\n", "#hosts: files\n", "passwd: files\n",
    "hosts: files\nhosts: dns\n", "hosts: dns\nhosts: files\n", "hosts:files dns\n", "hosts files dns\n",
    "hosts : dns\n", "  hosts: files\n", "Hosts: files\n", "hosts:\n",
    *(f"hosts: {sources}\n" for sources in [
    "files dns", "files", "files # dns", "files #dns", "files [NOTFOUND=return] dns",
    "files[NOTFOUND=return]dns", "files [notfound=RETURN] dns", "files [UNAVAIL=return] dns",
    "files [!UNAVAIL=return] dns", "files [!NOTFOUND=return] dns", "files [UNAVAIL=return NOTFOUND=return] dns",
    "files [ NOTFOUND = return ] dns", "nosuchmodule dns", "nosuchmodule [UNAVAIL=return] dns",
    "nosuchmodule [NOTFOUND=return] dns", "files [BOGUS=return] dns", "files [NOTFOUND] dns",
    "files [NOTFOUND=return dns", "[NOTFOUND=return] dns", "files [SUCCESS=continue] dns",
    ]),
]  # fmt: skip


def asks_dns(text: str) -> bool:
    """Whether a name that the hosts file has not comes to DNS; a module that is not installed is unavailable."""
    for source in parse_nsswitch(text):
        if source.name == "dns":
            return True
        if source.action_after("notfound" if source.name == "files" else "unavail") == "return":
            return False
    return False


def test_dns_is_asked_when_nsswitch_conf_lets_glibc_ask_it() -> None:
    given = [
        {
            "text": b"nameserver 127.0.0.1\n".hex(),
            "environment": {},
            "host": "host",
            "sources": text,
            "search": "www.test",
            "table": {"www.test.": "found"},
        }
        for text in SOURCES
    ]
    compared = 0
    for text, case in zip(SOURCES, given, strict=True):
        # glibc 2.36 may crash on lists without a source; so each has a process of its own.
        with suppress(LibraryCrashed):
            assert asks_dns(text) == bool(ask_the_library([case])[0]["asked"]), text
            compared += 1
    assert compared >= len(SOURCES) - 2
