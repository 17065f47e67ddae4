"""Who we are to a proxy, or who may use ours: a user and a password, and where they are written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from nettools.core.text import quoted, safe
from nettools.errors import InputError, OptionError

VARIABLES: Final = ("NETTOOLS_PROXY_AUTH", "NCAT_PROXY_AUTH")
"""Looked at in this order; the second is ncat's (ncat(1), --proxy-auth)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user and a password; None is a user without one."""

    user: str
    password: str | None = field(default=None, repr=False)

    @property
    def user_octets(self) -> bytes:
        """In UTF-8 (RFC 7617 §2.1, RFC 7616 §4); an argument that is not UTF-8 keeps its own octets."""
        return self.user.encode("utf-8", "surrogateescape")

    @property
    def password_octets(self) -> bytes:
        """The same of the password; empty where there is none."""
        return (self.password or "").encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFile:
    """What stands in the file of ``--proxy-auth-file``, and whether other users of the machine can read it."""

    path: str
    text: str
    is_open_to_others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCredentials:
    """The credentials that hold, if any, and what should be said about them on standard error."""

    credentials: Credentials | None
    notes: tuple[str, ...] = ()


def parse_credentials(text: str, name: str) -> Credentials:
    """``USER`` or ``USER:PASSWORD``; the first colon divides, so that a password may hold more (RFC 7617 §2).

    ``name`` is where it stands, for the message, which never holds the text itself. Raises OptionError.
    """
    user, colon, password = text.partition(":")
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in text):
        raise OptionError(f"{name} holds a control character (RFC 7617 §2 forbids them)")
    if not user:
        raise OptionError(f"the user in {name} is empty", hint="write USER:PASSWORD")
    return Credentials(user=user, password=password if colon else None)


def choose_credentials(
    *, option: str | None, file: SecretFile | None, variables: Mapping[str, str]
) -> ChosenCredentials:
    """Those of the command line, else of a file, else of the environment. Raises OptionError, InputError."""
    if option is not None and file is not None:
        raise OptionError("--proxy-auth and --proxy-auth-file say the same thing twice", hint="give one of them")
    if option is not None:
        return ChosenCredentials(credentials=parse_credentials(option, "--proxy-auth"))
    if file is not None:
        notes = (_open_note(file),) if file.is_open_to_others else ()
        return ChosenCredentials(credentials=_of_file(file), notes=notes)
    for name in VARIABLES:
        if variables.get(name):
            return ChosenCredentials(credentials=parse_credentials(variables[name], name))
    return ChosenCredentials(credentials=None)


def _of_file(file: SecretFile) -> Credentials:
    lines = [line for line in file.text.splitlines() if line.strip()]
    if len(lines) != 1:
        found = "is empty" if not lines else f"has {len(lines)} lines"
        raise InputError(f"the file {quoted(file.path)} {found}", hint="it holds one line: USER:PASSWORD")
    return parse_credentials(lines[0], f"the file {quoted(file.path)}")


def _open_note(file: SecretFile) -> str:
    return f"others can read {safe(file.path)}, which holds a password: chmod 600 keeps it to you"
