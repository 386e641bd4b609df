// The disk, through POSIX calls. Left out where there is none (WebAssembly).
//
// Interrupted and partial reads and writes are carried on; sync() is fdatasync; descriptors are not
// inherited by child processes. A lock is flock() on a file that names the holder: it vanishes with
// the process, so a file left behind by a dead one never blocks. Safe from many threads.
#pragma once

#include "io/file_system.h"

namespace vecstore::io {

// Lives as long as the program.
FileSystem& posix_file_system();

}  // namespace vecstore::io
