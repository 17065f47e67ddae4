"""A dump as a machine, fed with datagrams composed by hand as netlink(7) and linux/netlink.h have them."""

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.netlink.dump import Dump
from tests.core.netlink.compose import changed, header, nest, s32, u32, words

NOOP, ERROR, DONE, OVERRUN, NEWROUTE = 1, 2, 3, 4, 24  # NLMSG_*, RTM_NEWROUTE
MULTI, INTERRUPTED, CAPPED, ACK_TLVS = 0x2, 0x10, 0x100, 0x200  # NLM_F_*
REASON = 1  # NLMSGERR_ATTR_MSG
OFFSET = 2  # NLMSGERR_ATTR_OFFS

REQUEST = header(26, 0x301, 5, b"\x02\0\0\0\0\0\0\0\0\0\0\0" + nest((15, u32(77))))


def record(body: bytes, *, flags: int = MULTI, sequence: int = 5) -> bytes:
    return header(NEWROUTE, flags, sequence, body)


def done(code: int = 0, attributes: bytes = b"", *, sequence: int = 5) -> bytes:
    return header(DONE, MULTI | (ACK_TLVS if attributes else 0), sequence, s32(code) + attributes)


def fed(*datagrams: bytes) -> Dump:
    dump = Dump(5)
    for one in datagrams:
        dump.feed(one)
    return dump


def bodies(dump: Dump) -> list[bytes]:
    return [one.body for one in dump.records()]


def state(dump: Dump) -> tuple[bool, bool, int, str]:
    return dump.is_done, dump.is_torn, dump.errno, dump.reason


def test_a_dump_ends_with_done_and_its_records_are_in_the_order_in_which_they_came() -> None:
    dump = fed(record(b"aaaa") + record(b"bbbb"), record(b"cccc"))
    assert not dump.is_done
    dump.feed(record(b"dddd") + done())
    assert bodies(dump) == [b"aaaa", b"bbbb", b"cccc", b"dddd"]
    assert state(dump) == (True, False, 0, "")


def test_an_empty_table_is_a_whole_dump() -> None:
    dump = fed(done())
    assert (state(dump), bodies(dump), dump.datagrams) == ((True, False, 0, ""), [], [])


def test_what_answers_another_request_is_passed_over() -> None:
    others = record(b"old!", sequence=4) + done(-errno.EPERM, sequence=4) + record(b"new!", sequence=6)
    dump = fed(others, record(b"mine") + others)
    assert (state(dump), bodies(dump)) == ((False, False, 0, ""), [b"mine"])


def test_an_interruption_of_another_dump_does_not_tear_this_one() -> None:
    dump = fed(record(b"old!", flags=MULTI | INTERRUPTED, sequence=4) + record(b"mine") + done())
    assert state(dump) == (True, False, 0, "")


@pytest.mark.parametrize(
    "datagram",
    [
        record(b"aaaa", flags=MULTI | INTERRUPTED) + done(),
        record(b"aaaa") + header(DONE, MULTI | INTERRUPTED, 5, s32(0)),
    ],
    ids=["record", "done"],
)
def test_a_table_that_changed_while_it_was_read_is_torn(datagram: bytes) -> None:
    dump = fed(datagram)
    assert (state(dump), bodies(dump)) == ((True, True, 0, ""), [b"aaaa"])


def test_a_datagram_that_is_cut_short_tears_the_dump_and_gives_what_is_whole() -> None:
    dump = fed((record(b"aaaa") + record(b"bbbb"))[:-1])
    assert (state(dump), bodies(dump)) == ((False, True, 0, ""), [b"aaaa"])


def test_a_message_with_an_impossible_length_tears_the_dump() -> None:
    dump = fed(record(b"aaaa") + u32(15) + record(b"bbbb")[4:])
    assert (state(dump), bodies(dump)) == ((False, True, 0, ""), [b"aaaa"])


def test_noop_says_nothing() -> None:
    dump = fed(header(NOOP, 0, 5, b"") + record(b"aaaa") + header(NOOP, 0, 5, b"junk"))
    assert (state(dump), bodies(dump)) == ((False, False, 0, ""), [b"aaaa"])


