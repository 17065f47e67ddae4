"""A sender's machine and a receiver's machine, joined: whole files, damage, cuts, resuming, nonsense."""

from itertools import cycle, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nettools.core.checked_transfer.frames import FrameKind, block_digest, control_frame, frame_header, greeting
from nettools.core.checked_transfer.journal import ENTRY_OCTETS, entry_start
from nettools.core.checked_transfer.offer import FileDigest
from nettools.core.checked_transfer.receiver import Receiver
from nettools.core.checked_transfer.sender import Sender
from nettools.core.checked_transfer.side import COUNT, Side
from nettools.core.relay.ending import Ending
from tests.core.checked_transfer.memory import BLOCK, Folder, Source, Transfer, flipped, offer_of

contents = st.binary(max_size=5 * BLOCK) | st.sampled_from(
    [b"", b"x", b"a" * BLOCK, b"b" * (BLOCK + 1), bytes(4 * BLOCK), bytes(range(256)) * 12]
)
splits = st.lists(st.integers(min_value=1, max_value=2000), min_size=1, max_size=20)


def hear(side: Side, octets: bytes, *, now_s: float = 0.0) -> None:
    """The other side says this."""
    rest = memoryview(octets)
    while rest and (space := side.incoming()):
        count = min(len(space), len(rest))
        space[:count] = rest[:count]
        side.received(count, now_s)
        rest = rest[count:]


def ended(side: Side) -> Ending | None:
    """How it ended, asked anew each time."""
    return side.ending


def said(side: Side) -> bytes:
    """All that it has to say now."""
    octets = b""
    while outgoing := side.outgoing():
        octets += outgoing
        side.sent(len(outgoing), 0.0)
    return octets


def cut_transfer(content: bytes, folder: Folder, *, blocks: int) -> None:
    """Let a transfer be cut when so many blocks have been stored."""
    transfer = Transfer(Source(content), folder, offer_of(content))
    while folder.blocks_stored < blocks:
        assert (
            transfer.out.step(0)
            | transfer.back.step(0)
            | transfer.source.work(transfer.sender)
            | folder.work(transfer.receiver)
        )
    transfer.receiver.ended()
    folder.blocks_stored = 0


@given(content=contents, sizes=splits)
def test_however_the_octets_are_split_the_file_arrives(content: bytes, sizes: list[int]) -> None:
    folder = Folder()
    sent, received = Transfer(Source(content), folder, offer_of(content), chunks=cycle(sizes)).run()
    assert (sent.kind, sent.status) == ("sent", 0)
    assert (received.kind, received.status) == ("closed", 0)
    assert folder.whole == content
    assert folder.name == "file.bin"


def streams(content: bytes, *, resumes: bool) -> tuple[int, int]:
    """How many octets an undamaged transfer says each way."""
    folder = prepared(content) if resumes else Folder()
    transfer = Transfer(Source(content), folder, offer_of(content, resumes=resumes))
    transfer.run()
    return len(transfer.out.moved), len(transfer.back.moved)


