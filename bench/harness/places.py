"""Where things lie: what is computed once is kept in the cache folder, what was measured goes to bench/results."""
import os
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench" / "results"


def cache():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "vecstore" / "bench"


def manuals():
    return cache().parent / "docs"


def in_place(target, fill):
    """The folder `target`, made by fill(scratch) when it is not there: whole or not at all, whatever interrupts."""
    if target.exists():
        return target
    scratch = target.with_name(f"{target.name}.part-{os.getpid()}")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        fill(scratch)
        try:
            scratch.rename(target)
        except OSError:
            if not target.exists():  # else another process was first with the same
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target
