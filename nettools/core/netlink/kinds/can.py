"""The kind can: enum IFLA_CAN_* and the structs of linux/can/netlink.h."""

from typing import Final

from nettools.core.netlink import wire
from nettools.core.netlink.kinds.values import SPREAD, Kind, Table, bit_names, elsewhere, named, number, numbers, words
from nettools.core.record import Json

# CAN_CTRLMODE_*, in the order in which ip prints them.
_MODES: Final = {
    0x001: "LOOPBACK",
    0x002: "LISTEN-ONLY",
    0x004: "TRIPLE-SAMPLING",
    0x008: "ONE-SHOT",
    0x010: "BERR-REPORTING",
    0x020: "FD",
    0x080: "FD-NON-ISO",
    0x040: "PRESUME-ACK",
    0x100: "CC-LEN8-DLC",
    0x200: "TDC-AUTO",
    0x400: "TDC-MANUAL",
}
_NAME_SIZE: Final = 16
_CONSTANTS: Final = ("tseg1", "tseg2", "sjw", "brp")
# enum IFLA_CAN_TDC_*: delay compensation, what is set and (before it) what can be.
_DELAYS: Final = {7: "tdcv", 8: "tdco", 9: "tdcf"}
_DELAY_LIMITS: Final = {"tdcv": (1, 2), "tdco": (3, 4), "tdcf": (5, 6)}
_STATISTICS: Final = ("bus_error", "error_warning", "error_passive", "bus_off", "arbitration_lost", "restarts")

_TIMING, _TIMING_CONST, _DATA_TIMING, _DATA_TIMING_CONST = 1, 2, 9, 10
_BITRATE_CONST, _DATA_BITRATE_CONST, _DELAY = 13, 14, 16
_MODES_SET, _MODES_EXT, _SUPPORTED = 5, 17, 1  # the last is IFLA_CAN_CTRLMODE_SUPPORTED


def statistics(value: bytes) -> Json:
    """IFLA_INFO_XSTATS of the kind: struct can_device_stats."""
    counts = words(value, len(_STATISTICS))
    return value.hex() if counts is None else dict(zip(_STATISTICS, counts, strict=True))


def _modes(value: bytes) -> Json:
    """Struct can_ctrlmode: a mask, then the flags."""
    pair = words(value, 2)
    return value.hex() if pair is None else bit_names(pair[1], _MODES) or None


def _errors(value: bytes) -> Json:
    if len(value) < 4:
        return value.hex()
    return {"tx": wire.number(value[:2]), "rx": wire.number(value[2:4])}


def _timing(value: bytes) -> Json:
    """Struct can_bittiming. The sample point is a fraction of a bit; ip 6.1 prints it as a string."""
    fields = words(value, 8)
    if fields is None:
        return value.hex()
    bitrate, sample_point, tq, prop_seg, phase_seg1, phase_seg2, sjw, brp = fields
    return {
        "bitrate": bitrate,
        "sample_point": sample_point / 1000,
        "tq": tq,
        "prop_seg": prop_seg,
        "phase_seg1": phase_seg1,
        "phase_seg2": phase_seg2,
        "sjw": sjw,
        "brp": brp,
    }


def _limits(value: bytes) -> Json:
    """Struct can_bittiming_const; the least jump width is 1 by definition."""
    fields = words(value[_NAME_SIZE:], 8)
    if fields is None:
        return value.hex()
    bounds = (*fields[:4], 1, *fields[4:7])
    ranges: dict[str, Json] = {
        name: {"min": bounds[2 * place], "max": bounds[2 * place + 1]} for place, name in enumerate(_CONSTANTS)
    }
    return {"name": wire.text(value[:_NAME_SIZE])} | ranges | {"brp_inc": fields[7]}


def _finish(found: dict[str, Json], attributes: dict[int, bytes]) -> None:
    """Of an interface that has fixed bit rates its timing is only the rate; delays belong to the timing of data."""
    for prefix, timing, limits, rates in (
        ("", _TIMING, _TIMING_CONST, _BITRATE_CONST),
        ("data_", _DATA_TIMING, _DATA_TIMING_CONST, _DATA_BITRATE_CONST),
    ):
        if rates in attributes:
            found[f"{prefix}bittiming_bitrate"] = wire.number(attributes.get(timing, b"")[:4])
            continue
        if timing in attributes:
            found[f"{prefix}bittiming"] = _timing(attributes[timing])
        if limits in attributes:
            found[f"{prefix}bittiming_const"] = _limits(attributes[limits])
    if _DELAY in attributes:
        _add_delays(found, wire.attributes(attributes[_DELAY]))
    supported = wire.attributes(attributes.get(_MODES_EXT, b"")).get(_SUPPORTED)
    if supported is not None:
        _add_supported_modes(found, wire.number(supported), attributes.get(_MODES_SET, b""))


def _add_delays(found: dict[str, Json], delays: dict[int, bytes]) -> None:
    chosen: dict[str, Json] = {key: number(delays[place]) for place, key in _DELAYS.items() if place in delays}
    limits: dict[str, Json] = {
        key: {"min": number(delays[least]), "max": number(delays[most])}
        for key, (least, most) in _DELAY_LIMITS.items()
        if least in delays and most in delays
    }
    for key, delay in (("data_bittiming", chosen), ("data_bittiming_const", limits)):
        timing = found.get(key)
        if delay and isinstance(timing, dict):
            timing["tdc"] = delay


def _add_supported_modes(found: dict[str, Json], supported: int, modes: bytes) -> None:
    """What can be switched on, and what is on and cannot be switched."""
    found["ctrlmode_supported"] = bit_names(supported, _MODES)
    pair = words(modes, 2)
    if pair is not None and pair[1] & ~supported:
        found["ctrlmode_static"] = bit_names(pair[1] & ~supported, _MODES)


_CAN: Final[Table] = {
    _TIMING: (SPREAD, elsewhere),
    _TIMING_CONST: (SPREAD, elsewhere),
    3: ("clock", number),
    4: ("state", named("ERROR-ACTIVE", "ERROR-WARNING", "ERROR-PASSIVE", "BUS-OFF", "STOPPED", "SLEEPING")),
    _MODES_SET: ("ctrlmode", _modes),
    6: ("restart_ms", number),
    7: ("restart", number),
    8: ("berr_counter", _errors),
    _DATA_TIMING: (SPREAD, elsewhere),
    _DATA_TIMING_CONST: (SPREAD, elsewhere),
    11: ("termination", number),
    12: ("termination_const", numbers(2)),
    _BITRATE_CONST: ("bitrate_const", numbers(4)),
    _DATA_BITRATE_CONST: ("data_bitrate_const", numbers(4)),
    15: ("bitrate_max", number),
    _DELAY: (SPREAD, elsewhere),
    _MODES_EXT: (SPREAD, elsewhere),
}

KINDS: Final[dict[str, Kind]] = {"can": (_CAN, _finish)}
