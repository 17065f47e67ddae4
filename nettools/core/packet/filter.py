"""Socket filters that let only answers to our probes through, in the language of BPF: bpf(4) of BSD, linux/filter.h.

The packets begin with their IP header, as a packet socket of type SOCK_DGRAM shows them: packet(7).
"""

from struct import pack
from typing import Final, NamedTuple

from nettools.core.packet.headers import (
    ACK,
    IPV6_BYTES,
    PROTOCOL_ICMP,
    PROTOCOL_ICMPV6,
    PROTOCOL_TCP,
    RST,
    SYN,
)

# linux/bpf_common.h
_LOAD_BYTE: Final = 0x30  # BPF_LD | BPF_B | BPF_ABS
_LOAD_HALF: Final = 0x28
_LOAD_BYTE_AT: Final = 0x50  # ... | BPF_IND: relative to X
_LOAD_HALF_AT: Final = 0x48
_X_HEADER_LENGTH: Final = (
    0xB1  # BPF_LDX | BPF_B | BPF_MSH: four times the low half of an octet, an IPv4 header's length
)
_AND: Final = 0x54
_SHIFT_LEFT: Final = 0x64
_ADD_X: Final = 0x0C
_A_TO_X: Final = 0x07
_IF_EQUAL: Final = 0x15
_IF_AT_LEAST: Final = 0x35
_IF_SET: Final = 0x45
_RETURN: Final = 0x06

_WHOLE: Final = 0x40000
"""As much of a packet as there is."""
_FRAGMENT_OFFSET: Final = 0x1FFF  # RFC 791 §3.1
_ICMP_BYTES: Final = 8  # RFC 792, RFC 4443 §3: what stands before the packet that an error is about
_ICMP_ERRORS: Final = (3, 11, 12)  # unreachable, time exceeded, parameter problem
_ICMPV6_ERRORS: Final = (1, 3, 4)
_NEIGHBOUR_ADVERTISEMENT: Final = 136  # RFC 4861 §4.4


class Instruction(NamedTuple):
    """struct sock_filter; jumps count the instructions that they skip."""

    code: int
    if_true: int
    if_false: int
    operand: int


class _Assembler:
    """Instructions with named places to jump to; None goes on with the next instruction."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, int, str | None, str | None]] = []
        self._places: dict[str, int] = {}

    def do(self, code: int, operand: int = 0) -> None:
        self._lines.append((code, operand, None, None))

    def when(self, test: int, operand: int, then: str | None = None, otherwise: str | None = None) -> None:
        self._lines.append((test, operand, then, otherwise))

    def place(self, name: str) -> None:
        self._places[name] = len(self._lines)

    def assembled(self) -> tuple[Instruction, ...]:
        return tuple(
            Instruction(code, self._skip(number, then), self._skip(number, otherwise), operand)
            for number, (code, operand, then, otherwise) in enumerate(self._lines)
        )

    def _skip(self, number: int, name: str | None) -> int:
        return 0 if name is None else self._places[name] - number - 1


def ipv4_answers(ports: range) -> tuple[Instruction, ...]:
    """SYN-ACKs and resets to one of the ports, and ICMP errors about TCP packets from them."""
    program = _Assembler()
    program.do(_LOAD_HALF, 6)
    program.when(_IF_SET, _FRAGMENT_OFFSET, "drop")
    program.do(_X_HEADER_LENGTH, 0)
    program.do(_LOAD_BYTE, 9)
    program.when(_IF_EQUAL, PROTOCOL_TCP, "tcp")
    program.when(_IF_EQUAL, PROTOCOL_ICMP, None, "drop")
    program.do(_LOAD_BYTE_AT, 0)
    _one_of(program, _ICMP_ERRORS, "error")
    program.place("error")
    program.do(_LOAD_BYTE_AT, _ICMP_BYTES + 9)
    program.when(_IF_EQUAL, PROTOCOL_TCP, None, "drop")
    program.do(_LOAD_BYTE_AT, _ICMP_BYTES)  # the length of the quoted header, which may have options
    program.do(_AND, 0x0F)
    program.do(_SHIFT_LEFT, 2)
    program.do(_ADD_X)
    program.do(_A_TO_X)
    program.do(_LOAD_HALF_AT, _ICMP_BYTES)
    program.when(_IF_AT_LEAST, ports.start, None, "drop")
    program.when(_IF_AT_LEAST, ports.stop, "drop", "keep")
    program.place("tcp")
    program.do(_LOAD_HALF_AT, 2)
    program.when(_IF_AT_LEAST, ports.start, None, "drop")
    program.when(_IF_AT_LEAST, ports.stop, "drop")
    program.do(_LOAD_BYTE_AT, 13)
    return _ended(program)


def ipv6_answers(ports: range) -> tuple[Instruction, ...]:
    """The same for IPv6; answers behind extension headers are not looked for."""
    program = _Assembler()
    program.do(_LOAD_BYTE, 6)
    program.when(_IF_EQUAL, PROTOCOL_TCP, "tcp")
    program.when(_IF_EQUAL, PROTOCOL_ICMPV6, None, "drop")
    program.do(_LOAD_BYTE, IPV6_BYTES)
    _one_of(program, _ICMPV6_ERRORS, "error")
    program.place("error")
    program.do(_LOAD_BYTE, IPV6_BYTES + _ICMP_BYTES + 6)
    program.when(_IF_EQUAL, PROTOCOL_TCP, None, "drop")
    program.do(_LOAD_HALF, 2 * IPV6_BYTES + _ICMP_BYTES)
    program.when(_IF_AT_LEAST, ports.start, None, "drop")
    program.when(_IF_AT_LEAST, ports.stop, "drop", "keep")
    program.place("tcp")
    program.do(_LOAD_HALF, IPV6_BYTES + 2)
    program.when(_IF_AT_LEAST, ports.start, None, "drop")
    program.when(_IF_AT_LEAST, ports.stop, "drop")
    program.do(_LOAD_BYTE, IPV6_BYTES + 13)
    return _ended(program)


def neighbour_advertisements() -> tuple[Instruction, ...]:
    """What answers a neighbour solicitation."""
    program = _Assembler()
    program.do(_LOAD_BYTE, 6)
    program.when(_IF_EQUAL, PROTOCOL_ICMPV6, None, "drop")
    program.do(_LOAD_BYTE, IPV6_BYTES)
    program.when(_IF_EQUAL, _NEIGHBOUR_ADVERTISEMENT, "keep", "drop")
    _verdicts(program)
    return program.assembled()


def encoded(program: tuple[Instruction, ...]) -> bytes:
    """The program as an array of struct sock_filter."""
    return b"".join(pack("=HBBI", *instruction) for instruction in program)


def _one_of(program: _Assembler, numbers: tuple[int, ...], then: str) -> None:
    for number in numbers[:-1]:
        program.when(_IF_EQUAL, number, then)
    program.when(_IF_EQUAL, numbers[-1], then, "drop")


def _ended(program: _Assembler) -> tuple[Instruction, ...]:
    """With the control bits of a TCP segment in the accumulator: a reset, or SYN and ACK together."""
    program.when(_IF_SET, RST, "keep")
    program.do(_AND, SYN | ACK)
    program.when(_IF_EQUAL, SYN | ACK, "keep", "drop")
    _verdicts(program)
    return program.assembled()


def _verdicts(program: _Assembler) -> None:
    program.place("keep")
    program.do(_RETURN, _WHOLE)
    program.place("drop")
    program.do(_RETURN, 0)