def prepared(content: bytes) -> Folder:
    """A folder with the first two blocks of that content, if it has so many."""
    folder = Folder()
    cut_transfer(content, folder, blocks=min(2, len(content) // BLOCK))
    return folder


@settings(max_examples=400, deadline=None)
@given(data=st.data(), content=contents, resumes=st.booleans(), goes_out=st.booleans())
def test_a_flipped_bit_is_always_detected_and_never_makes_a_wrong_file(
    data: st.DataObject, content: bytes, resumes: bool, goes_out: bool
) -> None:
    octets = streams(content, resumes=resumes)[0 if goes_out else 1]
    bit = data.draw(st.integers(min_value=0, max_value=8 * octets - 1))
    folder = prepared(content) if resumes else Folder()
    transfer = Transfer(
        Source(content),
        folder,
        offer_of(content, resumes=resumes),
        wire_out=flipped(bit) if goes_out else bytes,
        wire_back=bytes if goes_out else flipped(bit),
    )
    sent, received = transfer.run()
    assert sent.status == 1
    assert folder.whole in (None, content)
    if goes_out:
        assert received.status == 1
        assert folder.whole is None
    if folder.whole is not None:
        assert folder.offer == offer_of(content, resumes=resumes)


def test_each_bit_of_a_small_transfer_matters() -> None:
    content = b"0123456789" * 3
    out, back = streams(content, resumes=False)
    for goes_out, octets in ((True, out), (False, back)):
        for bit in range(8 * octets):
            folder = Folder()
            wires = (flipped(bit), bytes) if goes_out else (bytes, flipped(bit))
            sent, _ = Transfer(Source(content), folder, offer_of(content), wire_out=wires[0], wire_back=wires[1]).run()
            assert sent.status == 1, (goes_out, bit)
            assert folder.whole in (None, content)
            assert not (goes_out and folder.whole)


@settings(deadline=None)
@given(
    content=st.binary(min_size=1, max_size=6 * BLOCK),
    cuts=st.lists(st.integers(min_value=30, max_value=3 * BLOCK), min_size=1, max_size=6),
    sizes=splits,
)
def test_a_transfer_that_is_cut_again_and_again_goes_on_until_it_is_whole(
    content: bytes, cuts: list[int], sizes: list[int]
) -> None:
    folder = Folder()
    for cut in cuts:
        transfer = Transfer(
            Source(content), folder, offer_of(content, resumes=True), chunks=cycle(sizes), cut_after=cut
        )
        sent, received = transfer.run()
        if folder.whole is not None:
            break
        assert sent.status == received.status == 1
        assert bytes(folder.part) == content[: len(folder.part)]
    if folder.whole is None:
        kept = -(-len(folder.part) // BLOCK)
        folder.blocks_stored = 0
        Transfer(Source(content), folder, offer_of(content, resumes=True), chunks=cycle(sizes)).run()
        assert folder.blocks_stored == -(-len(content) // BLOCK) - kept
    assert folder.whole == content


def test_what_is_there_is_not_sent_again_and_only_its_last_block_is_hashed_by_the_receiver() -> None:
    content = bytes(range(256)) * 40
    folder, source = Folder(), Source(content)
    cut_transfer(content, folder, blocks=7)
    folder.blocks_read = 0
    transfer = Transfer(source, folder, offer_of(content, resumes=True))
    transfer.run()
    assert folder.whole == content
    assert folder.blocks_stored == 3
    assert folder.blocks_read == 1
    assert transfer.sender.blocks_moved == transfer.receiver.blocks_moved == 3
    assert source.blocks_read == 10


def test_without_resume_it_starts_over() -> None:
    content = bytes(range(256)) * 20
    folder = Folder()
    cut_transfer(content, folder, blocks=3)
    Transfer(Source(content), folder, offer_of(content)).run()
    assert folder.whole == content
    assert folder.blocks_stored == 5


@settings(deadline=None)
@given(at=st.integers(min_value=0, max_value=6 * BLOCK - 1))
def test_a_changed_part_is_found_and_only_what_stands_before_the_change_is_kept(at: int) -> None:
    content = bytes(range(256)) * 40
    folder = Folder()
    cut_transfer(content, folder, blocks=6)
    folder.tamper(at)
    Transfer(Source(content), folder, offer_of(content, resumes=True)).run()
    assert folder.whole == content
    assert folder.blocks_stored == 10 - at // BLOCK


@settings(deadline=None)
@given(octets=st.integers(min_value=0, max_value=6 * BLOCK))
def test_a_truncated_part_is_found(octets: int) -> None:
    content = bytes(range(256)) * 40
    folder = Folder()
    cut_transfer(content, folder, blocks=6)
    del folder.part[octets:]
    Transfer(Source(content), folder, offer_of(content, resumes=True)).run()
    assert folder.whole == content
    assert folder.blocks_stored == 10 - octets // BLOCK


@settings(deadline=None)
@given(at=st.integers(min_value=0, max_value=entry_start(6) - 1), bit=st.integers(min_value=0, max_value=7))
def test_a_changed_journal_never_makes_a_wrong_file(at: int, bit: int) -> None:
    content = bytes(range(256)) * 40
    folder = Folder()
    cut_transfer(content, folder, blocks=6)
    folder.journal[at] ^= 1 << bit
    Transfer(Source(content), folder, offer_of(content, resumes=True)).run()
    assert folder.whole == content
    kept = max(at - entry_start(0), 0) // ENTRY_OCTETS
    assert folder.blocks_stored == 10 - kept


@settings(deadline=None)
@given(octets=st.integers(min_value=0, max_value=entry_start(6)))
def test_a_torn_journal_keeps_its_whole_entries(octets: int) -> None:
    content = bytes(range(256)) * 40
    folder = Folder()
    cut_transfer(content, folder, blocks=6)
    del folder.journal[octets:]
    Transfer(Source(content), folder, offer_of(content, resumes=True)).run()
    assert folder.whole == content
    assert folder.blocks_stored == 10 - max(octets - entry_start(0), 0) // ENTRY_OCTETS


def test_a_restart_of_the_system_has_every_block_hashed_again() -> None:
    content = bytes(range(256)) * 40
    folder = Folder()
    cut_transfer(content, folder, blocks=6)
    folder.changes += 1  # any other stamp
    folder.part[BLOCK * 5 + 3] = 0xEE
    Transfer(Source(content), folder, offer_of(content, resumes=True)).run()
    assert folder.whole == content
    assert folder.blocks_read == 6


@pytest.mark.parametrize("blocks", [1, 15, 16, 17, 64, 65, 1023, 1024, 1025, 1500])
@pytest.mark.parametrize("is_untouched", [True, False])
def test_any_number_of_blocks_can_be_compared(blocks: int, is_untouched: bool) -> None:
    content = bytes(BLOCK) * (blocks + 1)
    folder = Folder()
    cut_transfer(content, folder, blocks=blocks)
    folder.changes += not is_untouched
    Transfer(Source(content), folder, offer_of(content, resumes=True)).run()
    assert folder.whole == content
    assert folder.blocks_stored == 1


@settings(deadline=None)
@given(at=st.integers(min_value=0, max_value=39 * BLOCK))
def test_another_source_goes_on_where_it_differs(at: int) -> None:
    content = bytes(range(256)) * 4 * 40
    folder = Folder()
    cut_transfer(content, folder, blocks=39)
    other = bytearray(content)
    other[at] ^= 0xFF
    Transfer(Source(bytes(other)), folder, offer_of(bytes(other), resumes=True)).run()
    assert folder.whole == bytes(other)
    assert folder.blocks_stored == 40 - at // BLOCK


@settings(deadline=None)
@given(before=st.integers(min_value=0, max_value=5 * BLOCK), after=st.integers(min_value=0, max_value=5 * BLOCK))
def test_a_source_of_another_size_resumes_what_is_the_same(before: int, after: int) -> None:
    longest = bytes(range(256)) * 20
    folder = Folder()
    transfer = Transfer(Source(longest[:before]), folder, offer_of(longest[:before]))
    while transfer.receiver.blocks_done < -(-before // BLOCK):
        transfer.out.step(0)
        transfer.back.step(0)
        transfer.source.work(transfer.sender)
        folder.work(transfer.receiver)
    Transfer(Source(longest[:after]), folder, offer_of(longest[:after], resumes=True)).run()
    assert folder.whole == longest[:after]


@pytest.mark.parametrize("is_longer", [True, False])
def test_a_source_that_changes_meanwhile_fails_on_both_sides(is_longer: bool) -> None:
    content = bytes(range(256)) * 80
    folder, source = Folder(), Source(content)
    transfer = Transfer(source, folder, offer_of(content))
    while folder.blocks_stored < 2:
        transfer.out.step(0)
        transfer.back.step(0)
        source.work(transfer.sender)
        folder.work(transfer.receiver)
    if is_longer:
        source.content += b"!"
    else:
        source.mtime_ns += 1
    sent, received = transfer.run()
    assert (sent.kind, received.kind) == ("mismatch", "mismatch")
    assert sent.message == "the file was changed while it was sent"
    assert received.message == "the other side gave up: the file was changed while it was sent"
    assert folder.whole is None


def test_a_source_that_changes_after_its_last_block_fails_too() -> None:
    content = b"all of it"
    source, folder = Source(content), Folder()
    transfer = Transfer(source, folder, offer_of(content))
    while not source.blocks_read:
        transfer.out.step(0)
        transfer.back.step(0)
        source.work(transfer.sender)
        folder.work(transfer.receiver)
    source.mtime_ns += 1
    sent, _ = transfer.run()
    assert sent.kind == "mismatch"
    assert folder.whole is None


def test_a_full_disk_is_told_to_both_and_what_is_there_can_be_resumed() -> None:
    content = bytes(range(256)) * 20
    folder = Folder()
    folder.room = 3 * BLOCK
    sent, received = Transfer(Source(content), folder, offer_of(content)).run()
    assert (received.kind, received.status) == ("output-failed", 2)
    assert (sent.kind, sent.status) == ("declined", 1)
    assert sent.message == "the other side gave up: there is no space left"
    folder.room, folder.blocks_stored = None, 0
    Transfer(Source(content), folder, offer_of(content, resumes=True)).run()
    assert folder.whole == content
    assert folder.blocks_stored == 2


@pytest.mark.parametrize("octets", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\n", b"SSH-2.0-x\r\n", b"\x89PNG\r\n\x1a\n"])
def test_a_stranger_is_recognised_at_once(octets: bytes) -> None:
    sender, receiver = Sender(offer_of(b"x"), now_s=0.0), Receiver(now_s=0.0)
    for side, wanted in ((sender, "listen --receive"), (receiver, "cat --send")):
        hear(side, octets)
        assert side.ending is not None
        assert side.ending.message == f"the other side is no nettools {wanted}"
        assert b"file.bin" not in said(side)


def test_two_of_a_kind_and_other_versions_are_recognised() -> None:
    sender, receiver = Sender(offer_of(b"x"), now_s=0.0), Receiver(now_s=0.0)
    hear(sender, greeting("sender"))
    hear(receiver, greeting("receiver"))
    newer = Receiver(now_s=0.0)
    hear(newer, greeting("sender")[:8] + b"\x02S")
    endings = [side.ending for side in (sender, receiver, newer)]
    assert [ending.message for ending in endings if ending is not None] == [
        "the other side sends as well",
        "the other side receives as well",
        "the other side speaks version 2 of the transfer protocol, this one version 1",
    ]


def test_silence_ends_it() -> None:
    sender, receiver = Sender(offer_of(b"x"), now_s=5.0), Receiver(now_s=5.0)
    for side in (sender, receiver):
        assert side.deadline_s == 15.0
        side.tick(14.9)
        assert ended(side) is None
        side.tick(15.0)
        ending = ended(side)
        assert ending is not None
        assert ending.kind == "idle-timeout"
        assert "has not greeted within 10 s: is it nettools" in ending.message


def test_an_idle_transfer_ends_and_says_how_far_it_came() -> None:
    content = bytes(3 * BLOCK)
    transfer = Transfer(Source(content), Folder(), offer_of(content))
    while transfer.folder.blocks_stored < 1:
        transfer.out.step(0.0)
        transfer.back.step(0.0)
        transfer.source.work(transfer.sender)
        transfer.folder.work(transfer.receiver)
    transfer.receiver.tick(59.9)
    assert ended(transfer.receiver) is None
    transfer.receiver.tick(60.0)
    ending = ended(transfer.receiver)
    assert ending is not None
    assert ending.message == (
        "nothing came or went for 60 s after 1,024 of 3,072 bytes; cat --send --resume goes on from there"
    )


def test_a_file_that_is_being_made_to_last_keeps_the_sender_waiting_and_is_whole_without_it() -> None:
    sender, receiver = Sender(offer_of(b"", name=b"empty"), now_s=0.0), Receiver(now_s=0.0)
    folder, source = Folder(), Source(b"")
    for _ in range(4):
        hear(receiver, said(sender))
        while receiver.task is not None and "Finish" not in repr(receiver.task):
            folder.work(receiver)
        hear(sender, said(receiver))
        source.work(sender)
    assert "Finish" in repr(receiver.task)
    assert receiver.deadline_s == 5.0
    receiver.tick(5.0)
    assert said(receiver) == control_frame(FrameKind.WAIT)
    assert receiver.deadline_s == 10.0
    receiver.tick(1000.0)
    receiver.ended()
    assert ended(receiver) is None
    receiver.finished()
    ending = ended(receiver)
    assert ending is not None
    assert ending.status == 0


def opened(side: Side) -> None:
    """Greets it as the other side would."""
    hear(side, greeting("receiver" if isinstance(side, Sender) else "sender"))
    said(side)


@pytest.mark.parametrize(
    "frame",
    [
        control_frame(FrameKind.STORED, bytes(32)),
        control_frame(FrameKind.WAIT, b"x"),
        control_frame(FrameKind.HAVE, bytes(32)),  # resuming was not offered
        control_frame(FrameKind.HAVE, bytes(33)),
        control_frame(FrameKind.HAVE, bytes(32 * 65)),
        control_frame(FrameKind.OFFER, offer_of(b"x").encode()),
        control_frame(FrameKind.HAVE) + control_frame(FrameKind.HAVE),
    ],
)
def test_a_sender_takes_nothing_that_does_not_belong_there(frame: bytes) -> None:
    sender = Sender(offer_of(b"xy"), now_s=0.0)
    opened(sender)
    hear(sender, frame)
    assert sender.ending is not None
    assert sender.ending.kind == "network-error"


@pytest.mark.parametrize(
    "frames",
    [
        [control_frame(FrameKind.BLOCK, b"x")],
        [control_frame(FrameKind.START, COUNT.pack(0))],
        [control_frame(FrameKind.OFFER, b"short")],
        [control_frame(FrameKind.OFFER, offer_of(b"x").encode()), control_frame(FrameKind.END, bytes(32))],
        [control_frame(FrameKind.OFFER, offer_of(b"x").encode()), control_frame(FrameKind.START, COUNT.pack(1))],
        [control_frame(FrameKind.OFFER, offer_of(b"x").encode()), control_frame(FrameKind.CHECKED, COUNT.pack(1))],
        [control_frame(FrameKind.OFFER, offer_of(b"x").encode()), control_frame(FrameKind.CHECKED, b"")],
    ],
)
def test_a_receiver_takes_nothing_that_does_not_belong_there(frames: list[bytes]) -> None:
    receiver, folder = Receiver(now_s=0.0), Folder()
    opened(receiver)
    for frame in frames:
        hear(receiver, frame)
        folder.work(receiver)
    assert receiver.ending is not None
    assert receiver.ending.kind == "network-error"
    assert folder.whole is None


@settings(deadline=None)
@given(noise=st.binary(max_size=400), goes_to_sender=st.booleans(), sizes=splits)
def test_noise_behind_the_greeting_ends_or_waits_but_never_stores(
    noise: bytes, goes_to_sender: bool, sizes: list[int]
) -> None:
    side: Side = Sender(offer_of(b"x"), now_s=0.0) if goes_to_sender else Receiver(now_s=0.0)
    opened(side)
    rest, lengths = noise, iter(cycle(sizes))
    while rest and side.ending is None:
        count = next(lengths)
        hear(side, rest[:count])
        rest = rest[count:]
    assert side.ending is None or side.ending.status == 1


def test_a_reason_from_the_other_side_is_shown_safely() -> None:
    sender = Sender(offer_of(b"x"), now_s=0.0)
    opened(sender)
    hear(sender, control_frame(FrameKind.FAIL, b"\x02no \x1b[31m\xff"))
    assert sender.ending is not None
    assert sender.ending.message == "the other side gave up: no \\x1b[31m\ufffd"


def test_the_receiver_never_says_more_than_the_window() -> None:
    content = bytes(BLOCK) * 2000
    folder = Folder()
    cut_transfer(content, folder, blocks=1999)
    receiver = Receiver(now_s=0.0)
    opened(receiver)
    hear(receiver, control_frame(FrameKind.OFFER, offer_of(content, resumes=True).encode()))
    octets = b""
    while folder.work(receiver):
        octets += said(receiver)
    assert len(octets) == 1024 // 64 * (8 + 64 * 32 + 16)
    hear(receiver, control_frame(FrameKind.CHECKED, COUNT.pack(64)))
    while folder.work(receiver):
        octets += said(receiver)
    assert len(octets) == (1024 + 64) // 64 * (8 + 64 * 32 + 16)


def test_one_octet_at_a_time_is_enough() -> None:
    content = bytes(range(256)) * 5
    folder = Folder()
    Transfer(Source(content), folder, offer_of(content), chunks=repeat(1)).run()
    assert folder.whole == content


def whole_digest(blocks: int) -> bytes:
    """Of a file of so many empty blocks."""
    digest = FileDigest(offer_of(bytes(blocks * BLOCK)))
    for _ in range(blocks):
        digest.add(block_digest(bytes(BLOCK)))
    return digest.digest()


counts = st.integers(min_value=0, max_value=6).map(COUNT.pack)
digests = st.lists(st.sampled_from([block_digest(bytes(BLOCK)), bytes(32)]), max_size=6).map(b"".join)
spoken = st.one_of(
    st.just(control_frame(FrameKind.OFFER, offer_of(bytes(3 * BLOCK), resumes=True).encode())),
    counts.map(lambda payload: control_frame(FrameKind.CHECKED, payload)),
    counts.map(lambda payload: control_frame(FrameKind.START, payload)),
    digests.map(lambda payload: control_frame(FrameKind.HAVE, payload)),
    st.sampled_from([BLOCK, BLOCK - 1, 1, 0]).map(
        lambda length: frame_header(FrameKind.BLOCK, length) + bytes(length) + block_digest(bytes(length))
    ),
    st.sampled_from([whole_digest(3), whole_digest(2), bytes(32)]).flatmap(
        lambda digest: st.sampled_from([control_frame(FrameKind.END, digest), control_frame(FrameKind.STORED, digest)])
    ),
    st.just(control_frame(FrameKind.WAIT)),
    st.binary(max_size=3).map(lambda payload: control_frame(FrameKind.FAIL, payload)),
)


@settings(max_examples=1000)
@given(frames=st.lists(spoken, max_size=12), begins_well=st.booleans(), has_part=st.booleans())
def test_whatever_is_said_in_whatever_order_only_the_right_file_is_stored(
    frames: list[bytes], begins_well: bool, has_part: bool
) -> None:
    content = bytes(3 * BLOCK)
    folder = Folder()
    if has_part:
        cut_transfer(content, folder, blocks=2)
    receiver = Receiver(now_s=0.0)
    opened(receiver)
    first = [control_frame(FrameKind.OFFER, offer_of(content, resumes=True).encode())] if begins_well else []
    for frame in first + frames:
        hear(receiver, frame)
        while folder.work(receiver):
            said(receiver)
    assert folder.whole in (None, content)
    assert (folder.whole is not None) == (receiver.ending is not None and receiver.ending.status == 0)


@settings(max_examples=1000)
@given(frames=st.lists(spoken, max_size=12))
def test_whatever_is_said_in_whatever_order_a_sender_believes_only_the_right_digest(frames: list[bytes]) -> None:
    content = bytes(3 * BLOCK)
    source = Source(content)
    sender = Sender(offer_of(content, resumes=True), now_s=0.0)
    opened(sender)
    for frame in frames:
        hear(sender, frame)
        while source.work(sender):
            said(sender)
    if sender.ending is not None and sender.ending.status == 0:
        assert control_frame(FrameKind.STORED, whole_digest(3)) in frames
