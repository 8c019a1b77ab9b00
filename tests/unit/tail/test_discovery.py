"""Which files the globs name, and what is said of those that are not followed."""

from __future__ import annotations

import errno
import glob
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.tail import discovery
from sidecar.tail.discovery import Found
from tests.properties import examples

Look = Callable[..., Found]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def look(include: Path | str, *exclude: str, symlinks: str = "inside", **more: Any) -> Found:
    return discovery.look([str(include)], exclude, symlinks=symlinks, **more)


def names(found: Found, folder: Path) -> list[str]:
    """Give what was found, relative to a folder, in the order of names."""
    return sorted(os.path.relpath(path, folder) for path in found.files)


# -- include -----------------------------------------------------------------------------------

TREE = [
    "app.log",
    "app.txt",
    "b.log",
    ".hidden.log",
    "a/app.log",
    "a/deep/app.log",
    "a/deep/er/x.log",
    "b/app.log",
]

INCLUDES = [
    ("*", [".hidden.log", "app.log", "app.txt", "b.log"]),
    ("*.log", [".hidden.log", "app.log", "b.log"]),
    ("app.log", ["app.log"]),
    ("?.log", ["b.log"]),
    ("app.???", ["app.log", "app.txt"]),
    ("[ab].log", ["b.log"]),
    ("[!b]*.log", [".hidden.log", "app.log"]),
    ("[a-c]*.txt", ["app.txt"]),
    ("*/app.log", ["a/app.log", "b/app.log"]),
    ("[b-z]/app.log", ["b/app.log"]),
    ("a/*.log", ["a/app.log"]),
    ("a/*/*.log", ["a/deep/app.log"]),
    ("**/app.log", ["a/app.log", "a/deep/app.log", "app.log", "b/app.log"]),
    ("a/**/*.log", ["a/app.log", "a/deep/app.log", "a/deep/er/x.log"]),
    ("**/deep/**/*.log", ["a/deep/app.log", "a/deep/er/x.log"]),
    ("**", sorted(TREE)),
    ("a**", ["a/app.log", "a/deep/app.log", "a/deep/er/x.log", "app.log", "app.txt"]),
    ("none*", []),
    ("none/*.log", []),
]


@pytest.mark.parametrize(("pattern", "expected"), INCLUDES)
def test_glob_names_the_files_that_fit_it_whole(
    logs: Path, pattern: str, expected: list[str]
) -> None:
    fill(logs, *TREE)
    assert names(look(logs / pattern), logs) == expected


BASES = [
    ("/logs/*.log", "/logs"),
    ("/logs/app.log", "/logs"),
    ("/logs/**/*.log", "/logs"),
    ("/logs/a*/b/*.log", "/logs"),
    ("/logs/a?/x", "/logs"),
    ("/logs/[ab]/x", "/logs"),
    ("/*.log", "/"),
    ("/**/x.log", "/"),
    ("*.log", "."),
    ("**/*.log", "."),
    ("logs/*.log", "logs"),
    ("./logs/*.log", "./logs"),
    ("../*.log", ".."),
]


@pytest.mark.parametrize(("pattern", "base"), BASES)
def test_root_of_a_glob_is_its_longest_folder_without_magic(pattern: str, base: str) -> None:
    assert discovery.root(pattern) == base


RELATIVE = [
    ("*.log", ["./b.log", "./app.log", "./.hidden.log"]),
    ("./*.log", ["./b.log", "./app.log", "./.hidden.log"]),
    ("app.log", ["./app.log"]),
    ("a/*.log", ["a/app.log"]),
    ("./a/*.log", ["./a/app.log"]),
    ("*/app.log", ["./a/app.log", "./b/app.log"]),
    ("**/x.log", ["./a/deep/er/x.log"]),
    ("a/**/x.log", ["a/deep/er/x.log"]),
]


@pytest.mark.parametrize(("pattern", "expected"), RELATIVE)
def test_relative_glob_is_taken_from_the_working_folder(
    logs: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, expected: list[str]
) -> None:
    fill(logs, *TREE)
    monkeypatch.chdir(logs)
    assert sorted(look(pattern).files) == sorted(expected)


def test_file_that_two_globs_name_is_found_once(logs: Path) -> None:
    fill(logs, "a.log", "b.log")
    globs = [f"{logs}/*.log", f"{logs}/**/a*"]
    assert names(discovery.look(globs, [], symlinks="inside"), logs) == ["a.log", "b.log"]


