"""What is answered to a request, given what lies there."""

import json
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.serve.access import Access
from nettools.core.serve.answers import (
    Answer,
    FileFacts,
    Question,
    answer_file,
    answer_folder,
    answer_moved,
    answer_refusal,
    read_question,
)
from nettools.core.serve.content_types import content_type_of
from nettools.core.serve.http_date import format_http_date
from nettools.core.serve.listing import Entry, prefers_json
from nettools.core.serve.ranges import Part
from nettools.core.serve.refusal import PHRASES, Refused
from nettools.core.serve.target import is_served, parse_request_target
from tests.core.strategies import INVISIBLE, is_control

CHANGED_S = 1_700_000_000
NOW_S = CHANGED_S + 1000.0
FACTS = FileFacts(name=b"a.txt", size=100, modified_ns=CHANGED_S * 10**9 + 5, inode=0xAB)
TAG = b'"2f871bc7d4dacb0e9d826b43"'  # b2sum -l 96 of 171-100-1700000000000000005: inode, size, time
THEN, BEFORE, AFTER = (format_http_date(CHANGED_S + seconds).encode() for seconds in (0, -1, 1))


def question(headers: Mapping[str, bytes] | None = None, *, method: str = "GET", target: bytes = b"/a.txt") -> Question:
    found = {name.lower().encode(): value for name, value in (headers or {}).items()}
    return Question(method=method, place=parse_request_target(target), headers=found)


def header(answer: Answer, name: str) -> str | None:
    found = [value for one, value in answer.headers if one == name]
    assert len(found) <= 1
    return found[0] if found else None


def test_a_file_is_answered_whole() -> None:
    answer = answer_file(question(), FACTS, now_s=NOW_S)
    assert (answer.status, answer.part) == (200, Part(start=0, length=100))
    assert dict(answer.headers) == {
        "Date": format_http_date(NOW_S),
        "X-Content-Type-Options": "nosniff",
        "Content-Type": "text/plain; charset=utf-8",
        "Accept-Ranges": "bytes",
        "Content-Length": "100",
        "ETag": TAG.decode(),
        "Last-Modified": THEN.decode(),
    }


def test_a_part_says_which() -> None:
    answer = answer_file(question({"Range": b"bytes=10-19"}), FACTS, now_s=NOW_S)
    assert (answer.status, answer.part) == (206, Part(start=10, length=10))
    assert header(answer, "Content-Range") == "bytes 10-19/100"
    assert header(answer, "Content-Length") == "10"


def test_a_part_that_is_not_there_says_how_long_the_file_is() -> None:
    answer = answer_file(question({"Range": b"bytes=100-"}), FACTS, now_s=NOW_S)
    assert (answer.status, answer.part) == (416, None)
    assert header(answer, "Content-Range") == "bytes */100"


def test_head_knows_no_parts() -> None:
    answer = answer_file(question({"Range": b"bytes=10-19"}, method="HEAD"), FACTS, now_s=NOW_S)
    assert (answer.status, header(answer, "Content-Length")) == (200, "100")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": TAG}, 304),
        ({"If-None-Match": b"W/" + TAG}, 304),
        ({"If-None-Match": b'"x", ' + TAG}, 304),
        ({"If-None-Match": b"*"}, 304),
        ({"If-None-Match": b'"x"'}, 200),
        ({"If-None-Match": b""}, 200),
        ({"If-None-Match": b'"x"', "If-Modified-Since": AFTER}, 200),  # the tag has precedence
        ({"If-Modified-Since": THEN}, 304),
        ({"If-Modified-Since": AFTER}, 304),
        ({"If-Modified-Since": BEFORE}, 200),
        ({"If-Modified-Since": b"nonsense"}, 200),
        ({"If-Match": TAG}, 200),
        ({"If-Match": b"*"}, 200),
        ({"If-Match": b"W/" + TAG}, 412),
        ({"If-Match": b'"x"'}, 412),
        ({"If-Match": TAG, "If-Unmodified-Since": BEFORE}, 200),
        ({"If-Unmodified-Since": BEFORE}, 412),
        ({"If-Unmodified-Since": THEN}, 200),
        ({"If-Match": TAG, "If-None-Match": TAG}, 304),
    ],
)
def test_conditions_are_kept_in_their_order(headers: dict[str, bytes], status: int) -> None:
    answer = answer_file(question(headers), FACTS, now_s=NOW_S)
    assert answer.status == status
    if status == 304:
        assert (answer.body, answer.part) == (b"", None)
        assert header(answer, "ETag") == TAG.decode()


