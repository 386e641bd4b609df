"""Finds the harness, and numpy: here, or in one of the environments that tools/setup makes."""
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "bench"))


def need_numpy():
    try:
        import numpy  # noqa: F401
        return
    except ImportError:
        pass
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "vecstore"
    for python in (cache / "venv" / "bin" / "python", cache / "bench" / "venv" / "bin" / "python"):
        if python.exists() and os.environ.get("VECSTORE_SOUGHT_NUMPY") != str(python):
            os.environ["VECSTORE_SOUGHT_NUMPY"] = str(python)
            os.execv(python, [str(python), *sys.argv])
    print("skipped: no numpy (tools/setup test brings it)")
    sys.exit(77)
