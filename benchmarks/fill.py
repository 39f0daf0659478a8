"""``python -m benchmarks.fill --grants 1000000 FOLDER``: a store with so many live grants, and what they cost.

It says how long a start takes with the index and without it, how long it takes to find a grant, and how much memory that
leaves taken. Each start is in a process of its own.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from oidc_op.interfaces import IStoreBackend
from oidc_op.store import close
from oidc_op.store.zodb import initialise_uri_settings

from .filled import Opened, add_grants

PROBES = 2000
QUERY = "connection_pool_size=12&connection_cache_size={}"
KIB = 1024


def settings_of(folder: Path, cache: int) -> dict[str, str]:
    """Return the settings of two files in the folder."""
    names = {"zodbconn.uri": "data.fs", "zodbconn.uri.grants": "grants.fs"}
    return {key: f"file://{folder}/{name}?{QUERY.format(cache)}" for key, name in names.items()}


def fill(folder: Path, count: int, cache: int) -> list[str]:
    """Write the grants and pack; return the keys of some."""
    settings = settings_of(folder, cache)
    folder.mkdir(parents=True, exist_ok=True)
    initialise_uri_settings(settings)
    opened = Opened(settings)
    keys = list(add_grants(opened, count))[::20]
    began = time.monotonic()
    opened.registry.getUtility(IStoreBackend).pack(lambda text: print(text, file=sys.stderr))
    print(f"packed in {time.monotonic() - began:.1f} s", file=sys.stderr)
    close(opened.registry)
    return keys


def resident() -> float:
    """Return the memory of this process in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / KIB for line in lines if line.startswith("VmRSS"))


def probe(folder: Path, cache: int) -> None:
    """Start, read grants one by one, and print how long it took."""
    keys = (folder / "keys").read_text().split()
    before, began = resident(), time.monotonic()
    opened = Opened(settings_of(folder, cache))
    with opened.session() as store:
        assert store.grants.get(keys[0])
        started = time.monotonic() - began
        taken = []
        for number in range(PROBES):
            began = time.perf_counter()
            assert store.grants.get(keys[number * 7919 % len(keys)])
            taken.append(time.perf_counter() - began)
    for _ in range(20):
        with opened.session() as store:
            for number, key in enumerate(store.grants):
                store.grants.get(key)
                if number > 5000:
                    break
    opened_at = resident()
    taken.sort()
    print(
        f"start {started:.2f} s   lookup median {taken[len(taken) // 2] * 1e6:.0f} µs, 99 % {taken[len(taken) * 99 // 100] * 1e6:.0f} µs   "
        f"memory {before:.0f} MB before, {opened_at:.0f} MB after"
    )
    close(opened.registry)


def main(argv: list[str] | None = None) -> int:
    """Fill an empty folder, then measure twice: with the index and without it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fill", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--grants", type=int, default=100_000)
    parser.add_argument("--cache", type=int, default=4000, help="objects that a connection may keep (default 4000)")
    parser.add_argument("--probe", action="store_true", help="only start and look")
    args = parser.parse_args(argv)
    if args.probe:
        probe(args.folder, args.cache)
        return 0
    if not (args.folder / "keys").exists():
        (args.folder / "keys").parent.mkdir(parents=True, exist_ok=True)
        keys = fill(args.folder, args.grants, args.cache)
        (args.folder / "keys").write_text("\n".join(keys))
    print(f"grants.fs: {(args.folder / 'grants.fs').stat().st_size / 1e6:.1f} MB")
    again = [sys.executable, "-m", "benchmarks.fill", str(args.folder), "--cache", str(args.cache), "--probe"]
    for words in ("with its index: ", "without it:     "):
        print(words, end="", flush=True)
        subprocess.run(again, check=True)
        (args.folder / "grants.fs.index").unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
