"""From the configuration's words to the options of the stages; what both assemblies share."""

from __future__ import annotations

from sidecar.config import Source
from sidecar.fields import timestamps
from sidecar.formats.options import FormatOptions
from sidecar.formats.spec import Reading
from sidecar.pipeline import PipelineOptions


def format_options(source: Source, add: tuple[str, ...]) -> FormatOptions:
    """Give the formats' options of a source."""
    return FormatOptions(
        format=source.format,
        reading=Reading(timestamps.zone(source.timezone), source.duration_unit),
        constants=source.fields,
        add=add,
        start=source.multiline.start.encode() if source.multiline.mode == "start" else b"",
        lone=source.multiline.mode == "none",
    )


def pipeline_options(source: Source, add: tuple[str, ...], limit: int) -> PipelineOptions:
    """Give the pipelines' options of a source."""
    return PipelineOptions(limit, source.encoding, source.strip_ansi, add)
