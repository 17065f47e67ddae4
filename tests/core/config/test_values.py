"""What a file and the environment say, where, and what is wrong with it."""

import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.config.document import LARGEST_FILE_BYTES, MOST_DOTS, read_document
from nettools.core.config.effective import Settings
from nettools.core.config.setting import Setting, Surroundings
from nettools.core.config.table import BY_NAME, SETTINGS
from nettools.core.config.values import SettingSource, settings_of_environment, settings_of_file
from nettools.core.ports import PortNames
from nettools.core.relay.program import ClientFacts, program_environment
from nettools.errors import SettingError

NAMES = PortNames(services={("ssh", "tcp"): [22]}, groups={"web": [80, 443]}, top={"tcp": [80] * 100, "udp": [53]})
SURROUNDINGS = Surroundings(home="/home/me", port_names=lambda: NAMES)
FILE = "/home/me/.config/nettools/config.toml"


def of_file(text: str) -> SettingSource:
    return settings_of_file(tomllib.loads(text), text, FILE, SURROUNDINGS)


def of_environment(**variables: str) -> SettingSource:
    return settings_of_environment(variables, SURROUNDINGS)


def messages(source: SettingSource) -> list[str]:
    return [f"{one.message}; {one.hint}" if one.hint else one.message for one in source.errors]


def test_a_setting_has_its_value_and_its_line() -> None:
    found = of_file('format = "json"\n[scan]\nretries = 1\ntimeout = "2s"\n').values
    assert {name: (one.value, one.origin.place) for name, one in found.items()} == {
        "format": ("json", f"{FILE}:1"),
        "scan.retries": ("1", f"{FILE}:3"),
        "scan.timeout": ("2s", f"{FILE}:4"),
    }


@pytest.mark.parametrize(
    "text", ["scan.timeout = 2", "scan = { timeout = 2 }", '"scan"."timeout" = 2', "[scan]\n'timeout' = 2"]
)
def test_a_table_may_be_written_in_every_way_of_toml(text: str) -> None:
    assert of_file(text).values["scan.timeout"].value == "2"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[scan]\ntimeout = "abc"', "2: scan.timeout 'abc' is not a duration; write seconds, or a number with"),
        ("\ntimeout = true", "2: timeout is true or false, not a text in quotes or a number"),
        ("[scan]\n\nretries = [1]", "3: scan.retries is a list, not a text in quotes or a number"),
        ("[scan]\nretries = 1979-05-27", "2: scan.retries is a date or time, not a text"),
        ("[scan]\nretries = 0x" + "f" * 5000, "2: scan.retries is a number beyond all limits, not a text"),
        ("[scan]\nretries = 99", "2: scan.retries 99 is out of range 0 to 10"),
        ('[scan]\ndiscover = "yes"', "2: scan.discover is a text, not true or false"),
        ("scan = 5", "1: scan is a number and no table; write [scan] above its settings"),
        ("[[scan]]\ntimeout = 1", "1: scan is a list and no table"),
        ("[format]\nx = 1", "1: format is a table, not a text"),
        ('format = "dig"', "1: format 'dig' is unknown; there are table, plain, json, jsonl and csv"),
        ('color = "alway"', "1: color 'alway' is unknown; did you mean always?"),
        ('[scan]\nports = "sssh"', "2: scan.ports: "),
        ('[resolve]\nserver = "192.0.2.300"', "2: resolve.server: "),
        ('[resolve]\ncafile = "certs.pem"', "2: resolve.cafile 'certs.pem' is a relative path; write it from / or"),
        ('[resolve]\ncafile = "~other/certs.pem"', "2: resolve.cafile '~other/certs.pem' is a relative path"),
        ('[cat]\nproxy-type = "sock5"', "2: cat.proxy-type: there is no proxy type 'sock5'; did you mean socks5"),
        ('[cat]\nproxy-dns = "there"', "2: cat.proxy-dns 'there' is neither local nor remote"),
        ('[cat]\ntls-min = "1.0"', "2: cat.tls-min '1.0': SSL, TLS 1.0 and TLS 1.1 are broken"),
        ('[listen]\nmax-conns = "many"', "2: listen.max-conns 'many' is not a whole number"),
    ],
)
def test_what_cannot_be_used_is_told_with_file_and_line(text: str, told: str) -> None:
    (message,) = messages(of_file(text))
    assert message.startswith(f"{FILE}:{told}")


