"""What is wrong raises an error of ours, in the terms of Python; what failed of several is data."""

import inspect
import math
from collections.abc import Callable
from functools import partial

import pytest

import nettools
from nettools import errors
from tests.cli import run


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nettools.scan("127.0.0.1", "70000"), errors.PortError, "port 70000 is out of range"),
        (
            lambda: nettools.scan("127.0.0.1", 1, timeout=0),
            errors.OptionError,
            "timeout 0 is out of range 0.01 s to 120 s",
        ),
        (lambda: nettools.scan("127.0.0.1", 1, timeout=math.nan), errors.OptionError, "timeout nan is out of range"),
        (
            lambda: nettools.scan("127.0.0.1", 1, retries=10**5000),
            errors.OptionError,
            "retries given is out of range 0 to 10",
        ),
        (lambda: nettools.scan("127.0.0.1", 1, retries=True), errors.OptionError, "retries True is not a whole number"),
        (
            lambda: nettools.scan("127.0.0.1", 1, syn=True, ack=True),
            errors.OptionError,
            "syn and ack exclude each other",
        ),
        (lambda: nettools.scan("127.0.0.1", 1, shard="1/2"), errors.OptionError, "shard needs seed"),
        (
            lambda: nettools.scan("127.0.0.1", 1, order="ascending", seed=0),
            errors.OptionError,
            "seed does not go with order",
        ),
        (lambda: nettools.scan("127.0.0.1", 1, source_port=0), errors.OptionError, "source_port 0 is no port"),
        (lambda: nettools.scan("127.0.0.1", "U:1", banner=True), errors.OptionError, "banner is for TCP ports"),
        (lambda: nettools.scan("0.0.0.0/0", "all"), errors.OptionError, "probes"),
        (lambda: nettools.scan("127.0.0.1", 1, exclude="x y"), errors.OptionError, "cannot exclude"),
        (lambda: nettools.resolve("a b", server="127.0.0.1"), errors.DomainNameError, "has ' ' in it"),
        (
            lambda: nettools.resolve("a.test", "NOPE", server="127.0.0.1"),
            errors.OptionError,
            "the type 'NOPE' is unknown",
        ),
        (
            lambda: nettools.resolve("a.test", server="127.0.0.1", insecure=True),
            errors.OptionError,
            "insecure is for servers",
        ),
        (
            lambda: nettools.resolve("a.test", server="127.0.0.1", no_edns=True, nsid=True),
            errors.OptionError,
            "nsid needs EDNS",
        ),
        (lambda: nettools.resolve("a.test", compare=True), errors.OptionError, "compare needs two servers"),
        (
            lambda: nettools.resolve("a.test", trace=True, ixfr=0),
            errors.OptionError,
            "trace and ixfr exclude each other",
        ),
        (
            lambda: nettools.rdns("192.0.2.1", server="127.0.0.1", tries=21),
            errors.OptionError,
            "tries 21 is out of range 1 to 20",
        ),
        (lambda: nettools.route("127.0.0.1", iif="lo"), errors.OptionError, "a packet that comes in has a source"),
        (lambda: nettools.route("127.0.0.1", mark=1 << 32), errors.OptionError, "mark 4294967296 is out of range"),
        (lambda: nettools.routes(table="nothere"), errors.OptionError, "nothere"),
        (lambda: nettools.connect("127.0.0.1", 1, cafile="x"), errors.OptionError, "cafile is for tls and starttls"),
        (lambda: nettools.connect("127.0.0.1", 1, timeout=-1), errors.OptionError, "timeout -1 is out of range"),
        (lambda: nettools.connect("::1:80"), errors.NettoolsError, ""),
        (lambda: nettools.connect("127.0.0.1", -1), errors.PortError, "-1"),
        (lambda: nettools.port_service(), errors.OptionError, "nothing to look up"),
        (lambda: nettools.networks.merge(["10.0.0.0/8", "x"]), errors.AddressError, "'x'"),
        (lambda: nettools.networks.merge(""), errors.AddressError, "names no network"),
        (lambda: nettools.networks.split("10.0.0.0/8"), errors.OptionError, "say how to split"),
        (lambda: nettools.networks.split("::/0", prefix=64), errors.OptionError, "more than 1,048,576 networks"),
        (
            lambda: nettools.networks.split("10.0.0.0/8", into=1, names=["a", "b"]),
            errors.OptionError,
            "names has 2 names",
        ),
        (lambda: nettools.networks.cover(["10.0.0.0/8", "::1"]), errors.OptionError, "cover them apart"),
    ],
)
def test_a_wrong_request_raises(call: Callable[[], object], error: type[errors.NettoolsError], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    said = f"{caught.value.message} {caught.value.hint}"
    assert message in said
    assert "--" not in said
    assert str(caught.value) == caught.value.message


@pytest.mark.parametrize(
    ("call", "name", "given", "choices"),
    [
        (partial(nettools.scan, "127.0.0.1", 1), "ip_version", 5, "4, 6"),
        (partial(nettools.scan, "127.0.0.1", 1), "order", "down", "'random', 'ascending'"),
        (partial(nettools.connect, "127.0.0.1", 1), "ip_version", "4", "4, 6"),
        (partial(nettools.connect, "127.0.0.1", 1), "transport", "UDP", "'tcp', 'udp'"),
        (partial(nettools.resolve, "a.test", server="127.0.0.1"), "ip_version", 46, "4, 6"),
        (partial(nettools.resolve_many, ["a.test"], server="127.0.0.1"), "ip_version", 0, "4, 6"),
        (nettools.ifaces, "ip_version", 9, "4, 6"),
        (partial(nettools.route, "127.0.0.1"), "ip_version", 9, "4, 6"),
        (nettools.routes, "ip_version", 9, "4, 6"),
    ],
)
def test_a_value_that_is_none_of_the_choices_is_refused(
    call: Callable[..., object], name: str, given: object, choices: str
) -> None:
    with pytest.raises(errors.OptionError) as raised:
        call(**{name: given})
    assert raised.value.message.startswith(f"{name} {given!r} is none of {choices}")


def test_a_number_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(errors.OptionError, match=r"retries 1\.5 is not a whole number"):
        nettools.scan("127.0.0.1", 1, retries=1.5)  # type: ignore[arg-type]
    with pytest.raises(errors.OptionError, match="timeout None is not a number of seconds"):
        nettools.scan("127.0.0.1", 1, timeout=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("timeout", [math.inf, -math.inf, 1e300])
def test_a_time_without_end_is_refused_by_its_value(timeout: float) -> None:
    with pytest.raises(errors.OptionError, match=rf"^timeout {timeout:g} is out of range".replace("+", r"\+")):
        nettools.connect("127.0.0.1", 1, timeout=timeout)


@pytest.mark.parametrize("given", [True, None, 1.5, b"80", [80, False], [None]])
def test_what_is_no_port_and_no_text_names_no_service(given: object) -> None:
    with pytest.raises(TypeError, match="is no port and no text"):
        nettools.port_service(given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "given"),
    [
        (partial(nettools.resolve, "a.test"), 1),
        (partial(nettools.resolve, "a.test"), [1]),
        (partial(nettools.resolve, "a.test"), ["A", None]),
        (partial(nettools.resolve_many, ["a.test"]), [1]),
    ],
)
def test_a_type_that_is_no_text_is_refused_before_anything_is_asked(call: Callable[..., object], given: object) -> None:
    with pytest.raises(TypeError, match="is no text"):
        call(given, server="127.0.0.1")


def test_the_hint_is_in_the_terms_of_python_too() -> None:
    with pytest.raises(errors.OptionError) as caught:
        nettools.resolve("a.test", server="127.0.0.1", no_edns=True, cookie=True)
    assert caught.value.hint == "leave out no_edns"


def test_an_error_has_the_kind_that_the_document_of_the_command_tells() -> None:
    with pytest.raises(errors.NettoolsError) as caught:
        nettools.scan("127.0.0.1", "99999")
    (told,) = run("scan", "127.0.0.1", "99999", "--json").json["errors"]
    assert (caught.value.kind, caught.value.message) == (told["kind"], told["message"])


def test_what_is_no_target_at_all_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="float is no text, address or network"):
        nettools.subnet(1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="int is no text"):
        nettools.scan([1], 1)  # type: ignore[list-item]
    with pytest.raises(TypeError, match="bytes is no text"):
        nettools.subnet(b"192.0.2.0/24")  # type: ignore[arg-type]