def test_folder_that_fits_the_glob_is_no_file(logs: Path) -> None:
    fill(logs, "old.log/app.log")
    found = look(logs / "*.log")
    assert not found.files
    assert not found.refused


def test_glob_without_two_stars_looks_no_deeper_than_it_says(logs: Path) -> None:
    fill(logs, "a/b/c/x.log")
    assert look(logs / "*.log").folders == [str(logs)]
    assert look(logs / "*/*.log").folders == [str(logs), str(logs / "a")]
    assert len(look(logs / "**/*.log").folders) == 4


part = st.sampled_from(["a", "b.log", "*", "**", "?", "a*", "*.log", "[ab]*", "[!a]*", "ab"])
tree = st.lists(
    st.lists(st.sampled_from(["a", "b", "ab", ".c"]), min_size=0, max_size=3).flatmap(
        lambda folders: st.sampled_from(["a.log", "b.log", "a.txt", "x"]).map(
            lambda name: "/".join([*(f"{folder}.d" for folder in folders), name])
        )
    ),
    max_size=8,
)


@examples(150)
@given(paths=tree, parts=st.lists(part, min_size=1, max_size=4))
def test_globs_mean_what_they_mean_to_pythons_own_glob(
    tmp_path_factory: pytest.TempPathFactory, paths: list[str], parts: list[str]
) -> None:
    if "**" in parts:  # see the test of single characters and folders below
        parts = [one for one in parts if "?" not in one and "!" not in one]
    folder = tmp_path_factory.mktemp("tree")
    fill(folder, *paths)
    pattern = "/".join([str(folder), *parts])
    expected = glob.glob(pattern, recursive=True, include_hidden=True)
    whole = [path for path in expected if not path.endswith("/")]  # "a/**" gives "a/" too
    files = {os.path.relpath(path, folder) for path in whole if Path(path).is_file()}
    assert names(look(pattern), folder) == sorted(files)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [("/l/a/b.log", "/l/a?b.log"), ("/l/a/b.log", "/l/a[!x]b.log"), ("/l/x/y", "/l/**/x?y")],
)
def test_single_character_stays_within_its_folder(path: str, pattern: str) -> None:
    assert not discovery.matches(path, pattern)


@pytest.mark.filterwarnings("ignore:Possible nested set")
@pytest.mark.parametrize("name", ["a.", "a*"])
def test_star_after_a_dot_in_a_class_is_a_star(name: str) -> None:
    assert discovery.matches(name, "a[.*]")


MATCHES = [
    ("/l/a.log", "/l/a.log", True),
    ("/l/axlog", "/l/a.log", False),
    ("/l/a.log.1", "/l/*.log", False),
    ("/l/a[1].log", "/l/a[[]1].log", True),
    ("/l/a*.log", "/l/a[*].log", True),
    ("/l/aa.log", "/l/a[*].log", False),
    ("/l/a]b", "/l/a[]]b", True),
    ("/l/a-b", "/l/a[x-]b", True),
    ("/l/{a,b}", "/l/{a,b}", True),
    ("/l/(a|b)+$", "/l/(a|b)+$", True),
    ("/l/a\nb.log", "/l/*.log", True),
    ("/l/x.log\n", "/l/*.log", False),
    ("/l/a/b", "/l/*", False),
    ("/l/a/b", "/l/**", True),
    ("/l", "/l/**", False),
    ("/l/a", "/l/**/a", True),
    ("/l/b/c/a", "/l/**/a", True),
    ("/l/ba", "/l/**/a", False),
    ("/l/A.log", "/l/a.log", False),
    ("/l/axbxcx", "/l/a*b*c*", True),
    ("/l/axb/cx", "/l/a*b*c*", False),
]


@pytest.mark.parametrize(("path", "pattern", "fits"), MATCHES)
def test_glob_fits_a_path_as_a_whole(path: str, pattern: str, fits: bool) -> None:
    assert discovery.matches(path, pattern) is fits


# -- exclude -----------------------------------------------------------------------------------

EXCLUDES = [
    ((), ["a.log", "a.log.gz", "old/a.log", "old/b.log.gz"]),
    (("**/*.gz",), ["a.log", "old/a.log"]),
    (("*.gz",), ["a.log", "old/a.log"]),
    (("a.*",), ["old/b.log.gz"]),
    (("{logs}/a.*",), ["old/a.log", "old/b.log.gz"]),
    (("{logs}/old/*",), ["a.log", "a.log.gz"]),
    (("{logs}/old/**",), ["a.log", "a.log.gz"]),
    (("*.gz", "a.log"), []),
    (("**",), []),
    (("none",), ["a.log", "a.log.gz", "old/a.log", "old/b.log.gz"]),
]


