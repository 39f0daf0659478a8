"""The text of an apply file as data: JSON or YAML, each name once in its mapping."""

from __future__ import annotations

import json
from typing import Any

import yaml

from oidc_op.interfaces import JSONObject


def read_document(text: str, *, as_json: bool) -> object:
    """Parse ``text``.

    :raises ValueError: it is neither, names something twice, or is nested too deeply; says where.
    """
    try:
        return json.loads(text, object_pairs_hook=_distinct) if as_json else yaml.load(text, Strict)  # noqa: S506  on SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).replace('"<unicode string>", ', "").split())) from error
    except RecursionError:
        raise ValueError("is nested too deeply") from None


class Strict(yaml.SafeLoader):
    """YAML's plain types, where a name stands once in its mapping and is a string, and nothing stands for something else.

    Aliases of aliases make a small file a huge one, in a server that may be running.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases are not accepted; write it out", self.get_mark())
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  PyYAML's signature
        seen = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            if key.tag != "tag:yaml.org,2002:str":
                raise yaml.constructor.ConstructorError(None, None, f"the name {_shown(key)} must be a string; quote it", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is there twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _shown(key: object) -> str:
    return str(key.value) if isinstance(key, yaml.ScalarNode) else "of this member"


def _distinct(pairs: list[tuple[str, object]]) -> JSONObject:
    found: JSONObject = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name} is there twice in one object")
        found[name] = value
    return found
