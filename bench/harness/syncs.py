"""Which calls put data on the disk, counted by strace in the part of a run that peers/session.py has marked."""
import collections
import re
import shutil

MARK = "sched_rr_get_interval"
CALLS = ("fsync", "fdatasync", "msync", "sync_file_range", "syncfs", "sync")
FLAGGED = {"openat": r"\bO_D?SYNC\b", "pwritev2": r"\bRWF_D?SYNC\b"}  # writes that are syncs themselves
UNSEEN = "io_uring_setup"  # what goes that way is not counted

CALL = re.compile(r"^\d+\s+(\w+)\(")  # begun; `<... fsync resumed>` is the end of one that was counted


def missing():
    """Why there is nothing to count with, or an empty text."""
    return "" if shutil.which("strace") else "no strace: run `tools/setup test`"


def tracer(path):
    """The start of a command whose calls are written to the file."""
    return ["strace", "-f", "-qq", "--seccomp-bpf", "-o", str(path), "-e", "trace=" + ",".join([*CALLS, *FLAGGED, UNSEEN, MARK])]


def between_marks(text):
    """A Counter for each pair of marks, and whether the process used a door that strace does not see through."""
    counts, inside, unseen = [], False, False
    for line in text.splitlines():
        begun = CALL.match(line)
        name = begun and begun[1]
        if name == MARK:
            inside = not inside
            if inside:
                counts.append(collections.Counter())
        elif name == UNSEEN:
            unseen = True
        elif name in CALLS and inside:
            counts[-1][name] += 1
        elif name in FLAGGED and inside and re.search(FLAGGED[name], line):
            counts[-1][name] += 1
    if inside:
        raise ValueError("the trace ends before its second mark")
    return counts, unseen
