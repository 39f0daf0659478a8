"""Show every setting, its effective value, and where that came from."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping
from dataclasses import MISSING
from pathlib import Path
from typing import NamedTuple

from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError

from oidc_op.config.configuration import configuration
from oidc_op.config.django_settings import adopt
from oidc_op.config.settings import Declared, table
from oidc_op.config.settings_reader import STOPPED, Faults, RefusedSettings, read, read_one
from oidc_op.secret import ENVIRONMENT
from oidc_op.store import factory_of, package
from oidc_op.store.zodb import our_uris

from . import add_common
from .command import Command
from .console import Console, Refused
from .ini import settings_of
from .output import answer
from .run import quiet

SECRET, STORE = "oidc.secret_file", "oidc.store"


class Row(NamedTuple):
    """A setting as it is now; ``source`` is ``ini``, the other name it was given under, ``default…`` or ``environment…``."""

    key: str
    type: str
    default: str
    value: str
    source: str
    help: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def rows(
    given: Mapping[str, object], extension: Iterable[Declared] = (), secret_file: str = "", former: Mapping[str, str] | None = None
) -> list[Row]:
    """The table of settings, with the values that ``given`` leads to.

    ``secret_file`` is the one beside the ini file; ``former`` has the names that django-oidc-provider gives, by ours.
    """
    found = [_row(each, given, (former or {}).get(each.key, "ini")) for each in table(extension)]
    return [_secret(row, secret_file) if row.key == SECRET else row for row in found]


def _row(declared: Declared, given: Mapping[str, object], name: str) -> Row:
    value = read_one(declared, given, Faults())
    kind = declared.kind.name + (f", {declared.kind.unit}" if declared.kind.unit else "")
    effective, source = (declared.default, "default") if value is MISSING else (value, name)
    return Row(declared.key, kind, written(declared.default), written(effective), source, declared.help)


def _secret(row: Row, beside: str) -> Row:
    """The secret's file is found last: the environment outranks it, and where nothing is said it lies beside the ini file."""
    if os.environ.get(ENVIRONMENT):
        return row._replace(value="", source=f"environment, {ENVIRONMENT}")
    if row.source == "default" and beside:
        return row._replace(value=beside, source="default, beside the ini")
    return row


def written(value: object) -> str:
    """``value`` as an ini file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def run_alone(args: argparse.Namespace, console: Console) -> int:
    """Works without a store, and with settings that stop a server; 1 where they do."""
    given = settings_of(args.ini)
    beside = str(Path(args.ini.partition("#")[0]).resolve().with_name("oidc_secret"))
    extension, faults = judged({SECRET: beside, **given})
    former = adopt(given, [])  # contradictions are among the faults
    told = rows(given, extension, "" if SECRET in given else beside, former)
    lines = [line for row in told for line in _lines(row)]
    answer(args, {"settings": [row._asdict() for row in told], "faults": faults}, lines)(console)
    if faults:
        raise Refused(STOPPED, *faults)
    return 0


def judged(given: Mapping[str, object]) -> tuple[list[Declared], list[str]]:
    """Return the settings that extensions declare, and all faults. Everything is included for that, over a store in memory."""
    config, broken = Configurator(settings=dict(given) | {STORE: "memory"}), []
    try:
        with quiet():
            config.include("oidc_op")
            config.commit()
    except Exception as error:  # noqa: BLE001  an extension may fail in any way
        cause = getattr(error, "evalue", error)
        if not isinstance(cause, RefusedSettings):
            broken.append("; ".join([str(cause) or repr(cause), *getattr(cause, "__notes__", [])]))
    return configuration(config).settings, [*config.registry.oidc_faults, *fault_of_store(config, given), *broken]


def fault_of_store(config: Configurator, given: Mapping[str, object]) -> list[str]:
    """Return the faults of the store's settings, whether or not the store is there yet."""
    named = read(given, Faults()).store
    try:
        if named == "zodb":
            our_uris(given)
        elif named == "sql":
            package(named).url_of(given)
        elif named != "memory":
            factory_of(config, named)
    except ConfigurationError as error:
        return [str(error)]
    return []


def _lines(row: Row) -> list[str]:
    value = row.value or "(none)"
    default = "" if row.source.startswith("default") else f"; default {row.default or '(none)'}"
    return [f"{row.key} = {value}", f"    {row.help}", f"    {row.type}; from {row.source}{default}", ""]


COMMAND = Command(add_arguments=add_arguments, run_alone=run_alone)
