"""The files of one folder as the answers to requests: opened, listed, described."""

import os
from typing import NamedTuple

from nettools.core.serve.answers import (
    Answer,
    FileFacts,
    Question,
    answer_file,
    answer_folder,
    answer_moved,
    answer_refusal,
)
from nettools.core.serve.refusal import Refused
from nettools.core.text import quoted
from nettools.errors import InputError
from nettools.net.serve.beneath import Opened, list_folder, open_beneath, open_folder

INDEX = b"index.html"


class Found(NamedTuple):
    """An answer, and the file that its part is of; whoever has it closes the descriptor."""

    answer: Answer
    descriptor: int | None


class ServedFiles:
    """The folder. Raises InputError when it is none, or may not be read."""

    def __init__(self, directory: str) -> None:
        try:
            self._root: int | None = open_folder(directory)
        except OSError as error:
            raise InputError(f"cannot serve {quoted(directory)}: {error.strerror}") from None

    def close(self) -> None:
        """May be called twice."""
        if self._root is not None:
            os.close(self._root)
            self._root = None

    def find(self, question: Question, *, now_s: float) -> Found:
        """What is answered to a request."""
        try:
            return self._find(question, now_s)
        except Refused as refused:
            return Found(answer_refusal(refused, now_s=now_s), None)

    def _find(self, question: Question, now_s: float) -> Found:
        opened = self._open(question.place.names)
        if opened.is_folder:
            try:
                return self._folder(question, opened, now_s)
            finally:
                os.close(opened.descriptor)
        if question.place.is_folder:
            os.close(opened.descriptor)
            raise Refused(404, "There is no such folder.")
        return self._file(question, question.place.names[-1], opened, now_s)

    def _folder(self, question: Question, folder: Opened, now_s: float) -> Found:
        if not question.place.is_folder:
            return Found(answer_moved(question, now_s=now_s), None)
        index = self._index(question.place.names)
        if index is not None:
            return self._file(question, INDEX, index, now_s)
        entries, is_cut = list_folder(folder.descriptor)
        return Found(answer_folder(question, entries, is_cut=is_cut, now_s=now_s), None)

    def _index(self, names: tuple[bytes, ...]) -> Opened | None:
        try:
            index = self._open((*names, INDEX))
        except Refused as refused:
            if refused.status == 404:
                return None
            raise
        if not index.is_folder:
            return index
        os.close(index.descriptor)
        return None

    def _file(self, question: Question, name: bytes, opened: Opened, now_s: float) -> Found:
        facts = FileFacts(
            name=name,
            size=opened.facts.st_size,
            modified_ns=opened.facts.st_mtime_ns,
            inode=opened.facts.st_ino,
        )
        answer = answer_file(question, facts, now_s=now_s)
        if answer.part is not None and answer.part.length and question.method != "HEAD":
            return Found(answer, opened.descriptor)
        os.close(opened.descriptor)
        return Found(answer, None)

    def _open(self, names: tuple[bytes, ...]) -> Opened:
        assert self._root is not None
        return open_beneath(self._root, names)
