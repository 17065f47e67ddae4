"""Every error that nettools raises on purpose, as one tree.

    NettoolsError
    ├── RequestError          the request is wrong                        exit 2
    │   ├── AddressError      an address that cannot be read
    │   ├── PrefixError       a prefix length, mask or range that cannot be read
    │   ├── PortError         a port or port list that cannot be read
    │   ├── HostNameError     a host name that no resolver should see
    │   │   └── DomainNameError  a name that has no wire form
    │   ├── OptionError       options that are unknown, missing or contradict each other
    │   ├── SettingError      a setting of the file or the environment that cannot be used
    │   ├── InputError        a file or standard input that cannot be read
    │   ├── OutputPathError   a file that cannot be written
    │   └── MissingExtra      a feature whose optional packages are not installed
    ├── UnansweredError       we could not find out                       exit 3
    │   ├── NameLookupError   a host name did not resolve
    │   ├── LocalFault        this machine could not send: never the target's state
    │   │   ├── ProgramFailed a program of the system, run for what it prints, failed
    │   │   ├── MissingPrivilege  the system reserves it for root, or for a capability
    │   │   └── ListenError   nothing can be listened on there
    │   └── OutputError       the answer could not be written
    ├── Bug                   something that should never happen          exit 70
    └── ReaderGone            the reader of standard output went away     exit 141, silent

    Interrupted               a signal ended the work: no error at all    exit 128 + n, silent

Each instance carries a stable kebab-case ``kind`` for scripts, a message that says what and why, and an
optional ``hint`` that says what to do next. A finding (a closed port, a name that does not exist) is
data in a result and never one of these.
"""

from typing import ClassVar


class NettoolsError(Exception):
    """The root of the tree: a message for people, a ``kind`` for scripts, perhaps a hint."""

    kind: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.as_document: bool | None = None
        """Whether the run that this ends answers in JSON; None where that was not known yet."""


class RequestError(NettoolsError):
    kind = "bad-request"
    exit_code = 2


class AddressError(RequestError):
    kind = "bad-address"


class PrefixError(RequestError):
    kind = "bad-prefix"


class PortError(RequestError):
    kind = "bad-port"


class HostNameError(RequestError):
    kind = "bad-name"


class DomainNameError(HostNameError):
    """A domain name that has no wire form: an empty or overlong label, a bad escape."""

    kind = "bad-domain-name"


class OptionError(RequestError):
    kind = "bad-option"


class SettingError(RequestError):
    """A setting that cannot be used; the message begins with where it stands, ``FILE:LINE`` or the variable."""

    kind = "bad-setting"


class InputError(RequestError):
    kind = "unreadable-input"


class OutputPathError(RequestError):
    kind = "unwritable-output"


class MissingExtra(RequestError):
    """A feature that needs an optional part of nettools; the hint is the command that installs it.

    ``or_else`` says what to do instead. Who catches it knows how nettools was installed, and puts in the command.
    """

    kind = "missing-extra"

    def __init__(
        self, feature: str, extra: str = "full", *, or_else: str | None = None, command: str | None = None
    ) -> None:
        command = command or f"pip install 'nettools[{extra}]'"
        adding = f"{command} installs them"
        super().__init__(
            f"{feature} needs packages that are not installed",
            hint=f"{adding}; {or_else}" if or_else else adding,
        )
        self._feature = feature
        self.extra = extra
        self._or_else = or_else

    def installed_by(self, command: str) -> "MissingExtra":
        """The same, with the command that installs the extra here."""
        return MissingExtra(self._feature, self.extra, or_else=self._or_else, command=command)


class UnansweredError(NettoolsError):
    kind = "unanswered"


class NameLookupError(UnansweredError):
    kind = "name-lookup-failed"


class LocalFault(UnansweredError):
    kind = "local-fault"


class ProgramFailed(LocalFault):
    """A program that ran and did not succeed; ``said`` is all that it printed."""

    kind = "program-failed"

    def __init__(self, message: str, *, said: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.said = said


class MissingPrivilege(LocalFault):
    """The system reserves this for root, or for processes with a capability; the hint says how to have it."""

    kind = "missing-privilege"


class ListenError(LocalFault):
    """The system does not let us listen there. In ``listen`` that is 2, as in ncat, which keeps 1 for the network."""

    kind = "cannot-listen"


class OutputError(UnansweredError):
    kind = "write-failed"


class ReaderGone(NettoolsError):
    """The reader closed its end (``| head``): stop without a word, as SIGPIPE would."""

    kind = "reader-gone"
    exit_code = 141


class Bug(NettoolsError):
    """Something that should never happen did."""

    kind = "bug"
    exit_code = 70


class Interrupted(BaseException):
    """A signal asked us to stop; no NettoolsError, so that nothing takes it for one target's failure."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"interrupted by signal {signal_number}")
        self.signal_number = signal_number
