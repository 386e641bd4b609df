"""What is counted in a trace, and that a real process that syncs n times is counted n times."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import harness_path  # noqa: F401
from harness import syncs

TRACE = """10 fsync(3) = 0
10 sched_rr_get_interval(0, {tv_sec=0, tv_nsec=100000000}) = 0
11 fdatasync(4 <unfinished ...>
10 openat(AT_FDCWD, "fsync(9)", O_RDWR|O_CREAT, 0666) = 5
11 <... fdatasync resumed>) = 0
10 msync(0x7f, 4096, MS_SYNC) = 0
10 pwritev2(5, [{iov_base="a", iov_len=1}], 1, 0, RWF_DSYNC) = 1
10 pwritev2(5, [{iov_base="a", iov_len=1}], 1, 0, 0) = 1
10 openat(AT_FDCWD, "log", O_WRONLY|O_DSYNC) = 6
10 sched_rr_get_interval(0, {tv_sec=0, tv_nsec=100000000}) = 0
10 fsync(3) = 0
10 sched_rr_get_interval(0, {tv_sec=0, tv_nsec=100000000}) = 0
10 sched_rr_get_interval(0, {tv_sec=0, tv_nsec=100000000}) = 0
10 fsync(3) = 0
"""

WRITER = """import os, sys
sys.path.insert(0, {bench!r})
from peers.session import mark
with open({path!r}, "wb", buffering=0) as file:
    os.fsync(file.fileno())
    for count in (3, 0):
        mark()
        for _ in range(count):
            file.write(b"x")
            os.fdatasync(file.fileno())
        mark()
"""


class Syncs(unittest.TestCase):
    def test_only_what_is_between_two_marks_counts_and_a_resumed_call_counts_once(self):
        counts, unseen = syncs.between_marks(TRACE)
        self.assertEqual(counts, [{"fdatasync": 1, "msync": 1, "pwritev2": 1, "openat": 1}, {}])
        self.assertFalse(unseen)

    def test_a_trace_without_its_second_mark_is_refused(self):
        with self.assertRaises(ValueError):
            syncs.between_marks(TRACE.rpartition("10 sched")[0])

    def test_a_door_that_is_not_seen_through_is_said(self):
        self.assertTrue(syncs.between_marks("7 io_uring_setup(8, {flags=0}) = 3\n")[1])

    @unittest.skipIf(syncs.missing(), syncs.missing())
    def test_a_process_that_syncs_three_times_is_counted_three_times(self):
        harness_path.need_numpy()
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            script = WRITER.format(bench=str(harness_path.ROOT / "bench"), path=str(folder / "file"))
            done = subprocess.run([*syncs.tracer(folder / "trace"), sys.executable, "-c", script], capture_output=True, text=True, check=False)
            if "ptrace" in done.stderr or "PTRACE" in done.stderr:
                self.skipTest(f"strace may not trace here: {done.stderr.strip()[:100]}")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(syncs.between_marks((folder / "trace").read_text())[0], [{"fdatasync": 3}, {}])

    def test_strace_is_named_when_it_is_missing(self):
        found, shutil.which = shutil.which, lambda _: None
        self.addCleanup(setattr, shutil, "which", found)
        self.assertIn("strace", syncs.missing())


if __name__ == "__main__":
    unittest.main()