def test_a_password_in_a_setting_is_told_nowhere() -> None:
    source = of_file('[cat]\nproxy = "user:secret@proxy.example:3128"')
    assert "secret" not in f"{messages(source)}{source.values['cat.proxy'].shown}"
    assert "proxy-auth-file" in messages(source)[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[scan]\ntimeot = 1", ["2: there is no setting 'scan.timeot'; did you mean scan.timeout"]),
        ("retries = 1", ["1: there is no setting 'retries'; did you mean scan.retries?"]),
        ("\n[scann]\na = 1", ["2: there is no table 'scann'; did you mean scan?"]),
        ('[cat]\nexec = "/bin/sh"', ["2: there is no setting 'cat.exec'; nettools config lists them"]),
        (
            "zz = 1\n[scan]\nyy = 2\n[xx]",
            ["1: there is no setting 'zz'", "3: there is no setting", "4: there is no table"],
        ),
        ('"\\u001b[31m" = 1', ["1: there is no setting '\\x1b[31m'; nettools config lists them"]),
    ],
)
def test_what_is_unknown_is_a_warning_with_file_line_and_the_nearest_name(text: str, told: list[str]) -> None:
    source = of_file(text)
    assert not source.errors
    assert len(source.warnings) == len(told)
    for one, beginning in zip(source.warnings, told, strict=True):
        assert one.sentence.replace(f"{FILE}:{beginning.partition(':')[0]}:", "").startswith(
            beginning.partition(":")[2]
        )


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: str(one.name))
def test_the_sample_of_each_setting_can_be_used_in_the_file_and_in_the_environment(setting: Setting) -> None:
    one = BY_NAME[setting.name]
    table = f"[{one.section}]\n" if one.section else ""
    source = of_file(f"{table}{one.key} = {one.sample}")
    assert not source.errors
    written = source.values[one.name]
    by_variable = of_environment(**{one.variable: written.text})
    assert by_variable.values[one.name].value == written.value


def test_a_bad_variable_is_named() -> None:
    assert messages(of_environment(NETTOOLS_TIMEOUT="abc"))[0].startswith("NETTOOLS_TIMEOUT 'abc' is not a duration")
    assert messages(of_environment(NETTOOLS_SCAN_PORTS="0-"))[0].startswith("NETTOOLS_SCAN_PORTS: ")


def test_an_empty_variable_is_as_one_that_is_not_there() -> None:
    assert not of_environment(NETTOOLS_FORMAT="").values


@pytest.mark.parametrize(
    ("name", "near"), [("NETTOOLS_FORMT", "NETTOOLS_FORMAT"), ("NETTOOLS_SCAN_TRIES", "NETTOOLS_")]
)
def test_a_slip_in_the_name_of_a_variable_is_a_warning(name: str, near: str) -> None:
    (warning,) = of_environment(**{name: "json"}).warnings
    assert warning.sentence.startswith(f"{name}: no setting has this name; did you mean {near}")


def test_variables_that_others_use_are_left_alone() -> None:
    facts = ClientFacts(
        protocol="tcp", remote_address="a", remote_port=1, local_address="b", local_port=2, tls_subject="CN=c"
    )
    others = {"NETTOOLS_PROXY_AUTH": "u:p", "NETTOOLS_REQUIRE_PEERS": "1", "NETTOOLS_VERSION": "1", "PATH": "/bin"}
    source = of_environment(**program_environment({}, facts), **others, NETTOOLS_CONFIG="none")
    assert (source.values, source.errors, source.warnings) == ({}, (), ())


