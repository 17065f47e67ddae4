"""Who asks the engines: a command with its terminal, or a program that imported nettools."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from nettools.core.outcome import Failure
from nettools.net.interrupts import Interrupts
from nettools.runs.targets import Failed, Target


class Caller(Protocol):
    """Gives the targets; is told what failed, and what there is to say; knows what ends the work early."""

    failures: list[Failure]
    """What has failed so far; ``failed`` adds to it."""

    def note(self, message: str) -> None:
        """Something that a person should know, and that no record says."""

    def failed(self, failure: Failure) -> None:
        """A target that has no answer."""

    def targets(self, words: Iterable[str]) -> Iterator[Target | Failed]:
        """The targets that the words stand for, numbered from 0."""

    def interrupts(self) -> Interrupts:
        """What is asked, once it is entered, whether the work is to end early."""
