"""YAML, and JSON with it, to plain values with the line of each.

Values are not constructed: a date stays the text it is, and a tag makes no object.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

from sidecar.appconf.log import Conf, Where, refuse

#: Aliases can make of a few lines more values than any configuration has.
_MOST, _DEEPEST = 20_000, 100


class Node(NamedTuple):
    """A text, a list of nodes, or a map of texts to nodes; None is nothing."""

    value: Any
    where: Where

    def get(self, *names: str) -> Node | None:
        """Give what stands below a path of keys, where there is one."""
        node: Node | None = self
        for name in names:
            if node is None or not isinstance(node.value, dict):
                return None
            node = node.value.get(name)
        return node

    def text(self, *names: str, default: str = "") -> str:
        """Give the text below a path of keys."""
        node = self.get(*names)
        return node.value if node and isinstance(node.value, str) else default


def read(conf: Conf) -> list[Node]:
    """Read the documents of a file.

    Raises:
        ConfigError: it is no YAML, or has more values than a configuration has.
    """
    text = conf.text()
    if conf.path.endswith(".json"):
        text = text.replace("\t", " ")  # JSON's blanks; within its texts a tab is none
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    budget = [_MOST]
    try:
        documents = [one for one in yaml.compose_all(text, loader) if one is not None]
        return [_node(conf, one, budget, 0) for one in documents]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error)
        refuse(conf.at(mark.line + 1 if mark else 0), "yaml", said, "well-formed YAML or JSON")
    except RecursionError:
        refuse(conf.at(0), "yaml", "values nested without end", f"values {_DEEPEST} deep")


def _node(conf: Conf, node: Any, budget: list[int], depth: int) -> Node:
    where = conf.at(node.start_mark.line + 1)
    budget[0] -= 1
    if budget[0] < 0:
        refuse(where, "yaml", f"more than {_MOST} values", "a configuration's few")
    if depth > _DEEPEST:
        refuse(where, "yaml", f"values over {_DEEPEST} deep", "a configuration's few")
    if node.id == "scalar":
        nothing = node.tag == "tag:yaml.org,2002:null"
        return Node(None if nothing else node.value, where)
    if node.id == "sequence":
        return Node([_node(conf, one, budget, depth + 1) for one in node.value], where)
    made: dict[str, Node] = {}
    merged: dict[str, Node] = {}
    for key, value in node.value:
        name = key.value if key.id == "scalar" else ""
        one = _node(conf, value, budget, depth + 1)
        if name == "<<":
            for other in one.value if isinstance(one.value, list) else [one]:
                merged = {**(other.value if isinstance(other.value, dict) else {}), **merged}
        else:
            made[name] = one
    return Node({**merged, **made}, where)
