import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.relay.telnet import LONGEST_SUBNEGOTIATION, TelnetDoubling, TelnetRefusals
from tests.core.relay.splitting import in_pieces, through


def talked(pieces: list[bytes]) -> tuple[bytes, bytes]:
    """The text, and what was answered."""
    stage = TelnetRefusals()
    text, answers = b"", b""
    for piece in pieces:
        text += stage.feed(piece)
        answers += stage.reply()
    return text + stage.finish(), answers


@pytest.mark.parametrize(
    ("octets", "text", "answer"),
    [
        (b"plain", b"plain", b""),
        (b"a\xff\xfd\x01b", b"ab", b"\xff\xfc\x01"),  # DO ECHO: WONT
        (b"a\xff\xfb\x03b", b"ab", b"\xff\xfe\x03"),  # WILL SUPPRESS-GO-AHEAD: DONT
        (b"\xff\xfc\x01\xff\xfe\x03x", b"x", b""),  # WONT and DONT need no answer
        (b"a\xff\xffb", b"a\xffb", b""),
        (b"a\xff\xf1\xff\xf9b", b"ab", b""),  # NOP, GA
        (b"a\xff\xfa\x18\x01\xff\xf0b", b"ab", b""),
        (b"a\xff\xfa\x18\xff\xff\xf0x\xff\xf0b", b"ab", b""),  # a doubled 255 inside is no end
        (b"\xff\xfd\xff\xff\xfb\xff", b"", b"\xff\xfc\xff\xff\xfe\xff"),  # EXOPL, option 255
        (b"a\xff", b"a", b""),
    ],
)
def test_negotiation_is_declined_and_left_out(octets: bytes, text: bytes, answer: bytes) -> None:
    assert talked([octets]) == (text, answer)
    assert talked([octets[at : at + 1] for at in range(len(octets))]) == (text, answer)


COMMANDS = st.lists(
    st.sampled_from([b"\xff", b"\xfd", b"\xfb", b"\xfc", b"\xfe", b"\xfa", b"\xf0", b"\x01", b"text"]), max_size=40
).map(b"".join)


@given(in_pieces(COMMANDS))
def test_any_split_gives_the_same_text_and_answers(pieces: list[bytes]) -> None:
    assert talked(pieces) == talked([b"".join(pieces)])


@given(COMMANDS)
def test_answers_are_refusals_alone_and_never_longer_than_what_they_answer(octets: bytes) -> None:
    _, answers = talked([octets])
    assert len(answers) <= len(octets)
    assert {answers[at : at + 2] for at in range(0, len(answers), 3)} <= {b"\xff\xfc", b"\xff\xfe"}


@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
def test_a_subnegotiation_without_an_end_hides_no_more_than_its_bound(size: int) -> None:
    octets = b"\xff\xfa" + b"x" * LONGEST_SUBNEGOTIATION + b"seen"
    assert talked([octets[at : at + size] for at in range(0, len(octets), size)]) == (b"seen", b"")


def test_commands_inside_a_subnegotiation_count_towards_its_bound() -> None:
    octets = b"\xff\xfa" + b"\xff\x01" * (LONGEST_SUBNEGOTIATION // 2) + b"seen"
    assert talked([octets]) == (b"seen", b"")


@given(in_pieces(st.binary()))
def test_what_is_sent_comes_back_as_text(pieces: list[bytes]) -> None:
    sent = through(TelnetDoubling(), pieces)
    assert talked([sent]) == (b"".join(pieces), b"")
