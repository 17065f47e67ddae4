"""The formula: every archive by a hash of the lock, no address but those that were given, and Ruby that Ruby reads."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import peers
from tests.cli import PROJECT
from tests.packages.locks import Pin, pins
from tests.packages.workshop import Ran

PROVIDED = {"certifi", "cffi", "cryptography", "pycparser"}
NOT_ON_HOMEBREW = {"colorama", "typing-extensions"}
ARCHIVE = b"a source archive"

# What a formula says while its class is read, by a Homebrew of a few lines.
HOMEBREW = """
require "json"
$said = { "depends" => [], "resources" => [], "macos" => [] }
$where = "resources"
module Language; module Python; module Virtualenv; end; end; end
class Resource
  attr_reader :told
  def initialize(name) = @told = { "name" => name }
  %w[url sha256].each { |word| define_method(word) { |value| @told[word] = value } }
end
class Formula
  %w[desc homepage url sha256 license].each do |word|
    define_singleton_method(word) { |value| $said[word] = value }
  end
  def self.depends_on(name) = $said["depends"] << name
  def self.test = nil
  def self.on_macos
    $where = "macos"
    yield
    $where = "resources"
  end
  def self.resource(name, &block)
    one = Resource.new(name)
    one.instance_eval(&block)
    $said[$where] << one.told
  end
end
load ARGV[0]
puts JSON.generate($said)
"""


def pylock(changes: dict[str, str] | None = None) -> str:
    """A pylock.toml (PEP 751) with the first hash of each pin as that of its source archive."""
    lines = ['lock-version = "1.0"', 'created-by = "a test"']
    for name, pin in pins("full.txt").items():
        lines += ["[[packages]]", f'name = "{name}"', f'version = "{pin.version}"']
        if pin.marker and "PyPy" not in pin.marker:
            lines.append(f'marker = "{pin.marker}"')
        address = f"https://index.example/a/b/c/{name}-{pin.version}.tar.gz"
        lines.append(f'sdist = {{ url = "{address}", hashes = {{ sha256 = "{hash_of(pin)}" }} }}')
    text = "\n".join(lines)
    for old, new in (changes or {}).items():
        assert old in text
        text = text.replace(old, new)
    return text


def hash_of(pin: Pin) -> str:
    return min(pin.hashes)


def fill(
    folder: Path, *, text: str | None = None, resources: str = "https://files.example/{initial}/{name}/{file}"
) -> Ran:
    archive = folder / "nettools-1.2.3.tar.gz"
    archive.write_bytes(ARCHIVE)
    (folder / "pylock.toml").write_text(text or pylock(), encoding="utf-8")
    command = [sys.executable, str(PROJECT / "tools" / "homebrew.py"), "--pylock", str(folder / "pylock.toml")]
    command += ["--archive", str(archive), "--homepage", "https://project.example/"]
    command += ["--address", "https://project.example/releases/{file}", "--resources", resources]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return Ran(command, ended.returncode, ended.stdout, ended.stderr)


def test_ruby_reads_the_formula_and_finds_each_library_in_it(tmp_path: Path) -> None:
    peers.require("ruby", reason="to read the formula")
    (tmp_path / "nettools.rb").write_text(fill(tmp_path).succeeded().stdout, encoding="utf-8")
    command = ["ruby", "-W", "-e", HOMEBREW, str(tmp_path / "nettools.rb")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    said = json.loads(ended.stdout)
    assert said["url"] == "https://project.example/releases/nettools-1.2.3.tar.gz"
    assert said["sha256"] == hashlib.sha256(ARCHIVE).hexdigest()
    locked = {name: pin for name, pin in pins("full.txt").items() if name not in PROVIDED | NOT_ON_HOMEBREW}
    expected = {
        name: (f"https://files.example/{name[0]}/{name}/{name}-{pin.version}.tar.gz", hash_of(pin))
        for name, pin in locked.items()
    }
    found = {one["name"]: (one["url"], one["sha256"]) for one in said["resources"] + said["macos"]}
    assert found == expected
    assert [one["name"] for one in said["macos"]] == ["netifaces-plus"]
    assert {"cryptography", "certifi", "python@3.13"} <= set(said["depends"])


def test_the_same_formula_comes_out_again_and_has_no_address_but_those_given(tmp_path: Path) -> None:
    text = fill(tmp_path).succeeded().stdout
    assert text == fill(tmp_path).stdout
    assert {part.split("/")[0] for part in text.split("://")[1:]} == {"project.example", "files.example"}
    assert "@" not in text.replace("openssl@3", "").replace("python@3.13", "")


def test_the_template_names_no_server() -> None:
    template = (PROJECT / "packaging" / "homebrew" / "nettools.rb.in").read_text(encoding="utf-8")
    assert "://" not in template


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({hash_of(pins("full.txt")["rich"]): "0" * 64}, "the source archive of rich"),
        ({"sys_platform == 'win32'": "os_name == 'nt'"}, "colorama has the marker"),
        ({'name = "rich"': 'name = "rich-fork"'}, "the source archive of rich-fork"),
    ],
)
def test_what_is_not_as_the_lock_has_it_makes_no_formula(tmp_path: Path, changes: dict[str, str], reason: str) -> None:
    ran = fill(tmp_path, text=pylock(changes))
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.startswith("tools/homebrew.py: ")
    assert reason in ran.stderr


@pytest.mark.parametrize("address", ["https://files.example/{nmae}/{file}", 'https://files.example/"', "https://a b/"])
def test_an_address_that_is_none_makes_no_formula(tmp_path: Path, address: str) -> None:
    ran = fill(tmp_path, resources=address)
    assert (ran.status, ran.stdout) == (1, "")
    assert "makes no address" in ran.stderr
