"""How far each file was acknowledged: what is saved comes back, whatever happens to the disk."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.flow import State
from sidecar.tail import checkpoint
from sidecar.tail.checkpoint import Entry, Saved, Totals
from sidecar.tail.fingerprint import Mark
from tests.properties import examples


def entry(path: str = "/logs/app.log", offset: int = 120, **more: Any) -> Entry:
    state = State(format="juli", encoding="utf-8")
    totals = Totals(117, {"bom": 3}, {"truncated": 7})
    given_: dict[str, Any] = {
        "state": state,
        "totals": totals,
        "head": Mark.of(b"head"),
        "anchor": Mark.of(b"anchor"),
        "size": offset + 5,
        "mtime_ns": 1_700_000_000_123_456_789,
        **more,
    }
    return Entry(path, 64769, 1311, offset, **given_)


def save(folder: Path, saved: Saved) -> None:
    asyncio.run(checkpoint.save(str(folder), checkpoint.encode(saved)))


def stored(folder: Path) -> Path:
    return folder / checkpoint.NAME


SAVED = Saved(files=[entry(), entry("/logs/b.log", 0)], gone=Totals(9, {"copy": 1}, {}))


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save(tmp_path, SAVED)
    loaded = checkpoint.load(str(tmp_path))
    assert loaded.saved == SAVED
    assert loaded.trouble == ""


counts = st.dictionaries(st.text(max_size=5), st.integers(0, 2**63 - 1), max_size=3)
totals = st.builds(Totals, st.integers(0, 2**63 - 1), counts, counts)
states = st.builds(
    State, st.text(max_size=8), st.text(max_size=8), st.booleans(), st.text(max_size=8), st.just(3)
)
entries = st.builds(
    Entry,
    st.text(max_size=20),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**63 - 1),
    st.binary(max_size=9).map(Mark.of),
    st.binary(max_size=9).map(Mark.of),
    states,
    totals,
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**63 - 1),
)


@examples(60)
@given(saved=st.builds(Saved, files=st.lists(entries, max_size=4), gone=totals))
def test_every_checkpoint_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, saved: Saved
) -> None:
    folder = tmp_path_factory.mktemp("state")
    stored(folder).write_bytes(checkpoint.encode(saved))
    assert checkpoint.load(str(folder)) == checkpoint.Loaded(saved)


def test_folder_of_the_checkpoint_is_made(tmp_path: Path) -> None:
    save(tmp_path / "deep" / "state", SAVED)
    assert checkpoint.load(str(tmp_path / "deep" / "state")).saved == SAVED


def test_missing_checkpoint_is_a_first_start_and_no_trouble(tmp_path: Path) -> None:
    loaded = checkpoint.load(str(tmp_path / "none"))
    assert loaded == checkpoint.Loaded(Saved(), "")


def test_stored_form_names_its_version(tmp_path: Path) -> None:
    save(tmp_path, SAVED)
    assert json.loads(stored(tmp_path).read_bytes())["version"] == checkpoint.VERSION


WHOLE = checkpoint.encode(SAVED)

BROKEN = {
    "empty": b"",
    "truncated": WHOLE[: len(WHOLE) // 2],
    "one_byte_short": WHOLE[:-1],
    "nuls_after_a_power_cut": b"\0" * len(WHOLE),
    "no_json": b"\x80\x81 no checkpoint",
    "no_object": b"[1, 2]",
    "bare_number": b"1",
    "no_version": b'{"files": []}',
    "version_of_another_type": b'{"version": "1", "files": []}',
    "version_true": b'{"version": true, "files": []}',
    "version_zero": b'{"version": 0, "files": []}',
    "negative_version": b'{"version": -1, "files": []}',
    "later_version": b'{"version": %d, "files": []}' % (checkpoint.VERSION + 1),
    "files_of_another_shape": b'{"version": 1, "files": [{"path": "/logs/a.log"}]}',
    "offset_of_another_type": WHOLE.replace(b'"offset":120', b'"offset":"120"'),
    "two_in_one": WHOLE + WHOLE,
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_checkpoint_is_kept_aside_and_counts_as_absent(
    tmp_path: Path, content: bytes
) -> None:
    stored(tmp_path).write_bytes(content)
    loaded = checkpoint.load(str(tmp_path))
    assert loaded.saved == Saved()
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith(f"{checkpoint.NAME}.bad-")
    assert aside.read_bytes() == content
    assert str(stored(tmp_path)) in loaded.trouble
    assert str(aside) in loaded.trouble


def test_later_version_is_told_by_its_number(tmp_path: Path) -> None:
    stored(tmp_path).write_bytes(b'{"version": 7}')
    assert (
        f"version 7, expected at most {checkpoint.VERSION}"
        in checkpoint.load(str(tmp_path)).trouble
    )


def test_checkpoint_of_a_million_brackets_counts_as_absent(tmp_path: Path) -> None:
    stored(tmp_path).write_bytes(b"[" * 1_000_000)
    loaded = checkpoint.load(str(tmp_path))
    assert loaded.saved == Saved()
    assert loaded.trouble


def test_two_broken_checkpoints_are_both_kept(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        stored(tmp_path).write_bytes(content)
        assert checkpoint.load(str(tmp_path)).trouble
    assert sorted(path.read_bytes() for path in tmp_path.iterdir()) == [b"one", b"two"]


def test_broken_checkpoint_that_cannot_be_moved_is_said_to_be_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    stored(tmp_path).write_bytes(b"{")
    monkeypatch.setattr(os, "rename", refuse)
    loaded = checkpoint.load(str(tmp_path))
    assert loaded.saved == Saved()
    assert "is no checkpoint" in loaded.trouble
    assert "kept as" not in loaded.trouble


def test_unreadable_checkpoint_counts_as_absent_and_says_why(tmp_path: Path) -> None:
    stored(tmp_path).mkdir()
    loaded = checkpoint.load(str(tmp_path))
    assert loaded.saved == Saved()
    (aside,) = tmp_path.iterdir()
    reason = "cannot be read: Is a directory"
    assert loaded.trouble == f"{stored(tmp_path)} {reason}; kept as {aside}"


def test_fifo_in_the_place_of_a_checkpoint_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(stored(tmp_path))
    loaded = checkpoint.load(str(tmp_path))
    assert loaded.saved == Saved()
    assert "it is no regular file; kept as" in loaded.trouble


def test_older_version_is_migrated_and_not_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def to_next(found: dict[str, Any]) -> dict[str, Any]:
        return {**found, "version": 3, "files": found.pop("entries")}

    def to_next_but_one(found: dict[str, Any]) -> dict[str, Any]:
        return {**found, "version": 4}

    save(tmp_path, SAVED)
    old = stored(tmp_path).read_bytes().replace(b'"files"', b'"entries"')
    stored(tmp_path).write_bytes(old)
    monkeypatch.setattr(checkpoint, "VERSION", 4)
    monkeypatch.setattr(checkpoint, "_MIGRATIONS", {2: to_next, 3: to_next_but_one})
    loaded = checkpoint.load(str(tmp_path))
    assert loaded.trouble == ""
    assert loaded.saved == Saved(4, SAVED.files, SAVED.gone)


#: As version 1 stored it.
FIRST = b"""{"version":1,"files":[{"path":"/logs/caf\\\\xe9.log","device":64769,"inode":1311,
"offset":120,"head":{"size":4,"digest":"0a1b"},"anchor":{"size":4,"digest":"2c3d"},
"state":{"format":"juli","encoding":"utf-8","mid_line":false,"partial_id":"",
"partial_ordinal":0,"partial_lone":false},
"totals":{"emitted":117,"skipped":{"bom":3},"lost":{"truncated":7}}}],
"gone":{"emitted":9,"skipped":{},"lost":{}}}"""


def test_first_version_knows_no_more_of_a_size_than_what_was_read(tmp_path: Path) -> None:
    stored(tmp_path).write_bytes(FIRST)
    loaded = checkpoint.load(str(tmp_path))
    assert loaded.trouble == ""
    assert loaded.saved.files == [
        entry(
            os.fsdecode(b"/logs/caf\xe9.log"),
            size=120,
            mtime_ns=0,
            head=Mark(4, "0a1b"),
            anchor=Mark(4, "2c3d"),
        )
    ]
    assert loaded.saved.gone == Totals(9)


def test_unknown_key_of_a_known_version_is_no_trouble(tmp_path: Path) -> None:
    stored(tmp_path).write_bytes(WHOLE[:-1] + b',"note":"hello"}')
    assert checkpoint.load(str(tmp_path)) == checkpoint.Loaded(SAVED)


# -- a save that fails -------------------------------------------------------------------------

FAILURES = [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS]


def failing(code: int) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("code", FAILURES, ids=errno.errorcode.get)
def test_old_checkpoint_stands_when_the_new_one_cannot_be_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    save(tmp_path, SAVED)
    monkeypatch.setattr(os, "fsync", failing(code))
    with pytest.raises(OSError, match=os.strerror(code)):
        save(tmp_path, Saved(files=[entry(offset=999)]))
    assert checkpoint.load(str(tmp_path)) == checkpoint.Loaded(SAVED)


def test_old_checkpoint_stands_when_the_new_one_cannot_take_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, SAVED)
    monkeypatch.setattr(os, "replace", failing(errno.EROFS))
    with pytest.raises(OSError, match="Read-only"):
        save(tmp_path, Saved())
    assert checkpoint.load(str(tmp_path)) == checkpoint.Loaded(SAVED)


def test_old_checkpoint_stands_when_no_new_file_can_be_made(tmp_path: Path) -> None:
    save(tmp_path, SAVED)
    (tmp_path / f"{checkpoint.NAME}.new").mkdir()
    with pytest.raises(IsADirectoryError):
        save(tmp_path, Saved())
    assert checkpoint.load(str(tmp_path)) == checkpoint.Loaded(SAVED)


def test_save_goes_through_once_the_disk_takes_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing(errno.ENOSPC))
        with pytest.raises(OSError, match="No space"):
            save(tmp_path, Saved())
    save(tmp_path, SAVED)
    assert checkpoint.load(str(tmp_path)) == checkpoint.Loaded(SAVED)
    assert [path.name for path in tmp_path.iterdir()] == [checkpoint.NAME]


def test_leftover_of_a_killed_save_is_overwritten_whole(tmp_path: Path) -> None:
    (tmp_path / f"{checkpoint.NAME}.new").write_bytes(b"x" * 100_000)
    save(tmp_path, SAVED)
    assert stored(tmp_path).read_bytes() == WHOLE


def test_state_folder_whose_name_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(FileExistsError):
        save(tmp_path / "state", SAVED)


# -- paths of any bytes ------------------------------------------------------------------------

HOSTILE = [
    (b"/logs/caf\xe9.log", "/logs/caf\\xe9.log"),
    (b"/logs/\xff\xfe", "/logs/\\xff\\xfe"),
    ("/logs/주문.log".encode(), "/logs/주문.log"),
    (b'/logs/a"b\\c\n.log', '/logs/a"b\\\\c\n.log'),
    (b"/logs/\\xe9\\\xe9", "/logs/\\\\xe9\\\\\\xe9"),
    (b"/logs/\xed\xa0\x80.log", "/logs/\\xed\\xa0\\x80.log"),
]


@pytest.mark.parametrize(("raw", "text"), HOSTILE)
def test_path_of_any_bytes_is_spelt_as_text(raw: bytes, text: str) -> None:
    assert checkpoint.path_out(os.fsdecode(raw)) == text
    assert os.fsencode(checkpoint.path_in(text)) == raw


@given(st.binary(max_size=30))
def test_any_path_can_be_saved_and_comes_back(raw: bytes) -> None:
    encoded = checkpoint.encode(Saved(files=[entry(os.fsdecode(raw))]))
    spelt = json.loads(encoded)["files"][0]["path"]
    assert os.fsencode(checkpoint.path_in(spelt)) == raw


# -- totals ------------------------------------------------------------------------------------


def test_totals_add_up_by_reason() -> None:
    one = Totals(10, {"bom": 3}, {"truncated": 1})
    one.add(Totals(5, {"bom": 3, "copy": 2}, {"deleted": 4}))
    assert one == Totals(15, {"bom": 6, "copy": 2}, {"truncated": 1, "deleted": 4})


def test_totals_added_to_others_stay_their_own() -> None:
    mine, theirs = Totals(), Totals(1, {"bom": 3}, {})
    mine.add(theirs)
    mine.skipped["bom"] += 1
    assert theirs == Totals(1, {"bom": 3}, {})
