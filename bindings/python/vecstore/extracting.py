"""What ingest reads out of a file: text, headings, places, metadata and remarks."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from . import _vecstore, html
from .errors import InvalidArgument, ResourceExhausted


class Heading(NamedTuple):
    """Where a section begins."""

    level: int  #: 1 is the outermost
    title: str  #: one line
    start: int  #: of the line where it begins, in bytes of the text


class DocumentPlace(NamedTuple):
    """Where a page, slide, row, cell or line begins."""

    number: int  #: as a person counts
    start: int  #: in bytes of the text


@dataclass(frozen=True)
class Document:
    """One of the texts in a file: most files have one, a table has one for each row, an archive those of its files. A table in a notebook."""

    text: str  #: what passages are cut from
    kind: str  #: whose loader read it: "markdown", "pdf", "csv" ..
    metadata: dict[str, Any] = field(default_factory=dict)  #: what passages are stored with: "title", "author", of archives "member" ..
    headings: list[Heading] = field(default_factory=list)  #: in their order
    place: str = ""  #: what ``places`` count: "page", "slide", "row", "cell", "line"
    places: list[DocumentPlace] = field(default_factory=list)  #: in their order
    remarks: list[str] = field(default_factory=list)  #: what was left out, and why
    replaced: int = 0  #: sequences of bytes that were no characters and became U+FFFD
    file_offset: int | None = None  #: where the text begins in the file, when it is a part of it as it stands; None: it was read out or converted

    def part(self, start: int, end: int) -> str:
        """The bytes of the text from ``start`` up to ``end``, counted as ``start`` and ``end`` of passages, hits and citations are.

        That is in bytes of UTF-8, and of the file where the text is a part of it.

        :raises InvalidArgument: the text does not have them.
        """
        data, origin = self.text.encode(), self.file_offset or 0
        if not origin <= start <= end <= origin + len(data):
            raise InvalidArgument(f"the text has bytes {origin} to {origin + len(data)}, asked for are {start} to {end}")
        return data[start - origin : end - origin].decode(errors="replace")

    def __repr__(self) -> str:
        shown = self.text if len(self.text) <= 60 else self.text[:57] + "..."
        return f"<Document: {self.kind}, {len(self.text):,} characters, {shown!r}>"

    def _repr_html_(self) -> str:
        rows: list[list[Any]] = [["kind", self.kind], ["metadata", html.pairs(self.metadata)], ["text", self.text[:1000]]]
        return html.table(["Document", ""], rows + [["remark", remark] for remark in self.remarks])


def extract(
    file: str | os.PathLike[str],
    content: bytes | None = None,
    *,
    password: str = "",
    max_file_bytes: int = 64 << 20,
    max_unpacked_bytes: int = 256 << 20,
    max_members: int = 10_000,
    max_depth: int = 4,
) -> list[Document]:
    """The texts that ingest reads out of a file. Needs no database.

    >>> [note] = vecstore.extract("notes.md", b"# Tides\\n\\nThe moon pulls the sea.")
    >>> note.kind, note.metadata["title"], note.headings[0].title, note.part(9, 17)
    ('markdown', 'Tides', 'Tides', 'The moon')

    :param file: what is read; with ``content`` only its name counts, by its ending.
    :param content: the bytes of the file, where they are at hand.
    :param password: tried on files that are encrypted.
    :param max_file_bytes: a larger file is refused.
    :param max_unpacked_bytes: of all that is decompressed out of it; ``max_members`` files within it, ``max_depth`` archives within archives.
    :raises OSError: the file cannot be read.
    :raises Unimplemented: nothing in it is text, or no loader knows it.
    :raises DataLoss: it is damaged.
    :raises PermissionDenied: it is encrypted, and the password does not open it.
    :raises ResourceExhausted: it unfolds to more than a limit, which is named.
    """
    path = os.fspath(file)
    if content is None:
        with open(path, "rb") as opened:
            content = opened.read(max_file_bytes + 1)
    if len(content) > max_file_bytes:
        raise ResourceExhausted(f"{path}: a file of more than {max_file_bytes} bytes (max_file_bytes)")
    found = _vecstore.extract(path, bytes(content), password, max_unpacked_bytes, max_members, max_depth)
    return [_document(**one) for one in found]


def _document(headings: list[tuple[int, str, int]], places: list[tuple[int, int]], **others: Any) -> Document:
    return Document(headings=[Heading(*one) for one in headings], places=[DocumentPlace(*one) for one in places], **others)


__all__ = ["Document", "DocumentPlace", "Heading", "extract"]
