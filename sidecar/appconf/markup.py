"""XML to a tree with lines, by the standard library's expat; nothing is fetched or expanded.

A declaration of an entity is refused, and so is what refers to one: neither Tomcat's nor any
logger's configuration needs them, and a few lines of them can stand for gigabytes. A DOCTYPE that
declares none, as log4j 1 wants it, is read over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

from sidecar.appconf.log import Conf, Where, refuse

_DEEPEST = 200


@dataclass(slots=True)
class Element:
    """An element; names are without their prefixes."""

    name: str
    attributes: dict[str, str]
    where: Where
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, without the blanks around it."""
        return "".join(self.pieces).strip()

    def get(self, name: str, default: str = "") -> str:
        """Give an attribute, in whatever case it is written."""
        for key, value in self.attributes.items():
            if key.lower() == name.lower():
                return value
        return default

    def child(self, name: str) -> Element | None:
        """Give the first child of a name, in whatever case it is written."""
        return next((one for one in self.children if one.name.lower() == name.lower()), None)

    def said(self, name: str, default: str = "") -> str:
        """Give an attribute, or else a child's text."""
        child = self.child(name)
        return self.get(name) or (child.text if child else "") or default

    def all(self) -> Iterator[Element]:
        """Give it and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.all()


def read(conf: Conf) -> Element:
    """Read a file.

    Raises:
        ConfigError: it is no XML, or declares entities, or is nested without end.
    """
    parser = expat.ParserCreate()
    top = Element("", {}, conf.at(1))
    open_ = [top]

    def here() -> Where:
        return conf.at(parser.CurrentLineNumber)

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_) > _DEEPEST:
            refuse(here(), "xml", f"elements {_DEEPEST} deep", "a configuration's few")
        one = Element(name.rpartition(":")[2], attributes, here())
        open_[-1].children.append(one)
        open_.append(one)

    def end(_: str) -> None:
        open_.pop()

    def text(piece: str) -> None:
        open_[-1].pieces.append(piece)

    def entity(name: str, *_: Any) -> None:
        refuse(
            here(), "xml", f'the entity "{name}" in the DOCTYPE', "a file without entities",
            "write what it stands for in its place",
        )  # fmt: skip

    def reference(name: str | None, *_: Any) -> NoReturn:
        refuse(here(), "xml", f'the entity "&{name};"', "text; &lt; &gt; &amp; &quot; and &apos;")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = entity
    parser.SkippedEntityHandler = reference
    parser.ExternalEntityRefHandler = reference
    try:
        parser.Parse(conf.data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", 1)  # an encoding is unknown in the first
        said = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else str(error)
        refuse(conf.at(line), "xml", said, "well-formed XML")
    return top.children[0]
