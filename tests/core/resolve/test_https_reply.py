"""What an HTTP response is worth as an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.resolve.https_reply import fault_of, request_headers, too_large
from tests.core.strategies import controls_in

Fields = list[tuple[bytes, bytes]]

GOOD: Fields = [(b":status", b"200"), (b"content-type", b"application/dns-message")]


def changed(**values: bytes | None) -> Fields:
    """The good response with other fields; None leaves one out."""
    named = {key.replace("_", "-").encode(): value for key, value in values.items()}
    fields = {key.lstrip(b":"): (key, value) for key, value in GOOD}
    for key, value in named.items():
        if value is None:
            del fields[key]
        else:
            fields[key] = (b":status" if key == b"status" else key, value)
    return list(fields.values())


@pytest.mark.parametrize(
    "fields",
    [
        GOOD,
        changed(status=b"299"),
        changed(content_type=b"Application/DNS-Message; charset=x"),
        changed(content_length=b"65535"),
        changed(content_encoding=b"identity"),
        [(name.upper(), value) for name, value in GOOD],
    ],
)
def test_a_good_head_has_no_fault(fields: Fields) -> None:
    assert fault_of(fields) is None


@pytest.mark.parametrize(
    ("fields", "result", "why"),
    [
        (changed(status=None), "http-protocol", "the HTTP response has no status"),
        (changed(status=b"20x"), "http-protocol", "the HTTP response has no status"),
        (changed(status=b"404"), "http-404", "HTTP status 404 (Not Found)"),
        (changed(status=b"599"), "http-599", "HTTP status 599"),
        (changed(status=b"302"), "http-302", "HTTP status 302: it moved, which is not followed"),
        (
            changed(status=b"302", location=b"https://x/\x1b"),
            "http-302",
            "HTTP status 302: it moved to 'https://x/\\x1b', which is not followed",
        ),
        (
            changed(content_type=b"text/html"),
            "http-content-type",
            "the HTTP response is 'text/html', and application/dns-message is wanted",
        ),
        (
            changed(content_type=None),
            "http-content-type",
            "the HTTP response is of no type, and application/dns-message is wanted",
        ),
        (changed(content_encoding=b"gzip"), "http-encoding", "the HTTP response is coded as 'gzip', unasked"),
        (
            changed(content_length=b"10000000"),
            "http-too-large",
            "the HTTP response has a body of 10,000,000 octets: no DNS message is so long",
        ),
    ],
)
def test_a_bad_head_says_what_is_wrong(fields: Fields, result: str, why: str) -> None:
    fault = fault_of(fields)
    assert fault is not None
    assert (fault.result, fault.why) == (result, why)


def test_a_body_of_unknown_length_is_told_by_the_limit() -> None:
    assert "over 65,535 octets" in too_large().why


@given(
    st.lists(st.tuples(st.sampled_from([name for name, _ in GOOD] + [b"location", b"content-encoding"]), st.binary()))
)
def test_any_head_is_good_or_a_clean_fault(fields: Fields) -> None:
    fault = fault_of(fields)
    assert fault is None or not controls_in(fault.why + fault.result)


def test_the_request_is_a_post_of_a_message() -> None:
    assert dict(request_headers("dns.example:8443", "/dns-query", 33)) == {
        ":method": "POST",
        ":scheme": "https",
        ":authority": "dns.example:8443",
        ":path": "/dns-query",
        "accept": "application/dns-message",
        "content-type": "application/dns-message",
        "content-length": "33",
    }