@pytest.mark.parametrize(
    ("condition", "status"),
    [(TAG, 206), (THEN, 206), (b'"x"', 200), (b"W/" + TAG, 200), (BEFORE, 200), (AFTER, 200), (b"nonsense", 200)],
)
def test_a_part_of_another_state_of_the_file_is_not_sent(condition: bytes, status: int) -> None:
    answer = answer_file(question({"Range": b"bytes=0-9", "If-Range": condition}), FACTS, now_s=NOW_S)
    assert answer.status == status


def test_a_file_that_has_only_just_changed_has_a_weak_tag() -> None:
    just_now_s = CHANGED_S + 1.0
    answer = answer_file(question(), FACTS, now_s=just_now_s)
    assert header(answer, "ETag") == "W/" + TAG.decode()
    part = question({"Range": b"bytes=0-9", "If-Range": TAG})
    assert answer_file(part, FACTS, now_s=just_now_s).status == 200
    assert answer_file(question({"If-Match": TAG}), FACTS, now_s=just_now_s).status == 412
    assert answer_file(question({"If-None-Match": TAG}), FACTS, now_s=just_now_s).status == 304


def test_a_file_from_the_future_is_not_said_to_be() -> None:
    answer = answer_file(question(), FACTS, now_s=CHANGED_S - 500.0)
    assert header(answer, "Last-Modified") == header(answer, "Date")


@pytest.mark.parametrize("field", ["size", "modified_ns", "inode"])
def test_another_state_has_another_tag(field: str) -> None:
    from dataclasses import replace

    other = replace(FACTS, **{field: getattr(FACTS, field) + 1})
    assert header(answer_file(question(), other, now_s=NOW_S), "ETag") != TAG.decode()


@pytest.mark.parametrize(
    ("method", "version", "status"),
    [
        (b"POST", b"1.1", 405),
        (b"OPTIONS", b"1.1", 405),
        (b"BREW", b"1.1", 501),
        (b"get", b"1.1", 501),
        (b"GET", b"2.0", 505),
        (b"GET", b"0.9", 505),
    ],
)
def test_other_methods_and_versions_are_refused(method: bytes, version: bytes, status: int) -> None:
    with pytest.raises(Refused) as caught:
        read_question(method, b"/", [], version)
    assert caught.value.status == status
    answer = answer_refusal(caught.value, now_s=NOW_S)
    assert header(answer, "Allow") == (None if status == 505 else "GET, HEAD")


def test_headers_of_one_name_are_one_list() -> None:
    read = read_question(b"GET", b"/", [(b"If-None-Match", b'"a"'), (b"if-none-match", b'"b"')], b"1.1")
    assert read.headers == {b"if-none-match": b'"a", "b"'}


@pytest.mark.parametrize("status", [status for status in PHRASES if status >= 400])
def test_a_refusal_says_what_it_is(status: int) -> None:
    answer = answer_refusal(Refused(status, "Because."), now_s=NOW_S)
    assert answer.body == f"{status} {PHRASES[status]}: Because.\n".encode()
    assert header(answer, "Content-Length") == str(len(answer.body))
    assert (header(answer, "Retry-After") is not None) == (status == 503)


def test_a_folder_without_its_slash_is_moved() -> None:
    answer = answer_moved(question(target=b"//a%20b?x=%41"), now_s=NOW_S)
    assert (answer.status, header(answer, "Location")) == (301, "/a%20b/?x=%41")


