"""What fills the places of a record, a column at a time.

A slot turns the column of a group into the pieces of all records: by a look-up, or as text that is
escaped all at once. A row whose text is that of no head, or means nothing, is told, not raised: it
alone leaves the road.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import compress, groupby, repeat
from operator import is_
from typing import cast

import orjson

from sidecar.fields import quoting, zones
from sidecar.formats.escaping import escaped_apart, of_several_lines
from sidecar.formats.lookup import TWICE, UNFIT, UNREADABLE, Lookup, Text
from sidecar.formats.outcome import TwiceError
from sidecar.formats.spec import Member

#: So many texts that fit are remembered.
_MANY = 4096

#: Asked of bytes as a number, which is ten times as quick as asking for a text of one.
_BACKSLASH = b"\\"[0]


class Slot:
    """Something that a record has between constants.

    Attributes:
        row: its pieces in a record.
        at: number of the first of them, from the record's start.
        names: of fields whose members, with their keys, stand in the first piece; not of all.
    """

    row: tuple[bytes, ...] = (b"",)
    at = 0
    names: Sequence[str] = ()

    def fill(
        self, pieces: list[bytes], width: int, columns: Sequence[list[Text]], bad: dict[int, bytes]
    ) -> None:
        """Put the pieces of every record in their places."""
        pieces[self.at :: width] = self.values(columns, bad)

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        """Give a piece a row; tell in ``bad`` which rows are no heads, or mean nothing."""
        raise NotImplementedError


class Check:
    """Holds the texts of a column against an expression, each different one once.

    Args:
        place: the column.
        own: the expression.
    """

    def __init__(self, place: int, own: re.Pattern[bytes]) -> None:
        self._place = place
        self._fits = own.fullmatch
        self._fitting: set[Text] = {None}

    def look(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> None:
        """Tell in ``bad`` which rows are no heads."""
        new = {text for text, _ in groupby(columns[self._place])} - self._fitting
        wrong = {text for text in new if text is not None and not self._fits(text)}
        if len(self._fitting) > _MANY:
            self._fitting = {None}
        self._fitting |= new - wrong
        if wrong:
            bad.update(
                (row, UNFIT) for row, text in enumerate(columns[self._place]) if text in wrong
            )


class Bars:
    """Holds the texts of a column against bytes that none may have, all at once.

    Args:
        place: the column.
        barred: the bytes.
    """

    def __init__(self, place: int, barred: bytes) -> None:
        self._place = place
        self._barred = barred
        self._finds = re.compile(b"[%b]" % re.escape(barred)).search

    def look(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> None:
        """Tell in ``bad`` which rows are no heads."""
        texts = columns[self._place]
        whole = b"".join([*filter(None, texts)])
        if any(byte in whole for byte in self._barred):
            finds = self._finds
            bad.update((row, UNFIT) for row, text in enumerate(texts) if text and finds(text))


class Order:
    """What the order of a file says of hours that clocks show twice.

    Attributes:
        moment: as of ``Place``.
        before: the same, before the block.
        alone: one event is rendered: what its stamps say follows what was before it.
    """

    moment = before = ""
    alone = False

    def begin(self, moment: str, *, alone: bool) -> None:
        """Begin a block."""
        self.moment = self.before = moment
        self.alone = alone

    def choose(self, answer: bytes) -> bytes:
        """Give what an answer that is one of two is here.

        Raises:
            TwiceError: this is not known before those above it are.
        """
        if not self.alone:
            raise TwiceError
        first, second, one, other = answer.split(TWICE)[1:]
        moment = zones.in_order(first.decode(), second.decode(), self.moment)
        self.moment = max(self.moment, moment)
        return one if moment == first.decode() else other


class Find(Slot):
    """What is looked up.

    Args:
        place: column of the text.
        read: what the look-up asks.
        offset: column of what is added to the text; -1: nothing.
        names: of the fields whose members the values are.
        kept: how answers are kept.
        order: of answers that are one of two.
    """

    def __init__(
        self,
        place: int,
        read: Callable[[Text], bytes],
        *,
        offset: int = -1,
        names: Sequence[str] = (),
        kept: type[Lookup] = Lookup,
        order: Order | None = None,
    ) -> None:
        self.names = names
        self._order = order
        self._place, self._read, self._offset = place, read, offset
        self._lookup = kept(read)

    def within(self, before: bytes, after: bytes) -> Find:
        """Give the slot with constants around its values."""

        def around(text: Text) -> bytes:
            value = self._read(text)
            if value[:1] == TWICE:
                first, second, one, other = value.split(TWICE)[1:]
                both = (first, second, before + one + after, before + other + after)
                return TWICE + TWICE.join(both)
            return value if value in {UNFIT, UNREADABLE} else before + value + after

        if not before and not after:
            return self
        kept = type(self._lookup)
        return Find(
            self._place,
            around,
            offset=self._offset,
            names=self.names,
            kept=kept,
            order=self._order,
        )

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        """Do as ``Slot.values``."""
        texts = columns[self._place]
        if self._offset >= 0:
            offsets = columns[self._offset]
            texts = [one and one + (more or b"") for one, more in zip(texts, offsets, strict=True)]
        lookup = self._lookup
        values = [*map(lookup.__getitem__, texts)]
        if lookup.odd and (UNFIT in values or UNREADABLE in values):
            for row, value in enumerate(values):
                if value == UNFIT or (value == UNREADABLE and row not in bad):
                    bad[row] = value
        if lookup.twice and self._order:
            for row, value in enumerate(values):
                if value[:1] == TWICE:
                    values[row] = self._order.choose(value)
        return values


class Fraction(Slot):
    """A stamp's fraction, with the separator before it, or empty."""

    def __init__(self, place: int) -> None:
        self._place = place

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        """Do as ``Slot.values``."""
        fractions = [*filter(None, columns[self._place])]
        if len(fractions) != len(columns[self._place]):
            fractions = [one or b"" for one in columns[self._place]]
        if b"," in b"".join(fractions):
            return [one.replace(b",", b".") for one in fractions]
        return fractions


