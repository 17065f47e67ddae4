"""A setting moves the default of an option, in every command, and is never taken for an option that was given."""

import inspect
import itertools
import re
from collections.abc import Mapping
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest

import nettools
from nettools.cli import ABOUT_THE_TOOL, COMMANDS
from nettools.commands._cat_options import CatOptions
from nettools.commands._catalog import DescribedOption, described_commands
from nettools.commands._command import build
from nettools.commands._environment import Environment
from nettools.commands._listen_options import ListenOptions
from nettools.commands._rdns_options import RdnsOptions
from nettools.commands._relay_modes import (
    cat_settings_at_rest,
    check_cat,
    check_listen,
    listen_settings_at_rest,
)
from nettools.commands._resolve_modes import check_format, settings_at_rest, usable_formats
from nettools.commands._resolve_options import ResolveOptions
from nettools.commands._scan_options import ScanOptions
from nettools.commands._scan_order import settings_at_rest as scan_settings_at_rest
from nettools.commands._session import Session
from nettools.commands._settings import FILE_VARIABLE, PREFIX
from nettools.commands.rdns import settings_at_rest as rdns_settings_at_rest
from nettools.core.config import checks
from nettools.core.config.setting import VARIABLE_PREFIX, Setting, Surroundings
from nettools.core.config.table import BY_NAME, BY_VARIABLE, SECTIONS, SETTINGS
from nettools.core.config.values import SetValue, settings_of_environment
from nettools.core.ports import PortNames
from nettools.core.proxy.credentials import VARIABLES
from nettools.errors import OptionError
from nettools.render.format import COMMON_FORMATS, Format
from nettools.runs.resolve_modes import check_together
from nettools.runs.scan_together import refuse_vain
from tests.cli import run, start
from tests.commands.relay_runs import listening
from tests.dns_servers.zone import name_server

CATALOG = {command.name: command for command in described_commands(COMMANDS)}
OPTIONS: dict[str, list[tuple[str, DescribedOption]]] = {
    command.name: [(page.path, one) for page in (command.verbs or (command,)) for one in page.options]
    for command in CATALOG.values()
}
OWN = [one for one in SETTINGS if one.section and one.key != "format"]

NO_SETTINGS = {
    # what is asked, and of whom, in this one run
    *("resolve --type", "resolve --class", "route --table", "route --uid", "route --protocol", "subnet ula --count"),
    *("scan --seed", "cat --servername", "resolve --tls-name", "rdns --tls-name"),
    # a server's port stands behind its address
    *("resolve --port", "rdns --port"),
    # would end a transfer early, or change every one, without a word
    *("cat --quit-after", "listen --quit-after", "cat --limit-rate", "listen --limit-rate"),
    # belong to another option that is given for a run
    *("cat --key", "listen --key", "listen --mode"),
    # the kernel knows better
    *("cat --sndbuf", "cat --rcvbuf", "listen --sndbuf", "listen --rcvbuf"),
}
"""Options with a default that no setting moves."""

NEVER = {"exec", "sh-exec", "output", "yes", "any", "insecure", "targets", "keylog", "hex-dump", "events", "file"}
NEVER |= {"proxy-auth", "tsig", "key", "cert", "send", "receive", "serve", "forward", "proxy-server", "announce-listen"}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: str(one.name))
def test_each_setting_stands_for_a_real_option(setting: Setting) -> None:
    sections = (setting.section,) if setting.section else SECTIONS
    found = [one for section in sections for _, one in OPTIONS[section] if one.long == setting.option]
    assert found
    for option in found:
        assert option.name == setting.parameter
        assert option.takes_value is not (setting.kind == "flag")
        assert bool(option.negations) is (setting.kind == "flag")
        assert option.is_repeatable is (setting.kind == "repeatable")


def test_every_option_with_a_default_is_a_setting_or_is_known_to_be_none() -> None:
    defaulted = {(name, path, one.long) for name, options in OPTIONS.items() for path, one in options if one.default}
    unset = {
        f"{path} {option}"
        for name, path, option in defaulted
        if option.removeprefix("--") not in BY_NAME and f"{name}.{option.removeprefix('--')}" not in BY_NAME
    }
    assert unset == NO_SETTINGS