@pytest.mark.parametrize(("exclude", "left"), EXCLUDES)
def test_exclude_wins_by_path_and_by_name(
    logs: Path, exclude: tuple[str, ...], left: list[str]
) -> None:
    fill(logs, "a.log", "a.log.gz", "old/a.log", "old/b.log.gz")
    found = look(logs / "**", *(one.format(logs=logs) for one in exclude))
    assert names(found, logs) == left


@pytest.mark.parametrize("exclude", ["**/old/*", "**/old/**"])
def test_two_stars_at_the_front_of_an_exclude_span_every_folder(logs: Path, exclude: str) -> None:
    fill(logs, "a.log", "old/a.log", "x/old/a.log")
    assert names(look(logs / "**", exclude), logs)[:1] == ["a.log"]
    assert "old/a.log" not in names(look(logs / "**", exclude), logs)


def test_excluded_link_is_not_complained_of(logs: Path) -> None:
    (logs / "a.gz").symlink_to("/etc/passwd")
    assert not look(logs / "*", "*.gz").refused


# -- links and what is no file ---------------------------------------------------------------

LINK = "it is a symbolic link"
LEAVES = "it is a symbolic link that leaves the folder"
NO_FILE = "it is no regular file"

LINKS: list[tuple[str, str, str, str | None]] = [
    # target, how links are taken, what is named, why it is refused; None: it is followed
    ("{logs}/real/a.txt", "inside", "absolute, inside", None),
    ("real/a.txt", "inside", "relative, inside", None),
    ("{outside}/a.txt", "inside", "absolute, outside", LEAVES),
    ("../outside/a.txt", "inside", "relative, outside", LEAVES),
    ("{logs}-beside/a.txt", "inside", "in a folder of a longer name", LEAVES),
    ("{outside}/a.txt", "all", "absolute, outside", None),
    ("real/a.txt", "all", "relative, inside", None),
    ("real/a.txt", "none", "relative, inside", LINK),
    ("{outside}/a.txt", "none", "absolute, outside", LINK),
    ("{outside}", "all", "a folder", NO_FILE),
    ("/dev/null", "all", "a device", NO_FILE),
    ("/dev/null", "inside", "a device", LEAVES),
    ("first.link", "inside", "through another link", None),
    ("first.link", "none", "through another link", LINK),
]


@pytest.mark.parametrize(
    ("target", "symlinks", "refused"),
    [(row[0], row[1], row[3]) for row in LINKS],
    ids=[f"{row[2]}, {row[1]}" for row in LINKS],
)
def test_link_is_followed_as_far_as_it_may_go(
    logs: Path, target: str, symlinks: str, refused: str | None
) -> None:
    outside = logs.parent / "outside"
    fill(logs.parent, "outside/a.txt", "logs-beside/a.txt", "logs/real/a.txt")
    (logs / "first.link").symlink_to("real/a.txt")
    link = logs / "a.log"
    link.symlink_to(target.format(logs=logs, outside=outside))
    found = look(logs / "*.log", symlinks=symlinks)
    assert list(found.files) == ([] if refused else [str(link)])
    assert found.refused == ({str(link): refused} if refused else {})


@pytest.mark.parametrize("symlinks", ["inside", "all"])
def test_link_to_nothing_and_link_to_itself_are_passed_over(logs: Path, symlinks: str) -> None:
    (logs / "dangling.log").symlink_to(logs / "gone")
    (logs / "loop.log").symlink_to(logs / "loop.log")
    (logs / "one.log").symlink_to(logs / "two.log")
    (logs / "two.log").symlink_to(logs / "one.log")
    found = look(logs / "*.log", symlinks=symlinks)
    assert not found.files
    assert not found.refused


@pytest.mark.parametrize("symlinks", ["inside", "all", "none"])
def test_link_to_a_folder_above_does_not_send_the_walk_in_circles(
    logs: Path, symlinks: str
) -> None:
    fill(logs, "a/x.log")
    (logs / "a" / "up").symlink_to(logs)
    assert names(look(logs / "**", symlinks=symlinks), logs) == ["a/x.log"]


def test_link_seen_from_a_root_that_is_itself_a_link_is_inside(logs: Path) -> None:
    fill(logs, "real.txt")
    (logs / "a.log").symlink_to("real.txt")
    (logs.parent / "alias").symlink_to(logs)
    found = look(logs.parent / "alias" / "*.log")
    assert list(found.files) == [str(logs.parent / "alias" / "a.log")]