class OptionalStamp(Slot):
    """A stamp that may be absent, its key with it."""

    def __init__(self, found: Find, fraction: int, key: bytes) -> None:
        self._found, self._key = found, key
        self._fraction = Fraction(fraction) if fraction >= 0 else None

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        """Do as ``Slot.values``."""
        values, key = self._found.values(columns, bad), self._key
        if self._fraction is None:
            return [one and b'%b%bZ"' % (key, one) for one in values]
        fractions = self._fraction.values(columns, bad)
        return [
            one and b'%b%b%bZ"' % (key, one, more)
            for one, more in zip(values, fractions, strict=True)
        ]


class Texts(Slot):
    """What passes from the line to the record as text."""

    def __init__(self, place: int, *, plain: bool, quoted: bool) -> None:
        self._place, self._plain, self._quoted = place, plain, quoted

    def column(self, columns: Sequence[list[Text]]) -> list[Text]:
        """Give the texts as they stand."""
        return columns[self._place]

    def written(self, texts: list[bytes]) -> list[bytes]:
        """Give the texts as JSON has them."""
        if self._plain:
            return texts
        whole = b"".join(texts)
        if self._quoted and b"\\" in whole:
            texts = [quoting.unescape(one) if _BACKSLASH in one else one for one in texts]
            whole = b"".join(texts)
        return escaped_apart(texts, whole, of_several_lines(texts, whole))

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        """Do as ``Slot.values``."""
        return self.written(cast("list[bytes]", columns[self._place]))


class Messages(Slot):
    """Messages, with the lines that join them.

    Args:
        place: their column.
        look: is told the joining lines, as a block.
    """

    def __init__(self, place: int, look: Callable[[bytes], None]) -> None:
        self._place, self._look = place, look

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        """Do as ``Slot.values``."""
        texts = cast("list[bytes]", columns[self._place])
        whole = b"".join(texts)
        several = of_several_lines(texts, whole)
        if several:
            longer = [texts[place] for place in several]
            self._look(b"".join([one[one.index(b"\n") :] for one in longer]))
        return escaped_apart(texts, whole, several)


class Members(Slot):
    """Fields whose names the text tells.

    Args:
        place: the column.
        read: text -> name to JSON; ``ValueError``: it means nothing.
        comma: what stands before the first of them.

    Attributes:
        found: what each row of the last block has.
    """

    def __init__(self, place: int, read: Callable[[bytes], dict[str, bytes]], comma: bytes) -> None:
        self.found: list[dict[str, bytes]] = []
        self._place, self._read, self._comma = place, read, comma

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        """Do as ``Slot.values``; a record that would have no field at all means nothing."""
        self.found = []
        for row, text in enumerate(columns[self._place]):
            try:
                found = {} if text is None else self._read(text)
            except ValueError:
                found = {}
                bad.setdefault(row, UNREADABLE)
            if not found and self._comma == b"{":
                bad.setdefault(row, UNREADABLE)
            self.found.append(found)
        return [
            self._comma + b",".join([b"%b:%b" % (orjson.dumps(one), row[one]) for one in row])
            if row
            else b""
            for row in self.found
        ]


class Untold(Slot):
    """Members of every record that has no field of their name among those that its text tells."""

    def __init__(self, members: Members, untold: Sequence[Member] = ()) -> None:
        self.untold = untold
        self._members = members

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        """Do as ``Slot.values``."""
        pieces = [(name, b",%b:%b" % (orjson.dumps(name), json)) for name, json in self.untold]
        return [
            b"".join([piece for name, piece in pieces if name not in told])
            for told in self._members.found
        ]


class Added(Slot):
    """A member of a block's own, in each record that has no field of its name.

    Attributes:
        member: it, with its comma; empty: there is none.
    """

    def __init__(self, absent: Find) -> None:
        self.member = b""
        self._absent = absent

    def values(self, columns: Sequence[list[Text]], bad: dict[int, bytes]) -> Sequence[bytes]:
        """Do as ``Slot.values``."""
        return [one and self.member for one in self._absent.values(columns, bad)]


class OptionalTexts(Slot):
    """Text that may be absent, its key with it."""

    def __init__(self, texts: Texts, key: bytes, quote: bytes) -> None:
        self._texts = texts
        self.row = (key, b"", quote) if quote else (key, b"")
        self._around = (0, 2) if quote else (0,)

    def fill(
        self, pieces: list[bytes], width: int, columns: Sequence[list[Text]], bad: dict[int, bytes]
    ) -> None:
        """Do as ``Slot.fill``."""
        texts, at = self._texts.column(columns), self.at
        if all(texts) and b"-" not in texts:
            pieces[at + 1 :: width] = self._texts.written(cast("list[bytes]", texts))
            return
        if not any(texts) and texts.count(None) == len(texts):
            for place in self._around:
                pieces[at + place :: width] = [b""] * len(texts)
            return
        absent = [*compress(range(len(texts)), map(is_, texts, repeat(None)))]
        if b"-" in texts:
            absent += (row for row, text in enumerate(texts) if text == b"-")
        there = [*texts]
        for row in absent:
            there[row] = b""
        pieces[at + 1 :: width] = self._texts.written(cast("list[bytes]", there))
        for place in self._around:
            for row in absent:
                pieces[row * width + at + place] = b""