def test_nothing_can_be_set_that_runs_programs_writes_files_or_changes_what_is_asked() -> None:
    assert not NEVER & {one.key for one in SETTINGS}


def test_every_command_that_answers_about_the_network_has_a_section() -> None:
    assert set(SECTIONS) | {"listen"} == set(COMMANDS) - ABOUT_THE_TOOL


def test_the_words_of_settings_are_those_of_their_options() -> None:
    assert tuple(map(str, COMMON_FORMATS)) == checks.COMMON_FORMATS
    assert PREFIX == VARIABLE_PREFIX
    assert not {*VARIABLES, FILE_VARIABLE} & BY_VARIABLE.keys()
    choices = {one.name: one.choices for _, options in OPTIONS.items() for _, one in options if one.choices}
    surroundings = Surroundings(home=None, port_names=lambda: PortNames(services={}, groups={}, top={}))
    for name, setting in BY_NAME.items():
        if setting.parameter not in choices:
            continue
        options = [one for _, one in OPTIONS[setting.section or "subnet"] if one.name == setting.parameter]
        for choice in options[0].choices:
            setting.read(choice, surroundings, name=name)
        with pytest.raises(Exception, match="is unknown"):
            setting.read("nonsense", surroundings, name=name)


def value_of(setting: Setting) -> SetValue:
    """The setting as its sample sets it."""
    text = setting.sample.strip('"')
    surroundings = Surroundings(home="/", port_names=lambda: PortNames(services={}, groups={}, top={"tcp": [1] * 100}))
    return settings_of_environment({setting.variable: text}, surroundings).values[setting.name]


def taken(setting: Setting, *words: str) -> tuple[Mapping[str, object], frozenset[str]]:
    """What the function of a command is given when the setting is set, and what of it is only set."""
    module: Any = import_module(f"nettools.commands.{setting.section.replace('-', '_')}")
    original = getattr(module, setting.section.replace("-", "_"))
    seen: list[tuple[Mapping[str, object], frozenset[str]]] = []

    def fake(session: Session, *values: object, **named: object) -> int:
        given = {name: getattr(value, name) for value in values for name in value.__dataclass_fields__}  # type: ignore[attr-defined]
        seen.append((given or named, session.options.from_settings))
        assert "from_settings" not in given or given["from_settings"] == session.options.from_settings
        return 0

    fake.__signature__ = inspect.signature(original)  # type: ignore[attr-defined]
    command = build(setting.section, fake, epilog="")
    world = Environment(
        stdin=None,
        stdout=BytesIO(),
        stderr=BytesIO(),
        stdin_is_terminal=False,
        stdout_is_terminal=False,
        stderr_is_terminal=False,
        encoding="utf-8",
        variables={"XDG_CONFIG_HOME": "/nonexistent", "HOME": "/", setting.variable: setting.sample.strip('"')},
        columns=None,
    )
    command.invoke(command.make_context(setting.section, list(words), obj=world))
    return seen[0]


@pytest.mark.parametrize("setting", OWN, ids=lambda one: str(one.name))
def test_each_setting_reaches_its_command_as_a_default_and_an_option_comes_before_it(setting: Setting) -> None:
    set_value = value_of(setting)
    values, from_settings = taken(setting)
    assert values[setting.parameter] == set_value.default
    assert from_settings == {setting.parameter}

    words = [f"--no-{setting.key}"] if setting.kind == "flag" else [setting.option, "given"]
    words = [setting.option, "ascending"] if setting.key == "order" else words
    values, from_settings = taken(setting, *words)
    assert values[setting.parameter] in ("given", ["given"], "ascending", False)
    assert from_settings == frozenset()


ALL_OF_CAT = {one.parameter for one in OWN if one.section == "cat"}
ALL_OF_LISTEN = {one.parameter for one in OWN if one.section == "listen"}


def cat_with(**given: object) -> CatOptions:
    """Everything that can be set for cat, beside what is given."""
    every: dict[str, Any] = {one.parameter: value_of(one).default for one in OWN if one.section == "cat"} | given
    return CatOptions(**every, from_settings=frozenset(ALL_OF_CAT - given.keys()))


