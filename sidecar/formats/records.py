"""How a record is laid out: its constants, and the slots between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import orjson

from sidecar.fields import quoting
from sidecar.formats.heads import own
from sidecar.formats.lookup import TWICE, UNFIT, Minutes, Text
from sidecar.formats.options import FormatOptions
from sidecar.formats.slots import (
    Added,
    Bars,
    Check,
    Find,
    Fraction,
    Members,
    Messages,
    OptionalStamp,
    OptionalTexts,
    Order,
    Slot,
    Texts,
    Untold,
)
from sidecar.formats.spec import Field, Format, Kind, Member

#: Bytes of ``YYYY-MM-DDTHH:MM:SS``.
_MOMENT = 19


class Layout:
    """The record of a format under one set of options.

    Args:
        format_: the declaration.
        options: what the user chose.
        names: the groups of a head, in the order of their columns.
        loose: groups whose expression was a loose one.
        constants: members of every record that has no field of the name.
        look: where lines join: is told those that did, as a block.

    Attributes:
        lead: what a record begins with.
        row: its pieces after that, as they are where no slot puts others.
        slots: what puts others.
        closing: what its end begins with.
        checks: what looks at columns that no slot reads.
        order: of stamps.
        added: name of an optional field -> the slot of what a block adds where it lacks.
        untold: the slot of a block's own members, where the text tells which fields there are.
    """

    def __init__(
        self,
        format_: Format,
        options: FormatOptions,
        names: Sequence[str],
        loose: Mapping[str, bytes],
        constants: Sequence[Member],
        look: Callable[[bytes], None] | None,
    ) -> None:
        self._format, self._options, self._names, self._loose = format_, options, names, loose
        self._look = look
        self.checks = self._unseen_checks()
        self.order = Order()
        self.untold: Untold | None = None
        self.added: dict[str, Added] = {}
        self.lead, self.row, self.slots, self.closing = _folded(self._items(constants))

    def _items(self, constants: Sequence[Member]) -> list[bytes | Slot]:
        """Give constants and slots as they follow each other."""
        items: list[bytes | Slot] = []
        done: set[str] = set()
        told: Members | None = None
        for name, field in self._format.fields.items():
            if name in done:
                continue
            key = (b"," if done else b"{") + orjson.dumps(name) + b":"
            run = next((one for one, names in self._format.runs.items() if name in names), "")
            names = [one for one in self._format.fields if one in self._format.runs.get(run, ())]
            done.update(names or [name])
            if run or field.kind is Kind.LOOKUP:
                items.append(self._run(run or name, names or [name], key[:1]))
            elif field.kind is Kind.MEMBERS:
                told = self._members(name, field, key[:1])
                items.append(told)
            elif field.kind is Kind.STAMP:
                items += self._stamp(name, field, key)
            else:
                items += self._texts(name, field, key)
        for name, json in constants:
            member = b",%b:%b" % (orjson.dumps(name), json)
            field = self._format.fields.get(name, Field(optional=True))
            if name not in self._format.fields:
                items.append(Untold(told, [(name, json)]) if told else member)
            elif field.optional:
                items.append(self._instead(name, member))
        for name in self._options.add:
            if self._format.fields.get(name, Field()).optional:
                self.added[name] = Added(self._instead(name, b"absent"))
                items.append(self.added[name])
        if told:
            self.untold = Untold(told)
            items.append(self.untold)
        return items

    def _run(self, group: str, names: Sequence[str], comma: bytes) -> Find:
        """Give the slot of fields that are one look-up: their text -> their members."""
        inside, fields = self._inside(group), self._format.fields

        def read(text: bytes) -> bytes:
            groups = inside(text)
            values = ((one, self._json(groups[one], fields[one])) for one in names)
            members = [orjson.dumps(one) + b":" + json for one, json in values if json]
            joined = b",".join(members)
            return comma + joined if joined else b""

        return Find(self._names.index(group), self._guarded(group, read), names=names)

    def _json(self, text: Text, field: Field) -> bytes:
        """Read one value; b"" where it is absent."""
        if text is None or (field.optional and text == b"-"):
            return b""
        if field.kind is Kind.DIGITS:
            return text
        if field.kind is Kind.LOOKUP:
            assert field.read is not None
            return orjson.dumps(field.read(text.decode(), self._options.reading))
        if field.kind is Kind.QUOTED:
            text = quoting.unescape(text)
        return orjson.dumps(text.decode())

    def _members(self, name: str, field: Field, comma: bytes) -> Members:
        """Give the slot of fields whose names the text tells."""
        declared = self._format.fields.keys()
        assert name == [*declared][-1], "fields that the text tells come last"
        read, reading = field.read, self._options.reading
        assert read is not None

        def members(text: bytes) -> dict[str, bytes]:
            return {
                one: orjson.dumps(value)
                for one, value in read(text.decode(), reading).items()
                if value is not None and one not in declared
            }

        slot = Members(self._names.index(name), members, comma)
        slot.names = () if "level" in declared else ("level",)
        return slot

    def _stamp(self, name: str, field: Field, key: bytes) -> list[bytes | Slot]:
        assert field.read is not None
        read, reading = field.read, self._options.reading
        again = reading._replace(fold=1)

        def stamp(text: bytes) -> bytes:
            if field.optional and text == b"-":
                return b""
            first = str(read(text.decode(), reading)).encode()
            second = str(read(text.decode(), again)).encode()
            if first == second:
                return first
            return TWICE + TWICE.join((first[:_MOMENT], second[:_MOMENT], first, second))

        place, offset, fraction = (
            self._names.index(one) if one in self._names else -1
            for one in (name, "offset", "fraction")
        )
        # With an offset the look-up sees more than the group that may be loose.
        guarded = _present(stamp) if offset >= 0 else self._guarded(name, stamp)
        found = Find(place, guarded, offset=offset, kept=Minutes, order=self.order)
        if field.optional:
            return [OptionalStamp(found, fraction, key + b'"')]
        fractions: list[bytes | Slot] = [Fraction(fraction)] if fraction >= 0 else []
        return [key + b'"', found, *fractions, b'Z"']

    def _texts(self, name: str, field: Field, key: bytes) -> list[bytes | Slot]:
        """Give the items of a field that is text in a column of its own."""
        if self._look and name == "message":
            return [key + b'"', Messages(len(self._names), self._look), b'"']
        place = self._names.index(name)
        quote = b"" if field.kind is Kind.DIGITS else b'"'
        plain = field.plain or field.kind is Kind.DIGITS
        slot = Texts(place, plain=plain, quoted=field.kind is Kind.QUOTED)
        if field.optional:
            return [OptionalTexts(slot, key + quote, quote)]
        return [key + quote, slot, quote]

    def _instead(self, name: str, member: bytes) -> Find:
        """Give the slot of a constant that stands where a field of its name does not."""
        group = next((one for one, names in self._format.runs.items() if name in names), name)
        inside = self._inside(group)

        def read(text: Text) -> bytes:
            return member if text is None or inside(text)[name] in {None, b"-"} else b""

        guarded = self._guarded(group, read)
        return Find(
            self._names.index(group), lambda text: member if text is None else guarded(text)
        )

    def _inside(self, name: str) -> Callable[[bytes], Mapping[str, Text]]:
        """Give what parts the text of a column into its fields."""
        if name in self._format.fields:
            return lambda text: {name: text}
        fits = own(self._format, name)

        def part(text: bytes) -> Mapping[str, Text]:
            found = fits.fullmatch(text)
            assert found
            return found.groupdict()

        return part

    def _unseen_checks(self) -> list[Check | Bars]:
        """Give what holds the text of loose groups against their own expressions.

        Look-ups do it themselves, but for a stamp's that sees more than the text of its group.
        """
        fields, runs = self._format.fields, self._format.runs
        looked_up = {Kind.LOOKUP} if "offset" in self._names else {Kind.LOOKUP, Kind.STAMP}
        bars = self._format.bars
        return [
            Bars(self._names.index(name), bars[name])
            if name in bars
            else Check(self._names.index(name), own(self._format, name))
            for name in self._loose
            if name not in runs and not (name in fields and fields[name].kind in looked_up)
        ]

    def _guarded(self, name: str, read: Callable[[bytes], bytes]) -> Callable[[Text], bytes]:
        """Give a reader that tells what a loose expression has fitted alone."""
        if name not in self._loose:
            return _present(read)
        fits = own(self._format, name)
        return _present(lambda text: read(text) if fits.fullmatch(text) else UNFIT)


def _present(read: Callable[[bytes], bytes]) -> Callable[[Text], bytes]:
    """Give a reader for which a group that took no part becomes nothing."""
    return lambda text: b"" if text is None else read(text)


def _folded(items: Sequence[bytes | Slot]) -> tuple[bytes, list[bytes], list[Slot], bytes]:
    """Merge constants with each other and into the look-ups beside them."""
    merged: list[bytes | Slot] = [b""]
    for item in items:
        last = merged[-1]
        if isinstance(item, bytes) and isinstance(last, bytes):
            merged[-1] = last + item
        elif isinstance(item, bytes) and isinstance(last, Find):
            merged[-1] = last.within(b"", item)
        elif isinstance(item, Find) and isinstance(last, bytes) and len(merged) > 1:
            merged[-1] = item.within(last, b"")
        else:
            merged.append(item)
    lead, *rest = merged
    closing = rest.pop() if isinstance(rest[-1], bytes) else b""
    assert isinstance(lead, bytes)
    assert isinstance(closing, bytes)
    row: list[bytes] = []
    for item in rest:
        if isinstance(item, Slot):
            item.at = len(row) + 1
            row += item.row
        else:
            row.append(item)
    return lead, row, [one for one in rest if isinstance(one, Slot)], closing