class Links(HTMLParser):
    """The links of a page and their texts; nothing else may be in it that runs."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.links: list[str] = []
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self._in_link = False
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "a":
            assert [name for name, _ in attrs] == ["href"]
            self.links.append(attrs[0][1] or "")
            self.texts.append("")
            self._in_link = True

    def handle_endtag(self, tag: str) -> None:
        self._in_link = self._in_link and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._in_link:
            self.texts[-1] += data


names = st.binary(min_size=1, max_size=20).filter(is_served) | st.sampled_from(
    [b"<script>alert(1)</script>", b'"onload="x', b"javascript:x", b"a&amp;b", "ü\u202e".encode(), b"\x1b[31m", b"#?%"]
).filter(is_served)
entries = st.lists(
    st.builds(
        Entry,
        name=names,
        kind=st.sampled_from(["folder", "file", "link"]),
        size=st.none() | st.integers(min_value=0, max_value=2**63),
        modified_s=st.integers(min_value=-(2**40), max_value=2**50),
    ),
    max_size=8,
    unique_by=lambda one: one.name,
)


@given(entries, st.booleans())
def test_each_entry_has_a_link_that_leads_to_it_and_a_text_that_obeys_nobody(found: list[Entry], is_cut: bool) -> None:
    answer = answer_folder(question(target=b"/sub/"), found, is_cut=is_cut, now_s=NOW_S)
    page = Links(answer.body)
    assert header(answer, "Content-Type") == "text/html; charset=utf-8"
    assert page.tags == {*("html", "head", "meta", "title", "style", "body", "h1", "table", "tr", "td", "a")} | (
        {"p"} if is_cut else set()
    )
    assert page.links[0] == "../"
    lead = {unquote_to_bytes(link.removeprefix("./").removesuffix("/")) for link in page.links[1:]}
    assert lead == {one.name for one in found}
    assert all(link.startswith("./") for link in page.links[1:])
    assert not any(is_control(one) or one in INVISIBLE for text in page.texts for one in text)


@given(entries, st.booleans())
def test_the_listing_for_scripts_has_each_entry(found: list[Entry], is_cut: bool) -> None:
    answer = answer_folder(question({"Accept": b"application/json"}, target=b"/"), found, is_cut=is_cut, now_s=NOW_S)
    assert header(answer, "Content-Type") == "application/json"
    document = json.loads(answer.body)
    assert answer.body.isascii()
    assert document["complete"] is not is_cut
    assert {unquote_to_bytes(one["href"].rstrip("/")) for one in document["entries"]} == {one.name for one in found}
    assert [one["type"] for one in document["entries"]] == sorted(
        (one["type"] for one in document["entries"]), key=lambda kind: kind != "folder"
    )


def test_a_listing_for_scripts_is_this() -> None:
    entry = Entry(name=b"a b.txt", kind="file", size=7, modified_s=CHANGED_S)
    answer = answer_folder(question({"Accept": b"application/json"}, target=b"/x/"), [entry], is_cut=False, now_s=NOW_S)
    assert json.loads(answer.body) == {
        "path": "/x/",
        "entries": [
            {"name": "a b.txt", "href": "a%20b.txt", "type": "file", "size": 7, "modified": "2023-11-14T22:13:20Z"}
        ],
        "complete": True,
    }


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        (b"", False),
        (b"*/*", False),
        (b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        (b"application/json", True),
        (b"Application/JSON; charset=utf-8", True),
        (b"application/*", True),
        (b"application/json, */*;q=0.5", True),
        (b"application/json;q=0.5, text/html", False),
        (b"application/json;q=0", False),
        (b"application/json;q=nan", False),
        (b"application/json;q=1e9, text/html", False),
        (b"text/html;q=0.3, application/json;q=0.4", True),
    ],
)
def test_the_accept_header_chooses(accept: bytes, is_json: bool) -> None:
    assert prefers_json(accept) is is_json


@given(st.binary(max_size=60))
def test_no_accept_header_makes_it_fail(accept: bytes) -> None:
    prefers_json(accept)
    prefers_json(b"application/json;q=" + accept)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (b"page.HTML", "text/html; charset=utf-8"),
        (b"x.json", "application/json"),
        (b"a.png", "image/png"),
        (b"html", "application/octet-stream"),
        (b"a.", "application/octet-stream"),
        (b"a.\xff", "application/octet-stream"),
        (b"app.wasm", "application/wasm"),
        (b"font.woff2", "font/woff2"),
    ],
)
def test_the_end_of_a_name_says_its_type(name: bytes, kind: str) -> None:
    assert content_type_of(name) == kind


@pytest.mark.parametrize(("is_complete", "end"), [(True, "1000"), (False, "1000 (cut)")])
def test_a_request_is_told_in_one_line(is_complete: bool, end: str) -> None:
    access = Access(
        peer="127.0.0.1:5",
        method="GET",
        target="/a",
        status=200,
        body_bytes=1000,
        duration_ms=1.5,
        is_complete=is_complete,
    )
    assert str(access) == f"127.0.0.1:5 GET /a 200 {end}"
