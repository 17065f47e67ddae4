"""The octets of the protocol: greetings, frames and offers, and what is no such thing."""

from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.checked_transfer.failure import Reason, TransferFailed
from nettools.core.checked_transfer.frames import (
    FrameKind,
    FrameReader,
    Role,
    block_digest,
    check_greeting,
    control_frame,
    frame_header,
    greeting,
)
from nettools.core.checked_transfer.offer import FileDigest, Offer, decode_offer
from tests.core.checked_transfer.memory import offer_of

offers = st.builds(
    Offer,
    name=st.binary(min_size=1, max_size=255),
    size=st.integers(min_value=0, max_value=(1 << 63) - 1),
    mtime_ns=st.integers(min_value=-(1 << 63), max_value=(1 << 63) - 1),
    permissions=st.integers(min_value=0, max_value=0o777),
    resumes=st.booleans(),
    block_octets=st.integers(min_value=10, max_value=22).map(lambda power: 1 << power),
)


def read(reader: FrameReader, octets: bytes, size: int) -> list[tuple[FrameKind, bytes, bytes]]:
    """The frames in these octets, given so many at a time."""
    frames: list[tuple[FrameKind, bytes, bytes]] = []
    while octets:
        space = reader.space()
        count = min(size, len(space), len(octets))
        space[:count] = octets[:count]
        frame = reader.filled(count)
        if frame is not None:
            frames.append((frame.kind, frame.payload.tobytes(), frame.digest))
        octets = octets[count:]
    return frames


@given(payloads=st.lists(st.binary(max_size=300), max_size=5), size=st.integers(min_value=1, max_value=400))
def test_frames_come_out_as_they_went_in(payloads: list[bytes], size: int) -> None:
    octets = b""
    for payload in payloads:
        octets += control_frame(FrameKind.FAIL, payload)
        octets += frame_header(FrameKind.BLOCK, len(payload)) + payload + block_digest(payload)
    frames = read(FrameReader({FrameKind.FAIL: 300, FrameKind.BLOCK: 300}), octets, size)
    assert [(kind, payload) for kind, payload, _ in frames] == [
        (kind, payload) for payload in payloads for kind in (FrameKind.FAIL, FrameKind.BLOCK)
    ]
    assert [digest for kind, _, digest in frames if kind is FrameKind.BLOCK] == [block_digest(one) for one in payloads]


def test_the_octets_are_those_of_the_document() -> None:
    assert greeting("sender") == bytes.fromhex("89 4e 54 43 54 0d 0a 1a 01 53")
    assert greeting("receiver") == bytes.fromhex("89 4e 54 43 54 0d 0a 1a 01 52")
    start = bytes.fromhex("44 00 00 08")
    payload = (5).to_bytes(8, "big")
    assert control_frame(FrameKind.START, payload) == (
        start + blake2b(start, digest_size=4).digest() + payload + blake2b(payload, digest_size=16).digest()
    )
    offer = Offer(name=b"a", size=258, mtime_ns=-2, permissions=0o644, resumes=True, block_octets=4096)
    assert offer.encode() == bytes.fromhex("01 00001000 0000000000000102 fffffffffffffffe 01a4 61")
    digest = FileDigest(offer)
    digest.add(block_digest(b"x" * 258))
    assert digest.digest() == (
        blake2b(
            bytes.fromhex("00001000 0000000000000102") + blake2b(b"x" * 258, digest_size=32).digest(), digest_size=32
        ).digest()
    )


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (frame_header(FrameKind.BLOCK, 5), Reason.CONFUSED),
        (frame_header(FrameKind.FAIL, 301), Reason.CONFUSED),
        (frame_header(FrameKind.FAIL, (1 << 24) - 1), Reason.CONFUSED),
        (bytes(8), Reason.DAMAGED),
        (b"GET / HTTP/1.1\r\n", Reason.DAMAGED),
        (control_frame(FrameKind.FAIL, b"abc")[:-1] + b"!", Reason.DAMAGED),
    ],
)
def test_what_is_no_frame_is_refused_before_it_is_read(octets: bytes, reason: Reason) -> None:
    with pytest.raises(TransferFailed) as caught:
        read(FrameReader({FrameKind.FAIL: 300}), octets, 1000)
    assert caught.value.reason is reason


def test_an_idle_reader_holds_no_block() -> None:
    reader = FrameReader({FrameKind.BLOCK: 1 << 20})
    assert len(reader.space()) == 8


@given(offer=offers)
def test_an_offer_reads_as_it_was_written(offer: Offer) -> None:
    assert decode_offer(offer.encode()) == offer


@given(octets=st.binary(max_size=300))
def test_any_octets_are_an_offer_or_refused(octets: bytes) -> None:
    with suppress(TransferFailed):
        assert decode_offer(octets).encode() == octets


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        offer_of(b"", name=b"").encode(),
        offer_of(b"", name=b"n" * 256).encode(),
        b"\x02" + offer_of(b"").encode()[1:],
        replace(offer_of(b""), block_octets=512).encode(),
        replace(offer_of(b""), block_octets=1 << 23).encode(),
        replace(offer_of(b""), block_octets=3000).encode(),
        replace(offer_of(b""), size=1 << 63).encode(),
        offer_of(b"").encode()[:21] + b"\x0f\xff" + b"name",
    ],
)
def test_an_offer_out_of_bounds_is_refused(octets: bytes) -> None:
    with pytest.raises(TransferFailed):
        decode_offer(octets)


@given(size=st.integers(min_value=0, max_value=1 << 40), power=st.integers(min_value=10, max_value=22))
def test_the_blocks_cover_the_file(size: int, power: int) -> None:
    offer = replace(offer_of(b""), size=size, block_octets=1 << power)
    if offer.blocks:
        last = offer.blocks - 1
        assert 0 < offer.block_length(last) <= offer.block_octets
        assert offer.block_start(last) + offer.block_length(last) == size
        assert offer.octets_before(last) == last * offer.block_octets
    assert offer.octets_before(offer.blocks) == size


@given(octets=st.binary(max_size=12), ours=st.sampled_from(["sender", "receiver"]))
def test_only_the_other_role_is_greeted_back(octets: bytes, ours: Role) -> None:
    whole = greeting("receiver" if ours == "sender" else "sender")
    for said in (octets[:10], whole[: len(octets)], whole[:9] + octets[:1], whole[:8] + octets[:2]):
        if whole.startswith(said):
            check_greeting(said, ours=ours)
            continue
        with pytest.raises(TransferFailed) as caught:
            check_greeting(said, ours=ours)
        assert not caught.value.is_told
