"""The ini file of a command: read before anything else, and what is wrong with it said in a sentence."""

from __future__ import annotations

import codecs
from configparser import DuplicateOptionError, DuplicateSectionError, Error, InterpolationError, MissingSectionHeaderError, ParsingError
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from pyramid.paster import get_appsettings

from oidc_op.interfaces import JSONObject
from oidc_op.store.files import reason_of

from .console import UsageError

START = 8  # bytes that are looked at for a byte order mark


def settings_of(ini: str) -> JSONObject:
    """The settings of the application that ``ini`` describes: a file, perhaps with ``#name`` of its section.

    :raises UsageError: the file is not there, cannot be read, or is no such ini file.
    """
    path, _, name = ini.partition("#")
    try:
        with Path(path).open("rb") as file:
            begins_with_mark = file.read(START).startswith(codecs.BOM_UTF8)
        if begins_with_mark:
            raise UsageError(f"{path}: begins with a byte order mark; save it as UTF-8 without one (BOM)")
        return get_appsettings(ini)
    except FileNotFoundError as error:
        there = error.filename is not None and Path(str(error.filename)) != Path(path)
        raise UsageError(f"{path}: {reason_of(error)}" if there else f"there is no file {path}") from error
    except OSError as error:
        raise UsageError(f"cannot read {reason_of(error)}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8 text") from error
    except PackageNotFoundError as error:
        raise UsageError(f"{path}: names the egg {error.name}, which is not installed here") from error
    except Error as error:
        raise UsageError(f"{path}: {_fault(error)}") from error
    except LookupError as error:
        wanted = f"[app:{name or 'main'}]"
        text = " ".join(str(error.args[0] if error.args else error).split())
        raise UsageError(f"{path}: has no section {wanted}" if text.startswith("No section") else f"{path}: {text}") from error
    except (ImportError, AttributeError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: {' '.join(str(error).split()) or error.__class__.__name__}") from error


def _fault(error: Error) -> str:
    """Return ConfigParser's complaint, with the line number where it has one."""
    if isinstance(error, MissingSectionHeaderError):
        return f"line {error.lineno}: {error.line.strip()!r} stands in no section; one begins with a line such as [app:main]"
    if isinstance(error, ParsingError):
        return "; ".join(f"line {number}: {line} is not name = value" for number, line in error.errors)
    if isinstance(error, DuplicateSectionError):
        return f"line {error.lineno}: the section [{error.section}] is there twice"
    if isinstance(error, DuplicateOptionError):
        return f"line {error.lineno}: {error.option} is there twice in [{error.section}]"
    if isinstance(error, InterpolationError):
        return f"{error.option} in [{error.section}]: %(…)s must name another setting; %% writes a percent sign"
    return " ".join(str(error).split())
