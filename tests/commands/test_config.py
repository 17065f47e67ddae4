"""``nettools config``, the file of settings in every state, and who can do without one."""

import json
import os
import pwd
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from nettools.cli import COMMANDS
from nettools.commands._settings import home_directory, settings_path
from nettools.core.config.table import BY_NAME, SETTINGS
from tests import peers
from tests.cli import PROJECT, Outcome, run, run_process, variables
from tests.test_architecture import loaded_by

SUBNET = ("subnet", "192.0.2.0/30", "--format", "plain")
ALWAYS_USABLE = [
    ["config"],
    ["config", "--path"],
    ["--version"],
    ["help"],
    ["help", "config"],
    ["help", "settings"],
    ["schema", "subnet"],
]
ALWAYS_USABLE += [["scan", "--help"], ["config", "--template"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nettools").mkdir()
    return tmp_path


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / "nettools" / "config.toml"


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password database knows nobody."""

    def unknown(_uid: int) -> NoReturn:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)


def with_file(file: Path, *words: str, **variables: str) -> Outcome:
    return run(*words, env={"XDG_CONFIG_HOME": str(file.parent.parent), **variables})


def test_each_setting_is_shown_with_its_value_and_its_origin(file: Path) -> None:
    file.write_text('color = "never"\n[scan]\ntimeout = "2s"\nretries = 0\n')
    document = with_file(file, "config", "--json", NETTOOLS_SCAN_TIMEOUT="4s").json
    assert (document["schema"], document["file"], document["exists"]) == ("nettools.config/1", str(file), True)
    rows = {row["name"]: row for row in document["settings"]}
    assert list(rows) == [*BY_NAME, "proxy-auth"]
    assert rows["scan.timeout"] == {
        "name": "scan.timeout",
        "value": "4s",
        "origin": "environment",
        "file": None,
        "line": None,
        "variable": "NETTOOLS_SCAN_TIMEOUT",
        "built_in": "3.5s",
        "usable": True,
    }
    assert [rows["scan.retries"][key] for key in ("value", "origin", "file", "line")] == ["0", "file", str(file), 4]
    assert [rows["color"][key] for key in ("value", "origin", "line")] == ["never", "file", 1]
    assert [rows["cat.wait"][key] for key in ("value", "origin", "built_in")] == ["10s", "built-in", "10s"]
    assert [rows["cat.proxy"][key] for key in ("value", "origin")] == [None, "built-in"]
    assert (document["warnings"], document["errors"]) == ([], [])


def test_a_person_sees_where_each_value_comes_from(file: Path) -> None:
    file.write_text("[scan]\nretries = 0\n")
    shown = with_file(file, "config", "scan", NETTOOLS_TIMEOUT="4s").stdout
    assert re.search(rf"^scan.retries +0 +{re.escape(str(file))}:2$", shown, re.MULTILINE)
    assert re.search(r"^scan.timeout +4s +NETTOOLS_TIMEOUT$", shown, re.MULTILINE)
    assert re.search(r"^scan.order +random +built in$", shown, re.MULTILINE)
    assert "resolve" not in shown
    assert shown.endswith(f"\n  File  {file}\n")


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_nothing_is_lost_on_a_narrow_terminal(columns: int, file: Path) -> None:
    file.write_text("[scan]\nretries = 0\n")
    place = {"XDG_CONFIG_HOME": str(file.parent.parent)}
    outcome = run("config", "--color", "never", columns=columns, env=place)
    assert max(len(line) for line in outcome.stdout.splitlines()) <= columns
    assert f"{file}:2" in "".join(outcome.stdout.split())
    assert b"\x1b[31m" in run("config", columns=columns, env={**place, "NETTOOLS_SCAN_RATE": "no"}).raw_stdout


def test_rows_are_one_a_line_for_scripts(file: Path) -> None:
    file.write_text("oops = 1\n")
    lines = with_file(file, "config", "scan.rate", "color", "--format", "jsonl").json_lines
    assert [(one["type"], one.get("name")) for one in lines] == [
        ("setting", "scan.rate"),
        ("setting", "color"),
        ("warning", None),
    ]
    assert with_file(file, "config", "scan.order", "--format", "csv").stdout.splitlines() == [
        "name,value,origin,file,line,variable,built_in,usable",
        "scan.order,random,built-in,,,NETTOOLS_SCAN_ORDER,random,true",
    ]
    plain = with_file(file, "config", "scan.order", "--format", "plain").stdout
    assert plain.split("\t")[:3] == ["scan.order", "random", "built-in"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], 4),
        (["scan.order"], 0),
        (["scan.timeout"], 2),
        (["scan"], 4),
        (["scan.timeout", "color"], 4),
        (["nonsense"], 2),
        (["scan.tim", "color"], 4),
    ],
)
def test_a_bad_value_is_shown_where_it_stands_and_counts_as_failed(words: list[str], status: int, file: Path) -> None:
    file.write_text('[scan]\ntimeout = "abc"\n')
    outcome = with_file(file, "config", *words, "--json")
    assert outcome.status == status
    rows = {row["name"]: row for row in outcome.json["settings"]}
    if "scan.timeout" in rows:
        row = rows["scan.timeout"]
        assert (row["value"], row["line"], row["usable"]) == ("abc", 2, False)
        (error,) = outcome.json["errors"]
        assert error["kind"] == "bad-setting"
        assert error["message"].startswith(f"{file}:2: scan.timeout 'abc' is not a duration")
        assert f"{file}:2: scan.timeout 'abc'" in outcome.stderr


def test_settings_are_read_from_standard_input_too() -> None:
    outcome = run("config", "-", "--json", stdin=b"color\n# no\nscan.rate\n")
    assert [row["name"] for row in outcome.json["settings"]] == ["color", "scan.rate"]


def test_a_password_is_never_shown(file: Path) -> None:
    file.write_text('[cat]\nproxy = "me:hunter2@proxy.example:3128"\nproxy-auth = "me:hunter2"\n')
    for words in ([], ["--json"], ["--format", "csv"], ["--format", "jsonl"], ["-v"]):
        outcome = with_file(
            file, "config", *words, NETTOOLS_PROXY_AUTH="me:hunter2", NETTOOLS_CAT_PROXY_AUTH="x:hunter2"
        )
        assert b"hunter2" not in outcome.raw_stdout + outcome.raw_stderr
    shown = run("config", "proxy-auth", "--format", "plain", env={"NCAT_PROXY_AUTH": "me:hunter2"}).stdout
    assert shown.split("\t")[:3] == ["proxy-auth", "(set, not shown)", "environment"]


def test_the_path_is_printed_whether_the_file_is_there_or_not(file: Path) -> None:
    assert with_file(file, "config", "--path").stdout == f"{file}\n"
    assert with_file(file, "config", "--path", NETTOOLS_CONFIG="/etc/x.toml").stdout == "/etc/x.toml\n"
    assert with_file(file, "config", "--path", NETTOOLS_CONFIG="none").status == 1


@pytest.mark.parametrize("words", [["--path", "scan"], ["--path", "--template"], ["--template", "--show-origin"]])
def test_what_asks_for_different_things_is_refused(words: list[str]) -> None:
    assert run("config", *words).status == 2
    assert run("config", "--path", "--json").status == 2


def test_the_template_is_a_file_in_which_every_setting_can_be_switched_on(file: Path) -> None:
    text = run("config", "--template").stdout
    assert [line for line in text.splitlines() if line and not line.startswith(("#", "["))] == []
    assert all(len(line) <= 120 for line in text.splitlines())
    switched_on = re.sub(r"^#(?=[a-z-]+ = )", "", text, flags=re.MULTILINE)
    document = tomllib.loads(switched_on)
    found = {
        f"{key}.{inner}" if isinstance(value, dict) else key
        for key, value in document.items()
        for inner in (value if isinstance(value, dict) else [""])
    }
    assert found == set(BY_NAME)
    file.write_text(text)
    assert with_file(file, *SUBNET) == run(*SUBNET)
    file.write_text(switched_on)
    outcome = with_file(file, "config", "--json")
    assert (outcome.status, outcome.stderr) == (0, "")
    assert {row["origin"] for row in outcome.json["settings"]} == {"file", "built-in"}
    assert [row["name"] for row in outcome.json["settings"] if row["origin"] == "built-in"] == ["proxy-auth"]


def test_the_template_says_of_each_setting_what_it_does() -> None:
    lines = run("config", "--template").stdout.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#[a-z-]+ = ", line):
            assert lines[number - 1].startswith("# "), line
    assert sum(bool(re.match(r"#[a-z-]+ = ", line)) for line in lines) == len(SETTINGS)


def as_directory(file: Path) -> None:
    file.mkdir()


def as_fifo(file: Path) -> None:
    os.mkfifo(file)


def as_loop(file: Path) -> None:
    file.symlink_to(file)


def as_gigabyte(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(1 << 30)


def as_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def saying(octets: bytes) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        file.write_bytes(octets)

    return make


BROKEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "directory": (as_directory, "directory"),
    "fifo": (as_fifo, "it is no regular file"),
    "loop": (as_loop, "Too many levels of symbolic links"),
    "gigabyte": (as_gigabyte, "it is larger than 65,536 bytes"),
    "device": (as_device, "it is no regular file"),
    "toml": (saying(b"format = \n"), "config.toml:1: no valid TOML: invalid value"),
    "utf-8": (saying(b"\n\n# \xff\n"), "config.toml:3: the byte 0xff is no UTF-8"),
    "type": (saying(b"format = 5\n"), "config.toml:1: format '5' is unknown"),
    "value": (saying(b'\n[scan]\ntimeout = "x"\n'), "config.toml:3: scan.timeout 'x' is not a duration"),
    "control": (saying(b'[scan]\ntimeout = "\\u001b[31m"\n'), "config.toml:2: scan.timeout '\\x1b[31m' is not"),
    "many": (saying(b"format = 5\ntimeout = []\n"), "and 1 more is wrong: nettools config shows all"),
}


@pytest.mark.parametrize("state", BROKEN)
def test_a_file_that_cannot_be_used_ends_every_command_at_once(state: str, file: Path) -> None:
    make, told = BROKEN[state]
    make(file)
    began = time.monotonic()
    outcome = with_file(file, *SUBNET)
    assert time.monotonic() - began < 1
    assert (outcome.status, outcome.stdout) == (2, "")
    assert told in outcome.stderr
    assert str(file) in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1


@pytest.mark.parametrize("state", BROKEN)
def test_what_is_about_the_tool_works_with_every_file(state: str, file: Path) -> None:
    make, told = BROKEN[state]
    make(file)
    for words in ALWAYS_USABLE:
        outcome = with_file(file, *words)
        assert outcome.status == (4 if words == ["config"] else 0), words
        assert outcome.stdout
    shown = with_file(file, "config", "--json")
    assert shown.json["errors"]
    assert told in shown.stderr or state == "many"
    assert with_file(file, "completion", "--help").status in (0, 2)


def test_a_file_that_may_not_be_read_is_told_and_a_home_that_may_not_be_entered_has_none(file: Path) -> None:
    peers.require(root=True, reason="to become somebody who may not read everything")
    file.write_text("format = 5\n")
    file.chmod(0)
    for one in file.parents:
        if one.stat().st_uid == os.getuid() and str(one).startswith("/tmp/"):
            one.chmod(0o755)
    home = {"XDG_CONFIG_HOME": str(file.parent.parent)}
    unreadable = run_as_nobody(*SUBNET, env=home)
    assert unreadable.status == 2
    assert f"cannot read '{file}': Permission denied" in unreadable.stderr
    file.parent.chmod(0o700)
    assert run_as_nobody(*SUBNET, env=home).status == 0


def run_as_nobody(*words: str, env: dict[str, str]) -> Outcome:
    # The project may lie where nobody may look: the interpreter goes there before it becomes nobody.
    code = (
        "import os, sys; from nettools.cli import main\n"
        "import nettools.commands.subnet.describe, nettools.net.config_file, nettools.core.config.document\n"
        "import nettools.commands._configured, nettools.core.config.effective, nettools.core.error_report\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=variables(**env),
        cwd=PROJECT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Outcome(ended.returncode, ended.stdout, ended.stderr)


def test_an_unknown_name_is_a_warning_that_quiet_silences(file: Path) -> None:
    file.write_text("[scan]\ntimeot = 1\n[foo]\n")
    outcome = with_file(file, *SUBNET, NETTOOLS_FORMT="json")
    assert outcome.status == 0
    assert outcome.stdout == run(*SUBNET).stdout
    assert outcome.stderr.splitlines() == [
        "nettools subnet: NETTOOLS_FORMT: no setting has this name; did you mean NETTOOLS_FORMAT?",
        f"nettools subnet: {file}:2: there is no setting 'scan.timeot'; did you mean scan.timeout?",
        f"nettools subnet: {file}:3: there is no table 'foo'; nettools config lists them",
    ]
    assert with_file(file, *SUBNET, "--quiet", NETTOOLS_FORMT="json").stderr == ""
    assert with_file(file, "schema", "subnet").stderr == ""


def test_a_bad_variable_ends_a_run_and_is_named() -> None:
    outcome = run_process(*SUBNET, env={"NETTOOLS_TIMEOUT": "abc"})
    assert outcome.status == 2
    assert outcome.stderr.startswith("nettools subnet: NETTOOLS_TIMEOUT 'abc' is not a duration; write seconds")
    shown = run("config", "timeout", "--json", env={"NETTOOLS_TIMEOUT": "abc"})
    assert shown.status == 2
    assert shown.json["settings"][0]["value"] == "abc"


def test_flags_come_before_the_environment_and_that_before_the_file(file: Path) -> None:
    file.write_text('format = "csv"\n')
    words = ("port-service", "443/tcp")
    assert with_file(file, *words).stdout.startswith("query,port")
    assert with_file(file, *words, NETTOOLS_FORMAT="plain").stdout.startswith("443/tcp\t443")
    for asked in (["--json"], ["--format", "json"], ["-fjson"]):
        assert json.loads(with_file(file, *words, *asked, NETTOOLS_FORMAT="plain").stdout)["services"]
    file.write_text('format = "csv"\n[port-service]\nformat = "jsonl"\n')
    assert with_file(file, *words).json_lines[0]["type"] == "service"
    assert with_file(file, *words, NETTOOLS_CONFIG="none").stdout == run(*words).stdout


def test_a_named_file_must_be_there_and_is_never_looked_for_in_the_current_directory(file: Path) -> None:
    file.write_text('format = "csv"\n')
    assert run("port-service", "443/tcp", env={"NETTOOLS_CONFIG": str(file)}).stdout.startswith("query,port")
    assert run(*SUBNET, env={"NETTOOLS_CONFIG": "/nonexistent/x.toml"}).status == 2
    relative = run_process(*SUBNET, env={"NETTOOLS_CONFIG": "config.toml"}, cwd=file.parent)
    assert relative.status == 2
    assert "no file is taken from the current directory" in relative.stderr


@pytest.mark.parametrize(
    "variables",
    [
        {"XDG_CONFIG_HOME": ".", "HOME": "/nonexistent"},
        {"XDG_CONFIG_HOME": "", "HOME": "."},
        {"XDG_CONFIG_HOME": "nettools/..", "HOME": ""},
        {"XDG_CONFIG_HOME": "/nonexistent", "HOME": "."},
    ],
    ids=str,
)
def test_no_file_is_read_from_the_current_directory(
    variables: dict[str, str], file: Path, homeless: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("broken")
    (file.parent.parent / ".config").symlink_to(file.parent.parent)
    (file.parent.parent / "config.toml").write_text("broken")
    monkeypatch.chdir(file.parent.parent)
    outcome = run(*SUBNET, env=variables)
    assert (outcome.status, outcome.stderr) == (0, "")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"XDG_CONFIG_HOME": "/x", "HOME": "/home/me"}, "/x/nettools/config.toml"),
        ({"XDG_CONFIG_HOME": "", "HOME": "/home/me"}, "/home/me/.config/nettools/config.toml"),
        ({"HOME": "/home/me"}, "/home/me/.config/nettools/config.toml"),
        ({"XDG_CONFIG_HOME": "x", "HOME": "/home/me"}, "/home/me/.config/nettools/config.toml"),
        ({"NETTOOLS_CONFIG": "/y.toml", "HOME": "/home/me"}, "/y.toml"),
        ({"NETTOOLS_CONFIG": "none", "HOME": "/home/me"}, None),
        ({"NETTOOLS_CONFIG": "", "HOME": "/home/me"}, "/home/me/.config/nettools/config.toml"),
    ],
    ids=str,
)
def test_the_place_of_the_file_is_that_of_the_xdg_specification(
    variables: dict[str, str], expected: str | None
) -> None:
    assert settings_path(variables) == expected


def test_without_home_the_password_database_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    own = pwd.getpwuid(os.getuid()).pw_dir
    assert home_directory({}) == home_directory({"HOME": "relative"}) == own
    monkeypatch.setattr(os, "getuid", lambda: 4_294_967_290)
    assert home_directory({}) is None
    assert settings_path({}) is None


NOT_WRITTEN_TO = {"ifaces": ["lo"], "route": ["127.0.0.1"], "subnet": ["192.0.2.0/30"], "port-service": ["80"]}
NOT_WRITTEN_TO |= {"cat": ["127.0.0.1", "1", "-z"], "scan": ["127.0.0.1", "1"], "schema": ["scan"], "config": []}


@pytest.mark.parametrize("name", NOT_WRITTEN_TO)
def test_a_command_works_without_a_home_and_with_one_that_nothing_can_be_written_to(name: str, homeless: None) -> None:
    assert name in COMMANDS
    usual = run(name, *NOT_WRITTEN_TO[name])
    for outcome in (
        run(name, *NOT_WRITTEN_TO[name], env={"XDG_CONFIG_HOME": ""}),
        run_process(name, *NOT_WRITTEN_TO[name], env={"XDG_CONFIG_HOME": "", "HOME": "/proc/self"}),
    ):
        assert (outcome.status, outcome.stderr) == (usual.status, usual.stderr)


def test_whoever_has_no_settings_loads_nothing_for_them() -> None:
    modules = loaded_by("subnet", "192.0.2.0/24", "--json")
    assert "nettools.commands._settings" in modules
    assert not {
        name for name in modules if name.startswith(("tomllib", "nettools.core.config", "nettools.commands._conf"))
    }