def test_an_acknowledgement_ends_without_an_error() -> None:
    assert state(fed(header(ERROR, CAPPED, 5, s32(0) + REQUEST[:16]))) == (True, False, 0, "")


def test_a_refusal_without_words_has_its_errno() -> None:
    assert state(fed(header(ERROR, 0, 5, s32(-errno.EPERM) + REQUEST))) == (True, False, errno.EPERM, "")


def test_a_refusal_has_the_kernels_own_words_behind_the_request_that_it_repeats() -> None:
    told = nest((REASON, words("Invalid table")), (OFFSET, u32(28)))
    dump = fed(header(ERROR, ACK_TLVS, 5, s32(-errno.EINVAL) + REQUEST + told))
    assert state(dump) == (True, False, errno.EINVAL, "Invalid table")


def test_a_refusal_has_the_kernels_own_words_behind_the_head_of_the_request() -> None:
    told = nest((OFFSET, u32(28)), (REASON, words("Invalid table")))
    dump = fed(header(ERROR, ACK_TLVS | CAPPED, 5, s32(-errno.EINVAL) + REQUEST[:16] + told))
    assert state(dump) == (True, False, errno.EINVAL, "Invalid table")


def test_an_attribute_of_the_repeated_request_is_not_taken_for_the_kernels_words() -> None:
    """The number of the text is also that of RTA_DST and of other attributes of requests."""
    request = header(26, 1, 5, nest((REASON, b"10.0.0.1")))
    dump = fed(header(ERROR, ACK_TLVS, 5, s32(-errno.EINVAL) + request + nest((REASON, words("why")))))
    assert dump.reason == "why"
    assert fed(header(ERROR, 0, 5, s32(-errno.EINVAL) + request)).reason == ""


def test_done_with_an_error_is_a_refusal_with_the_kernels_words() -> None:
    """The way in which a kernel since 4.20 refuses a dump of a table that is not there."""
    dump = fed(done(-errno.ENOENT, nest((REASON, words("ipv4: FIB table does not exist")))))
    assert state(dump) == (True, False, errno.ENOENT, "ipv4: FIB table does not exist")
    assert state(fed(done(-errno.ENOENT))) == (True, False, errno.ENOENT, "")


@pytest.mark.parametrize("kind", [ERROR, DONE])
@pytest.mark.parametrize("body", [b"", b"\xff", b"\xff\xff\xff"])
def test_an_end_without_room_for_a_code_is_an_end(kind: int, body: bytes) -> None:
    assert state(fed(header(kind, 0, 5, body))) == (True, False, 0, "")


@pytest.mark.parametrize("length", [4, 8, 12, 19])
def test_a_refusal_that_is_cut_short_has_its_errno(length: int) -> None:
    body = (s32(-errno.EPERM) + REQUEST)[:length]
    assert state(fed(header(ERROR, CAPPED, 5, body))) == (True, False, errno.EPERM, "")


def test_a_message_about_an_overrun_is_no_end() -> None:
    assert not fed(header(OVERRUN, 0, 5, b"")).is_done


def test_nothing_says_nothing() -> None:
    assert state(fed(b"", b"\0" * 15)) == (False, False, 0, "")


SAMPLES = [
    record(b"aaaa") + record(b"bbbb", flags=MULTI | INTERRUPTED) + done(),
    header(ERROR, ACK_TLVS, 5, s32(-22) + REQUEST + nest((REASON, words("why")))),
    header(ERROR, ACK_TLVS | CAPPED, 5, s32(-22) + REQUEST[:16] + nest((REASON, words("why")))),
    done(-2, nest((REASON, words("why")))),
    header(NOOP, 0, 5, b""),
]


@given(st.lists(st.one_of(st.binary(max_size=100), changed(SAMPLES)), max_size=4))
def test_whatever_comes_is_taken_in(datagrams: list[bytes]) -> None:
    dump = fed(*datagrams)
    for one in dump.records():
        assert one.sequence == 5
        assert one.type > DONE
    assert isinstance(dump.reason, str)