@pytest.mark.parametrize(
    ("given", "resting"),
    [
        ({}, {"tls_min", "cafile"}),
        ({"tls": True}, set()),
        ({"tls": True, "insecure": True}, {"cafile"}),
        ({"udp": True}, {"tls_min", "cafile", "keepalive", "proxy", "proxy_type", "proxy_dns", "proxy_auth_file"}),
        ({"unix": True}, {"tls_min", "cafile", "keepalive", "proxy", "proxy_type", "proxy_dns", "proxy_auth_file"}),
        ({"vsock": True}, {"tls_min", "cafile", "keepalive", "proxy", "proxy_type", "proxy_dns", "proxy_auth_file"}),
        ({"mptcp": True}, {"tls_min", "cafile", "proxy", "proxy_type", "proxy_dns", "proxy_auth_file"}),
        ({"zero": True}, {"tls_min", "cafile", "idle_timeout"}),
        ({"proxy": "none"}, {"tls_min", "cafile", "proxy_type", "proxy_dns", "proxy_auth_file"}),
        ({"proxy_auth": "u:p"}, {"tls_min", "cafile", "proxy_auth_file"}),
        ({"exec": "cat"}, {"tls_min", "cafile"}),
        ({"send": "x"}, {"tls_min", "cafile"}),
        ({"retry": "1"}, {"tls_min", "cafile"}),
        ({"recv_only": True}, {"tls_min", "cafile"}),
    ],
    ids=str,
)
def test_a_setting_of_cat_rests_where_it_does_not_go_with_what_was_asked(
    given: dict[str, object], resting: set[str]
) -> None:
    options = cat_settings_at_rest(cat_with(**given))
    check_cat(options, Format.TABLE)
    assert options.from_settings == ALL_OF_CAT - given.keys() - resting
    assert all(getattr(options, name) is None for name in resting)


@pytest.mark.parametrize(
    ("given", "resting"),
    [
        ({}, {"max_conns", "tls_min"}),
        ({"keep_open": True, "tls": True}, set()),
        ({"udp": True, "service": "echo"}, {"max_conns", "tls_min", "keepalive", "idle_timeout"}),
        ({"unix": True}, {"max_conns", "tls_min", "keepalive"}),
        ({"serve": "."}, {"tls_min"}),
    ],
    ids=str,
)
def test_a_setting_of_listen_rests_where_it_does_not_go_with_what_was_asked(
    given: dict[str, object], resting: set[str]
) -> None:
    every: dict[str, Any] = {one.parameter: value_of(one).default for one in OWN if one.section == "listen"} | given
    options = listen_settings_at_rest(ListenOptions(**every, from_settings=frozenset(ALL_OF_LISTEN)))
    check_listen(options, Format.TABLE)
    assert options.from_settings == ALL_OF_LISTEN - resting


@pytest.mark.parametrize(
    ("given", "resting"),
    [
        ({}, set()),
        ({"words": ["a.test", "@192.0.2.1"]}, {"server"}),
        ({"words": ["a.test"], "trace": True}, {"server"}),
        ({"words": ["@192.0.2.1", "@192.0.2.2", "a.test"], "compare": True}, {"server"}),
        ({"search": True}, {"server"}),
        ({"insecure": True}, {"cafile"}),
        ({"no_edns": True}, set()),
        ({"validate": True}, set()),
        ({"all_ns": True}, set()),
        ({"axfr": True}, set()),
        ({"file": "x"}, set()),
        ({"watch": True}, set()),
    ],
    ids=str,
)
def test_a_setting_of_resolve_rests_where_it_does_not_go_with_what_was_asked(
    given: dict[str, Any], resting: set[str]
) -> None:
    names = {one.parameter for one in OWN if one.section == "resolve"} - given.keys()
    every: dict[str, Any] = {one.parameter: value_of(one).default for one in OWN if one.section == "resolve"} | given
    options = settings_at_rest(ResolveOptions(**every, from_settings=frozenset(names)))
    check_together(options)
    assert options.from_settings == names - resting


