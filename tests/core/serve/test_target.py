"""Where the target of a request leads."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nettools.core.serve.refusal import Refused
from nettools.core.serve.target import LONGEST_TARGET, encoded, is_served, parse_request_target

names = st.binary(min_size=1, max_size=12).filter(is_served)
# What an attack is made of, and what it is hidden in.
pieces = st.sampled_from(
    [
        b"..",
        b".",
        b"/",
        b"//",
        b"\\",
        b"%2e",
        b"%2E",
        b"%2f",
        b"%5c",
        b"%00",
        b"%",
        b"%25",
        b"a",
        b".git",
        b"?",
        b"#",
        b"~",
    ]
)


@pytest.mark.parametrize(
    ("target", "names", "is_folder", "query"),
    [
        (b"/", (), True, None),
        (b"/a", (b"a",), False, None),
        (b"/a/", (b"a",), True, None),
        (b"/a/b.txt?x=1", (b"a", b"b.txt"), False, b"x=1"),
        (b"/a%20b%C3%A9", ("a bé".encode(),), False, None),
        (b"//a///b//", (b"a", b"b"), True, None),
        (b"/?", (), True, b""),
        (b"/%25", (b"%",), False, None),
        (b"/.well-known/acme", (b".well-known", b"acme"), False, None),
        (b"http://host:80/a/b", (b"a", b"b"), False, None),
        (b"HTTP://host", (), True, None),
        (b"http://host?q", (), True, b"q"),
        (b"/a?/../b", (b"a",), False, b"/../b"),
    ],
)
def test_a_target_is_read(target: bytes, names: tuple[bytes, ...], is_folder: bool, query: bytes | None) -> None:
    place = parse_request_target(target)
    assert (place.names, place.is_folder, place.query) == (names, is_folder, query)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"*", 400),
        (b"", 400),
        (b"a", 400),
        (b"host:443", 400),
        (b"/a#b", 400),
        (b"/%", 400),
        (b"/%4", 400),
        (b"/%zz", 400),
        (b"/a%2fb", 400),
        (b"/a%5Cb", 400),
        (b"/a\\b", 400),
        (b"/a%00.txt", 400),
        (b"/..", 404),
        (b"/a/../b", 404),
        (b"/%2e%2e/b", 404),
        (b"/.%2E/b", 404),
        (b"/.", 404),
        (b"/.git/config", 404),
        (b"/a/.well-known/x", 404),
        (b"/" + b"a" * LONGEST_TARGET, 414),
    ],
)
def test_what_is_no_path_or_never_served_is_refused(target: bytes, status: int) -> None:
    with pytest.raises(Refused) as caught:
        parse_request_target(target)
    assert caught.value.status == status


@given(st.lists(pieces | st.binary(max_size=4), max_size=12).map(lambda parts: b"/" + b"".join(parts)))
@example(b"/%2e%2e%2f")
@example(b"/..%5c..%5c")
def test_a_name_never_leads_elsewhere(target: bytes) -> None:
    try:
        place = parse_request_target(target)
    except Refused:
        return
    for name in place.names:
        assert name
        assert not name.startswith(b".") or name == b".well-known"
        assert not {b"/"[0], b"\\"[0], 0} & set(name)


@given(st.lists(names, max_size=5), st.booleans(), st.none() | st.text(string.ascii_letters + "&=%20", max_size=9))
def test_a_place_is_spelled_so_that_it_is_found_again(found: list[bytes], is_folder: bool, query: str | None) -> None:
    text = "/" + "/".join(map(encoded, found)) + ("/" if is_folder and found else "")
    place = parse_request_target(text.encode() + (b"" if query is None else b"?" + query.encode()))
    assert place.names == tuple(found)
    assert place.path == text
    assert text.isascii()


@given(st.lists(names, min_size=1, max_size=5), st.binary(max_size=8).filter(lambda query: b"#" not in query))
def test_a_redirect_leads_to_the_same_place_on_the_same_host(found: list[bytes], query: bytes) -> None:
    text = ("/" + "/".join(map(encoded, found))).encode()
    place = parse_request_target(b"/" + text + b"?" + query)
    location = place.folder_location
    assert location.isascii()
    assert location.isprintable()
    assert not location.startswith("//")
    again = parse_request_target(location.encode())
    assert (again.names, again.is_folder) == (tuple(found), True)