def test_the_home_directory_stands_for_a_tilde() -> None:
    assert of_file('[cat]\ncafile = "~/ca.pem"').values["cat.cafile"].value == "/home/me/ca.pem"
    nowhere = Surroundings(home=None, port_names=lambda: NAMES)
    text = '[cat]\ncafile = "~/ca.pem"'
    assert settings_of_file(tomllib.loads(text), text, FILE, nowhere).errors


FILE_SAYS = {"general": 'timeout = "1s"', "own": '[scan]\ntimeout = "2s"'}


@pytest.mark.parametrize(
    ("file", "environment", "holds"),
    [
        ("", {}, None),
        (FILE_SAYS["general"], {}, "1s"),
        (FILE_SAYS["own"], {}, "2s"),
        ("\n".join(FILE_SAYS.values()), {}, "2s"),
        ("\n".join(FILE_SAYS.values()), {"NETTOOLS_TIMEOUT": "3s"}, "3s"),
        ("\n".join(FILE_SAYS.values()), {"NETTOOLS_TIMEOUT": "3s", "NETTOOLS_SCAN_TIMEOUT": "4s"}, "4s"),
        ("\n".join(FILE_SAYS.values()), {"NETTOOLS_RDNS_TIMEOUT": "5s"}, "2s"),
    ],
)
def test_the_environment_comes_before_the_file_and_a_commands_own_before_what_is_general(
    file: str, environment: dict[str, str], holds: str | None
) -> None:
    settings = Settings(environment=of_environment(**environment), file=of_file(file))
    found = settings.effective(BY_NAME["scan.timeout"])
    assert (None if found is None else found.value) == holds


def test_a_command_finds_its_own_settings_and_those_of_all_commands() -> None:
    settings = Settings(file=of_file('color = "never"\n[scan]\nrate = 5\n[resolve]\nrate = 6\n[cat]\nwait = 1'))
    assert {name: one.value for name, one in settings.for_command("scan").items()} == {"color": "never", "rate": "5"}
    assert {name: one.value for name, one in settings.for_command("schema").items()} == {"color": "never"}


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        (b"a = 1\nb = \n", ":2: no valid TOML: invalid value, column 5"),
        (b"a = 1\na = 2\n", ":2: no valid TOML: cannot overwrite a value"),
        (b'a = """\n\n', ":1: no valid TOML: unterminated string, at the end"),
        (b"# fine\n\n\xff = 1\n", ":3: the byte 0xff is no UTF-8"),
        (b"a = \x00\n", ":1: no valid TOML: "),
        (b"a = " + b"[" * 60_000, ": "),
        (b"a = " + b"9" * 6_000, ": no valid TOML: "),
        (b"# fine\n" + b"a." * 30_000 + b"a = 1", ":2: the line has more than 500 dots"),
        (b"[a]\n[a]\n", ":2: no valid TOML: cannot declare ('a',) twice"),
    ],
)
def test_a_file_that_is_no_toml_is_told_with_its_line(octets: bytes, told: str) -> None:
    with pytest.raises(SettingError) as raised:
        read_document(octets, FILE)
    assert raised.value.message.startswith(FILE + told)
    assert raised.value.exit_code == 2


def test_the_longest_key_that_is_read_takes_no_time() -> None:
    began = time.process_time()
    lines = (".".join(["a"] * MOST_DOTS) + f".k{number} = 1\n" for number in range(60))
    octets = "".join(lines).encode()
    assert read_document(octets, FILE).text
    assert time.process_time() - began < 1


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_document(b"\xef\xbb\xbfa = 1\n", FILE).values == {"a": 1}


@given(st.binary(max_size=200))
def test_no_octets_raise_anything_else(octets: bytes) -> None:
    assert len(octets) < LARGEST_FILE_BYTES
    failure: SettingError | None = None
    try:
        document = read_document(octets, FILE)
    except SettingError as error:
        failure = error
    if failure is not None:
        assert failure.message.startswith(FILE)
        assert failure.message.isprintable()
    else:
        source = settings_of_file(document.values, document.text, FILE, SURROUNDINGS)
        assert all(one.place.startswith(f"{FILE}:") for one in source.warnings)