@pytest.mark.parametrize("call", [nettools.subnet, nettools.scan, nettools.rdns, nettools.route])
def test_nothing_asked_is_nothing_answered(call: Callable[[list[str]], object]) -> None:
    assert getattr(call([]), "errors") == ()  # noqa: B009


def test_a_word_that_a_command_would_read_from_somewhere_is_only_a_word() -> None:
    for word in ("-", "@/etc/hostname"):
        assert [one.input for one in nettools.subnet(word).errors] == [word]
        with pytest.raises(errors.NettoolsError):
            nettools.networks.merge(word)
    assert [one.input for one in nettools.scan("-", 1).errors] == ["-"]


def test_a_missing_privilege_says_so() -> None:
    report = nettools.connect("127.0.0.1", 1, source="192.0.2.1")
    assert report.outcome is None
    assert [one.kind for one in report.errors]


@pytest.mark.parametrize("name", ["scan", "resolve", "resolve_many", "rdns", "route", "connect", "ifaces"])
def test_options_are_keywords_with_types(name: str) -> None:
    parameters = list(inspect.signature(getattr(nettools, name)).parameters.values())
    assert all(one.annotation is not inspect.Parameter.empty for one in parameters)
    assert {one.kind for one in parameters[2:]} == {inspect.Parameter.KEYWORD_ONLY}


def test_a_hyphen_is_no_standard_input_of_a_program() -> None:
    report = nettools.scan(["-", "-"], 1)
    assert [one.kind for one in report.errors] == ["bad-name", "bad-name"]
    assert not any("standard input" in one.message for one in report.errors)
