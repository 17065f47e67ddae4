"""Which names of the other side become files here."""

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.checked_transfer.failure import Reason, TransferFailed
from nettools.core.checked_transfer.names import JOURNAL, LONGEST, check_remote_name


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "photo.jpg",
        "archive.tar.gz",
        "two words.txt",
        "2026-11-21T10:00:00.log",
        "Übung ½ 日本語.txt",
        "a..b",
        "party",
        "x.part.gz",
        "console",
        "com10",
        "~",
        "n" * LONGEST,
        "é" * (LONGEST // 2),
    ],
)
def test_a_plain_name_is_taken_as_it_is(name: str) -> None:
    assert check_remote_name(name.encode()) == name


@pytest.mark.parametrize(
    ("octets", "wrong"),
    [
        (b"", "it is empty"),
        (b".", "it begins with a dot"),
        (b"..", "it begins with a dot"),
        (b".bashrc", "it begins with a dot"),
        (b"../../etc/passwd", "it has a path separator"),
        (b"/etc/passwd", "it has a path separator"),
        (b"a/b", "it has a path separator"),
        (b"a/", "it has a path separator"),
        (b"..\\up", "it has a path separator"),
        (b"C:\\x", "it has a path separator"),
        (b"a\0.txt", "it has a control character"),
        (b"a\n", "it has a control character"),
        (b"a\x1b[2J", "it has a control character"),
        (b"a\x7f", "it has a control character"),
        ("a\x85".encode(), "it has a control character"),
        ("exe\u202egpj.txt".encode(), "it has a character that changes how it is shown"),
        ("a\u2028b".encode(), "it has a character that changes how it is shown"),
        (b"-rf", "it begins with a dash, as options do"),
        (b" a", "it begins or ends with a blank or ends with a dot"),
        (b"a ", "it begins or ends with a blank or ends with a dot"),
        (b"a.", "it begins or ends with a blank or ends with a dot"),
        (b"NUL", "it is the name of a device on Windows"),
        (b"con.txt", "it is the name of a device on Windows"),
        (b"Com1.tar.gz", "it is the name of a device on Windows"),
        ("lpt¹".encode(), "it is the name of a device on Windows"),
        (b"aux .c", "it is the name of a device on Windows"),
        (b"x.part", ".part and .part.blake2 are for files that are not whole yet"),
        (b"x.PART.blake2", ".part and .part.blake2 are for files that are not whole yet"),
        (b"\xff\xfe", "it is not UTF-8"),
        (b"\xc0\xae\xc0\xae", "it is not UTF-8"),
        (b"n" * (LONGEST + 1), "it is longer than 243 bytes"),
    ],
)
def test_any_other_name_is_refused_with_the_reason(octets: bytes, wrong: str) -> None:
    with pytest.raises(TransferFailed) as caught:
        check_remote_name(octets)
    assert caught.value.reason is Reason.NAME
    assert caught.value.text.endswith(f" is refused: {wrong}")
    assert caught.value.text.isprintable()


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_is_taken_stays_in_its_folder(octets: bytes) -> None:
    try:
        name = check_remote_name(octets)
    except TransferFailed:
        return
    assert posixpath.dirname(posixpath.normpath("/folder/" + name)) == "/folder"
    assert posixpath.basename(posixpath.normpath("/folder/" + name)) == name
    assert name.encode() == octets
    assert len((name + JOURNAL).encode()) <= 255
    assert "\0" not in name