@pytest.mark.parametrize(
    ("given", "goes_on", "resting"),
    [
        ({}, False, set()),
        ({"syn": True}, False, {"discover"}),
        ({"ack": True}, False, {"discover"}),
        ({"seed": "1"}, False, {"order"}),
        ({}, True, {"order", "ports", "discover"}),
    ],
    ids=str,
)
def test_a_setting_of_scan_rests_where_it_does_not_go_with_what_was_asked(
    given: dict[str, Any], goes_on: bool, resting: set[str]
) -> None:
    names = frozenset({"order", "ports", "discover", "timeout"})
    every: dict[str, Any] = {"order": "ascending", "ports": "22", "discover": True, "timeout": "1s"} | given
    options = scan_settings_at_rest(ScanOptions(**every, from_settings=names), goes_on=goes_on)
    refuse_vain(options)
    assert options.from_settings == names - resting
    assert "order" not in resting or options.order == "random"
    assert "discover" not in resting or options.discover is False


@pytest.mark.parametrize(
    ("given", "resting"),
    [
        ({}, set()),
        ({"words": ["192.0.2.1", "@192.0.2.53"]}, {"server"}),
        ({"server": ["192.0.2.53"]}, set()),
        ({"insecure": True}, {"cafile"}),
    ],
    ids=str,
)
def test_a_setting_of_rdns_rests_where_it_does_not_go_with_what_was_asked(
    given: dict[str, Any], resting: set[str]
) -> None:
    names = {one.parameter for one in OWN if one.section == "rdns"} - given.keys()
    every: dict[str, Any] = {one.parameter: value_of(one).default for one in OWN if one.section == "rdns"} | given
    options = rdns_settings_at_rest(RdnsOptions(**every, from_settings=frozenset(names)))
    assert options.from_settings == names - resting
    assert all(getattr(options, name) is None for name in resting)


def test_an_option_is_still_refused_where_it_does_not_go_with_another() -> None:
    with pytest.raises(OptionError, match="--proxy does not go with --udp"):
        check_cat(cat_settings_at_rest(CatOptions(udp=True, proxy="a:1")), Format.TABLE)


def scanned(*words: str, **variables: str) -> dict[str, Any]:
    outcome = run("scan", "127.0.0.1", *words, "--json", env=variables)
    assert outcome.status in (0, 1), outcome.stderr
    settings: dict[str, Any] = outcome.json["scan"]
    return settings


def test_a_scan_goes_by_its_settings() -> None:
    told = scanned(
        NETTOOLS_SCAN_PORTS="1-3",
        NETTOOLS_TIMEOUT="2s",
        NETTOOLS_SCAN_RETRIES="0",
        NETTOOLS_SCAN_RATE="500",
        NETTOOLS_SCAN_ORDER="ascending",
    )
    assert told["ports"]["tcp"] == "1-3"
    assert (told["options"]["timeout_ms"], told["options"]["retries"]) == (2000, 0)
    assert (told["options"]["rate_pps"], told["options"]["order"]) == (500, "ascending")


def test_ports_that_are_set_are_no_p() -> None:
    assert scanned("5", NETTOOLS_SCAN_PORTS="1-3")["ports"]["tcp"] == "5"
    assert scanned("--udp", NETTOOLS_SCAN_PORTS="9")["ports"] == {"tcp": None, "udp": "9"}
    ports = scanned("--udp", "--timeout", "10ms", "--retries", "0", NETTOOLS_SCAN_PORTS="T:22")["ports"]
    assert ports["tcp"] is None
    assert ports["udp"].count(",") > 20


def test_no_rate_of_a_setting_takes_the_effect_of_an_option() -> None:
    assert scanned("1", "--delay", "1ms", NETTOOLS_SCAN_RATE="max")["options"]["delay_ms"] == 1
    options = scanned("1", "--rate", "max", NETTOOLS_SCAN_DELAY="1s")["options"]
    assert (options["rate_pps"], options.get("delay_ms")) == ("max", None)
    both = scanned("1", NETTOOLS_SCAN_RATE="max", NETTOOLS_SCAN_DELAY="1s")["options"]
    assert (both["rate_pps"], both.get("delay_ms")) == ("max", None)


