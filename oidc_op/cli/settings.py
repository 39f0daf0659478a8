"""Show every setting, its effective value, and where that came from."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pyramid.paster import get_appsettings

from oidc_op.settings import Declared, Faults, check, read, read_one, table, unknown

from . import add_common
from .answer import answer
from .console import Console, Refused


class Row(NamedTuple):
    """A setting as it is now; ``source`` is ``ini`` or ``default``."""

    key: str
    type: str
    default: str
    value: str
    source: str
    help: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def rows(given: Mapping[str, Any], extension: list[Declared] | None = None) -> list[Row]:
    """The table of settings, with the values that ``given`` leads to."""
    found = []
    for each in table(extension or []):
        value = read_one(each, given, Faults())
        absent = value.__class__.__name__ == "_MISSING_TYPE"
        kind = each.kind.name + (f", {each.kind.unit}" if each.kind.unit else "")
        effective = each.default if absent else value
        found.append(Row(each.key, kind, written(each.default), written(effective), "default" if absent else "ini", each.help))
    return found


def written(value: Any) -> str:
    """``value`` as an ini file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def run_alone(args: argparse.Namespace, console: Console) -> int:
    """Works without a store, and with settings that stop a server; 1 where they do."""
    given = get_appsettings(args.ini)
    given.setdefault("oidc.secret_file", str(Path(args.ini.partition("#")[0]).resolve().with_name("oidc_secret")))
    extension, faults = _declared_by_extensions(given)
    faults.extend(unknown(given, [each.key for each in table(extension)]))
    told = rows(given, extension)
    lines = [line for row in told for line in _lines(row)]
    answer(args, {"settings": [row._asdict() for row in told], "faults": list(faults)}, lines)(console)
    if faults:
        raise Refused("these settings stop the server:", *faults)
    return 0


def _declared_by_extensions(given: Mapping[str, Any]) -> tuple[list[Declared], Faults]:
    """What extensions declare is only known when they are included; what is wrong with the others, without that."""
    from pyramid.config import Configurator

    from oidc_op.directives import configuration

    faults = Faults()
    values = read(given, faults)
    faults.extend(check(values, faults))
    config = Configurator(settings={})
    config.include("oidc_op.directives")
    config.include("oidc_op.security")
    for name in values.includes:
        try:
            config.include(name)
        except Exception as error:  # noqa: BLE001  an extension may fail in any way
            faults.append(f"oidc.includes: {name} cannot be included: {error}")
    return configuration(config).settings, faults


def _lines(row: Row) -> list[str]:
    value = row.value or "(none)"
    default = f"; default {row.default or '(none)'}" if row.source != "default" else ""
    return [f"{row.key} = {value}", f"    {row.help}", f"    {row.type}; from {row.source}{default}", ""]
