"""Where a Tomcat lives, and which it is, by what stands near its configuration.

Debian's packages keep the configuration in ``/etc/tomcat10``, the base in ``/var/lib/tomcat10`` and
the server in ``/usr/share/tomcat10``.
"""

from __future__ import annotations

import os
import re
import zipfile

from sidecar.appconf import disk
from sidecar.appconf.log import Given

_DEBIAN = re.compile(r"/etc/(tomcat\d*)$")

_INFO = "org/apache/catalina/util/ServerInfo.properties"


def base(path: str, given: Given) -> str:
    """Give the base of the Tomcat whose configuration a file is; "": it is not known."""
    if "catalina.base" in given.names:
        return given.names["catalina.base"].rstrip("/") or "/"
    folder = os.path.dirname(os.path.abspath(path))
    if debian := _DEBIAN.search(folder):
        return f"/var/lib/{debian[1]}"
    while os.path.dirname(folder) != folder:  # conf/Catalina/localhost/shop.xml is deeper
        if os.path.basename(folder) == "conf":
            return os.path.dirname(folder)
        folder = os.path.dirname(folder)
    return ""


def version(path: str, given: Given) -> tuple[int, str]:
    """Give Tomcat's version, the first number, and how it is known; 0: it is not."""
    if given.tomcat:
        return given.tomcat, "by --tomcat-version"
    folder, own = os.path.dirname(path), base(path, given)
    near = (folder or ".", os.path.join(folder, ".."))
    homes = [given.names.get("catalina.home", ""), *map(os.path.normpath, near), own]
    folder = os.path.abspath(folder)
    if debian := _DEBIAN.search(folder):
        homes.append(f"/usr/share/{debian[1]}")
    for home in filter(None, homes):
        for name, read in (("RELEASE-NOTES", _notes), ("lib/catalina.jar", _jar)):
            place = os.path.normpath(os.path.join(home, name))
            if found := read(place):
                return found, f"by {place}"
    for name in (own, folder):
        if named := re.search(r"(?:^|[/-])tomcat-?(\d{1,2})(?:\.\d+)*(?:/|$)", name):
            return int(named[1]), f"by the folder's name, {name}"
    return 0, ""


def _notes(path: str) -> int:
    if not disk.there(path):
        return 0
    with open(path, "rb") as file:
        return _number(rb"Apache Tomcat Version (\d+)\.", file.read(8192))


def _jar(path: str) -> int:
    if not disk.there(path):
        return 0
    try:
        with zipfile.ZipFile(path) as jar, jar.open(_INFO) as file:
            return _number(rb"server\.info=Apache Tomcat/(\d+)\.", file.read(8192))
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError):
        return 0


def _number(expression: bytes, text: bytes) -> int:
    found = re.search(expression, text)
    return int(found[1]) if found else 0