def test_the_server_that_is_set_is_asked_unless_another_is_named() -> None:
    with name_server("www.test 60 A 192.0.2.1\n1.2.0.192.in-addr.arpa 60 PTR www.test\n", origin=".") as port:
        set_here = {"NETTOOLS_RESOLVE_SERVER": f"127.0.0.1:{port}", "NETTOOLS_RDNS_SERVER": f"127.0.0.1:{port}"}
        assert run("resolve", "www.test", "A", "--short", env=set_here).stdout == "192.0.2.1\n"
        assert run("rdns", "192.0.2.1", "--format", "plain", env=set_here).status == 0
        for words in (["resolve", "www.test", "A"], ["rdns", "192.0.2.1"]):
            gone = {f"NETTOOLS_{words[0].upper()}_SERVER": "127.0.0.1:1"}
            assert run(*words, "--json", "--timeout", "1s", env=gone).status == 3
            assert run(*words, f"@127.0.0.1:{port}", "--json", env=gone).status == 0


def test_an_interval_that_is_set_asks_for_no_rates() -> None:
    outcome = run("ifaces", "lo", "--stats", "--json", env={"NETTOOLS_IFACES_INTERVAL": "5s"})
    assert (outcome.status, outcome.stderr) == (0, "")


def test_cat_goes_through_the_proxy_that_is_set_and_straight_when_told_so() -> None:
    with listening("--service", "daytime", "--keep-open") as server:
        through = {"NETTOOLS_CAT_PROXY": "127.0.0.1:1"}
        assert run("cat", "127.0.0.1", server.port, "-z", "--json", env=through).json["outcome"] == "refused"
        straight = run("cat", "127.0.0.1", server.port, "-z", "--json", "--proxy", "none", env=through)
        assert straight.json["outcome"] == "open"


def without_numbers(answer: bytes) -> bytes:
    """Counters and times go on."""
    return re.sub(rb"[0-9]+", b"", answer)


@pytest.mark.parametrize("chosen", ["json", "jsonl", "csv", "plain"])
@pytest.mark.parametrize(
    ("words", "usable"),
    [
        (["ifaces", "lo"], ["json", "jsonl", "csv", "plain"]),
        (["ifaces", "--tree"], ["json", "jsonl", "csv", "plain"]),
        (["ifaces", "--primary"], ["json", "jsonl", "csv", "plain"]),
        (["route"], ["json", "jsonl", "csv", "plain"]),
        (["route", "127.0.0.1"], ["json", "jsonl", "csv", "plain"]),
        (["route", "--rules"], ["json", "jsonl"]),
        (["subnet", "10.0.0.0/30"], ["json", "jsonl", "csv", "plain"]),
        (["subnet", "split", "10.0.0.0/30", "--into", "2"], ["json", "jsonl", "csv", "plain"]),
        (["subnet", "relate", "10.0.0.0/30", "10.0.0.0/8"], ["json", "jsonl", "csv", "plain"]),
        (["port-service", "80"], ["json", "jsonl", "csv", "plain"]),
        (["schema", "scan"], ["json"]),
        (["schema"], ["json", "jsonl", "csv", "plain"]),
        (["config", "scan.rate"], ["json", "jsonl", "csv", "plain"]),
        (["config", "--path"], []),
        (["completion", "bash"], []),
        (["config", "--template"], []),
        (["cat", "127.0.0.1", "1", "-z"], ["json", "jsonl", "csv", "plain"]),
    ],
    ids=str,
)
def test_a_format_that_is_set_is_used_where_it_can_be_and_fails_nowhere(
    words: list[str], usable: list[str], chosen: str
) -> None:
    configured = run(*words, env={"NETTOOLS_FORMAT": chosen})
    plain = run(*words)
    assert configured.status == plain.status
    if chosen not in usable:
        assert configured.raw_stdout == plain.raw_stdout
    elif words[0] != "cat" and words != ["schema", "scan"]:
        assert len({configured.raw_stdout, plain.raw_stdout}) == 1 + (
            words[:2] != ["subnet", "split"] or chosen != "plain"
        )
        asked = run(*words, "--format", chosen)
        assert asked.status == configured.status
        assert without_numbers(asked.raw_stdout) == without_numbers(configured.raw_stdout)


@pytest.mark.parametrize("chosen", ["dig", "json", "csv", "rfc8427", "plain"])
@pytest.mark.parametrize("words", [["--short"], ["--axfr"], ["--compare"], []], ids=str)
def test_resolve_answers_in_every_mode_whatever_format_is_set(words: list[str], chosen: str) -> None:
    with name_server("www 60 A 192.0.2.1\n", origin="test.") as port:
        what = ["test"] if "--axfr" in words else ["www.test", "A"]
        servers = [f"@127.0.0.1:{port}", *([f"@tcp://127.0.0.1:{port}"] if "--compare" in words else [])]
        asked = ["resolve", *what, *servers, *words]
        outcome = run(*asked, env={"NETTOOLS_RESOLVE_FORMAT": chosen})
        assert outcome.status == run(*asked).status != 2
        assert "--short" not in words or outcome.raw_stdout == run(*asked).raw_stdout


