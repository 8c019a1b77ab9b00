"""From the configuration's words to the options of the stages; what all assemblies share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sidecar.config import Config, Source
from sidecar.fields import zones
from sidecar.fields.reading import Reading
from sidecar.formats.options import FormatOptions
from sidecar.formats.spec import Format
from sidecar.pipeline import PipelineOptions

if TYPE_CHECKING:
    from sidecar.tail.folders import TailOptions


def state_dir(config: Config) -> str:
    """Give where the checkpoint lives."""
    from sidecar.tail import discovery  # noqa: PLC0415 - the converter follows nothing

    return config.state_dir or os.path.join(
        discovery.root(config.sources[0].include[0]), ".sidecar"
    )


def tail_options(config: Config) -> list[TailOptions]:
    """Give the tail's options of every source."""
    from sidecar.tail.folders import TailOptions  # noqa: PLC0415 - the converter follows nothing

    return [
        TailOptions(one.include, one.exclude, one.symlinks, one.start_at) for one in config.sources
    ]


def format_options(source: Source, add: tuple[str, ...]) -> FormatOptions:
    """Give the formats' options of a source."""
    layout = None if isinstance(source.format, str) else source.format
    start = source.multiline.start if source.multiline.mode == "start" else ""
    if layout and source.multiline.mode == "auto":
        start = layout.start
    lone = source.multiline.mode == "none"
    return FormatOptions(
        format=layout.grammar if layout else str(source.format),
        reading=reading(source),
        constants=source.fields,
        add=add,
        start=start.encode(),
        lone=lone,
        layout=(layout.line if lone else layout.format) if layout else None,
        tell=_told,
    )


def _told(header: bytes) -> Format | None:
    from sidecar import layouts  # noqa: PLC0415 - few files have such a line

    return layouts.told(header)


def reading(source: Source) -> Reading:
    """Give what a source says of values that their text leaves open."""
    return Reading(zones.zone(source.timezone), source.duration_unit)


def pipeline_options(source: Source, add: tuple[str, ...], limit: int) -> PipelineOptions:
    """Give the pipelines' options of a source."""
    return PipelineOptions(limit, source.encoding, source.strip_ansi, add)