def test_two_names_of_one_file_are_both_found(logs: Path) -> None:
    fill(logs, "a.log")
    os.link(logs / "a.log", logs / "b.log")
    found = look(logs / "*")
    assert names(found, logs) == ["a.log", "b.log"]
    assert len({(seen.st_dev, seen.st_ino) for seen in found.files.values()}) == 1


def test_fifo_and_socket_are_refused_without_being_opened(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(logs)  # a socket's path is short
    os.mkfifo("pipe.log")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.log")
        found = look(logs / "*.log")
    assert not found.files
    assert found.refused == {str(logs / name): NO_FILE for name in ("pipe.log", "socket.log")}


# -- folders that cannot be listed ---------------------------------------------------------------


@pytest.fixture
def unlistable(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, int], None]:
    """Make a folder's listing fail; modes would not, since root may list everything."""
    scandir = os.scandir

    def forbid(folder: Path, code: int) -> None:
        def refusing(path: str) -> Any:
            if path == str(folder):
                raise OSError(code, os.strerror(code), path)
            return scandir(path)

        monkeypatch.setattr(os, "scandir", refusing)

    return forbid


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE], ids=errno.errorcode.get)
def test_folder_that_cannot_be_listed_is_reported_and_the_others_are_found(
    logs: Path, unlistable: Callable[[Path, int], None], code: int
) -> None:
    fill(logs, "a/x.log", "b/x.log", "x.log")
    unlistable(logs / "a", code)
    found = look(logs / "**")
    assert found.unlisted == {str(logs / "a"): os.strerror(code)}
    assert names(found, logs) == ["b/x.log", "x.log"]
    assert str(logs / "a") in found.folders


def test_folder_that_does_not_exist_yet_is_looked_for_and_is_no_failure(logs: Path) -> None:
    found = look(logs / "later" / "*.log")
    assert found == Found(folders=[str(logs / "later")])


def test_file_in_the_place_of_the_folder_is_reported(logs: Path) -> None:
    fill(logs, "app.log")
    found = look(logs / "app.log" / "*.log")
    assert found.unlisted == {str(logs / "app.log"): "Not a directory"}


def test_file_that_goes_between_listing_and_stat_is_passed_over(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(logs, "a.log", "b.log")
    scandir = os.scandir

    def late(path: str) -> Any:
        listing = scandir(path)
        (logs / "a.log").unlink(missing_ok=True)
        return listing

    monkeypatch.setattr(os, "scandir", late)
    found = look(logs / "*")
    assert names(found, logs) == ["b.log"]
    assert not found.refused


def test_folder_to_avoid_is_never_looked_into(logs: Path) -> None:
    fill(logs, "a.log", ".sidecar/checkpoint.json", "sub/b.log")
    shown = (logs / ".sidecar").stat()
    found = look(logs / "**", avoid=(shown.st_dev, shown.st_ino))
    assert names(found, logs) == ["a.log", "sub/b.log"]
    assert found.folders == [str(logs), str(logs / "sub")]


# -- names and order -----------------------------------------------------------------------------

HOSTILE = [
    b"a\nb.log",
    b"quo\"te's.log",
    b"back\\slash.log",
    b"sp ace.log",
    b"star*.log",
    b"[x].log",
    b"-rf.log",
    b"caf\xe9.log",
    b"\xff\xfe.log",
    "주문.log".encode(),
    b"\x1b[31m.log",
    b"n" * 251 + b".log",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_file_is_found_whatever_bytes_its_name_has(logs: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(logs), name)
    with open(path, "wb"):
        pass
    assert [os.fsencode(one) for one in look(logs / "*.log").files] == [path]


def test_files_come_in_the_order_they_were_last_written(logs: Path) -> None:
    ages = {"new.log": 300, "old.log": 100, "mid.log": 200, "a-twin.log": 200}
    fill(logs, *ages)
    for name, second in ages.items():
        os.utime(logs / name, ns=(0, second * 1_000_000_000 + 1))
    found = look(logs / "*")
    order = [os.path.basename(path) for path in found.files]
    assert order == ["old.log", "a-twin.log", "mid.log", "new.log"]


def test_what_stat_says_comes_with_the_file(logs: Path) -> None:
    (logs / "a.log").write_bytes(b"12345")
    ((path, seen),) = look(logs / "*").files.items()
    assert seen.st_size == 5
    assert seen.st_ino == Path(path).stat().st_ino