def test_no_format_is_set_for_resolve_that_it_would_refuse() -> None:
    values: dict[str, Any] = {"short": False, "system": False, "watch": False, "file": None, "words": None}
    changes: list[dict[str, Any]] = [{}, {"short": True}, {"system": True}, {"watch": True}, {"file": "x"}]
    for change, chosen in itertools.product(changes, Format):
        refusal = None
        try:
            check_format(ResolveOptions(**{**values, **change}), chosen)
        except OptionError as error:
            refusal = error
        is_refused = refusal is not None
        assert is_refused is (chosen not in usable_formats(values | change)), (change, chosen)


@pytest.mark.parametrize("words", [["route", "--watch"], ["ifaces", "--rate"], ["listen", "0"]], ids=str)
def test_what_never_ends_begins_whatever_format_is_set(words: list[str]) -> None:
    process = start(*words, env={"NETTOOLS_FORMAT": "csv"})
    try:
        if words[0] == "ifaces":
            assert process.stdout is not None
            assert process.stdout.readline().startswith(b'{"type":"event"')
        else:
            assert process.stderr is not None
            assert process.stderr.readline().startswith((b"nettools route: watching", b"nettools listen: listening"))
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 143


def test_a_bad_option_is_told_in_json_where_a_setting_asks_for_json() -> None:
    env = {"NETTOOLS_FORMAT": "json"}
    assert run("subnet", "--nonsense", env=env).json["schema"] == "nettools.error/1"
    assert run("subnet", "--nonsense", "-f", "csv", env=env).stdout == ""
    assert run("cat", "127.0.0.1", env=env).stdout == ""
    assert run("schema", "nonsense", env=env).status == 2


def test_what_is_set_and_where_is_told_with_v_and_beside_an_error_that_it_causes() -> None:
    told = run("scan", "127.0.0.1", "1", "-v", env={"NETTOOLS_SCAN_RETRIES": "1"}).stderr
    assert "scan.retries is '1', by NETTOOLS_SCAN_RETRIES" in told
    env = {"NETTOOLS_CAT_CAFILE": "/nonexistent/ca.pem"}
    outcome = run("cat", "127.0.0.1", "1", "--tls", env=env)
    assert outcome.status == 2
    assert "cat.cafile is set by NETTOOLS_CAT_CAFILE" in outcome.stderr


def test_colour_that_is_set_comes_before_what_all_programs_are_told() -> None:
    words = ["port-service", "80"]
    assert b"\x1b" in run(*words, env={"NETTOOLS_COLOR": "always", "NO_COLOR": "1"}).raw_stdout
    assert b"\x1b" not in run(*words, env={"NETTOOLS_COLOR": "never", "FORCE_COLOR": "1"}).raw_stdout
    assert b"\x1b" not in run(*words, "--color", "never", env={"NETTOOLS_COLOR": "always"}).raw_stdout


def test_help_tells_the_default_that_a_setting_has_moved() -> None:
    page = " ".join(run("scan", "--help", env={"NETTOOLS_SCAN_TIMEOUT": "2s"}).stdout.split())
    assert "[default: 2s, by NETTOOLS_SCAN_TIMEOUT; built in: 3.5s]" in page
    assert "[default: json, by NETTOOLS_FORMAT]" in " ".join(
        run("subnet", "merge", "--help", env={"NETTOOLS_FORMAT": "json"}).stdout.split()
    )
    assert run("scan", "--help", env={"NETTOOLS_SCAN_TIMEOUT": "bad"}) == run("scan", "--help")


def test_a_program_that_calls_the_library_goes_by_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETTOOLS_SCAN_RETRIES", "7")
    monkeypatch.setenv("NETTOOLS_TIMEOUT", "nonsense")
    assert nettools.scan("127.0.0.1", 1).scan.options["retries"] == 2
