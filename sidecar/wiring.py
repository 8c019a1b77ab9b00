"""From the configuration's words to the options of the stages; what all assemblies share."""

from __future__ import annotations

import os

from sidecar.config import Config, Source
from sidecar.fields import zones
from sidecar.fields.reading import Reading
from sidecar.formats.options import FormatOptions
from sidecar.pipeline import PipelineOptions
from sidecar.tail import discovery
from sidecar.tail.folders import TailOptions


def state_dir(config: Config) -> str:
    """Give where the checkpoint lives."""
    return config.state_dir or os.path.join(
        discovery.root(config.sources[0].include[0]), ".sidecar"
    )


def tail_options(config: Config) -> list[TailOptions]:
    """Give the tail's options of every source."""
    return [
        TailOptions(one.include, one.exclude, one.symlinks, one.start_at) for one in config.sources
    ]


def format_options(source: Source, add: tuple[str, ...]) -> FormatOptions:
    """Give the formats' options of a source."""
    return FormatOptions(
        format=source.format,
        reading=Reading(zones.zone(source.timezone), source.duration_unit),
        constants=source.fields,
        add=add,
        start=source.multiline.start.encode() if source.multiline.mode == "start" else b"",
        lone=source.multiline.mode == "none",
    )


def pipeline_options(source: Source, add: tuple[str, ...], limit: int) -> PipelineOptions:
    """Give the pipelines' options of a source."""
    return PipelineOptions(limit, source.encoding, source.strip_ansi, add)
