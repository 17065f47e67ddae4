"""The words of a chat."""

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.relay.chat import LONGEST_LINE, ChatVoice, escaped, joined, left, present

SAID = st.lists(st.binary(max_size=50) | st.just(b"\n") | st.just(b"one\ntwo"), max_size=20)


def everything(voice: ChatVoice, said: list[bytes]) -> bytes:
    return b"".join(voice.feed(one) for one in said) + voice.finish()


@given(SAID)
def test_each_line_stands_behind_the_name_however_it_came(said: list[bytes]) -> None:
    whole = b"".join(said)
    lines = whole.split(b"\n")
    if not lines[-1]:
        lines.pop()
    ends = [(line.removesuffix(b"\r"), b"\r\n" if line.endswith(b"\r") else b"\n") for line in lines]
    expected = b"".join(b"<user4> " + escaped(line) + end for line, end in ends)
    assert everything(ChatVoice(4), said) == expected


@given(st.binary(max_size=300))
def test_nothing_that_a_terminal_obeys_gets_through_and_no_line_has_another_name(octets: bytes) -> None:
    shown = everything(ChatVoice(4), [octets])
    assert all(0x20 <= octet < 0x7F or octet in b"\t\n" for octet in shown.replace(b"\r\n", b"\n"))
    assert all(line.startswith(b"<user4> ") for line in shown.splitlines())


def test_the_escapes_are_those_of_ncat() -> None:
    assert escaped(b"a\x00\x07\x1b[31m\xff\xc3\xa9\t\n\\x") == b"a\\000\\007\\033[31m\\377\\303\\251\t\n\\x"


def test_a_carriage_return_cannot_go_back_over_the_name() -> None:
    assert ChatVoice(4).feed(b"\r<user5> hello\r\n") == b"<user4> \\015<user5> hello\r\n"


def test_a_line_without_an_end_is_kept_only_so_far() -> None:
    voice = ChatVoice(1)
    shown = voice.feed(b"x" * (LONGEST_LINE * 3 + 5))
    assert shown == (b"<user1> " + b"x" * LONGEST_LINE + b"\n") * 3
    assert voice.finish() == b"<user1> xxxxx\n"
    assert voice.finish() == b""


def test_a_datagram_ends_its_last_line() -> None:
    voice = ChatVoice(2, is_datagram=True)
    assert voice.feed(b"a\nb") == b"<user2> a\n<user2> b\n"
    assert voice.feed(b"") == b""


def test_who_comes_and_goes_is_announced_in_ncats_words() -> None:
    assert joined(6, "::1") == b"<announce> ::1 is connected as <user6>.\n"
    assert present([]) == b"<announce> already connected: nobody.\n"
    assert present([(4, "127.0.0.1"), (5, "::1")]) == (
        b"<announce> already connected: 127.0.0.1 as <user4>, ::1 as <user5>.\n"
    )
    assert left(6) == b"<announce> <user6> is disconnected.\n"


def test_those_who_are_not_named_are_counted() -> None:
    assert present([(4, "::1")], more=4899) == b"<announce> already connected: ::1 as <user4> and 4899 more.\n"
