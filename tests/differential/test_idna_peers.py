"""Names in Unicode against dig, which has them from libidn2: what it asks for is read off its query."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest

from nettools.core.dns.name import name_from_text, read_name
from nettools.core.resolve.idna import ascii_name
from nettools.errors import DomainNameError
from tests import peers
from tests.cli import variables

HEADER = 12

SAME = [
    "faß.de", "ß.de", "пример.рф", "a_b.ü.test", "💩.la", "ü_x.test", "例え.テスト", "ｅｘａｍｐｌｅ.com",
    "مثال.إختبار", "bücher.de", "א1.test", "ς.gr", "نامه\u200cای.com", "ﬁ.é", "İ.test", "Å.test", "e\u0301.x", "x.αβγ",
    "раypal.com", "🇩🇪.x", "½.x", "ⅷ.x", "öbb.at", "ÖBB.at", "xn--bcher-kva.ü", "한국.kr", "ไทย.th", "भारत.test",
    "straße.ünïcödé.test", "ü." + "a" * 63 + ".test", "ß" + "a" * 50 + ".de",
]  # fmt: skip
"""Names for which both ask for the same."""

REFUSED_BY_DIG = ["-ü.test", "ü-.test", "ab--ü.test", "אa.test"]
"""IDNA 2008 forbids them; we ask, with a warning."""

REFUSED_BY_BOTH = ["⒈com", "a․com.é", "\u202eü.test", "ü" * 60 + ".test", "ü..test", "\u180eü.x\u2028"]


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """Where the queries arrive; nothing is answered."""
    peers.require("dig", reason="to compare with")
    features = subprocess.run(["dig", "-v"], capture_output=True, check=True)
    assert b"DiG" in features.stdout + features.stderr
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        yield made


def asked_by_dig(name: str, listener: socket.socket) -> bytes | None:
    """The wire name of dig's query; None when it refuses the name."""
    with pytest.raises(BlockingIOError):
        listener.recv(4096)
    port = listener.getsockname()[1]
    options = ["-p", str(port), "+idnin", "+noidnout", "+tries=1", "+time=1"]
    with subprocess.Popen(
        ["dig", "@127.0.0.1", *options, "-q", name],
        env=variables(LC_ALL="C.UTF-8"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as dig:
        listener.settimeout(0.05)
        try:
            while dig.poll() is None:
                with suppress(TimeoutError):
                    return read_name(listener.recv(4096), HEADER)[0]
            return None
        finally:
            listener.setblocking(False)
            dig.kill()


@pytest.mark.parametrize("name", SAME)
def test_a_name_is_asked_as_dig_asks_it(name: str, listener: socket.socket) -> None:
    theirs = asked_by_dig(name, listener)
    assert theirs is not None
    assert name_from_text(ascii_name(name).name).lower() == theirs.lower()


@pytest.mark.parametrize("name", REFUSED_BY_DIG)
def test_what_only_dig_refuses_is_asked_with_a_warning(name: str, listener: socket.socket) -> None:
    assert asked_by_dig(name, listener) is None
    assert ascii_name(name).warnings


@pytest.mark.parametrize("name", REFUSED_BY_BOTH)
def test_what_dig_refuses_for_good_reason_is_refused(name: str, listener: socket.socket) -> None:
    assert asked_by_dig(name, listener) is None
    with pytest.raises(DomainNameError):
        name_from_text(ascii_name(name).name)
