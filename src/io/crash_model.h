// What a disk may hold after the power fails: a model fed with the operations that a
// FaultFileSystem recorded, which builds every plausible state at that moment.
//
// The model promises no more than POSIX does. A file's bytes are safe after sync(), its name after
// sync_folder(); what came since may be there wholly, partly or not at all, in any order:
//   names     none, all, each prefix and all but one of the creates, renames and removes
//   contents  none, all; per file: each prefix of its writes; cut off, or followed by zeros, at
//             512 B and 4 KiB; each block of either size lost (zeros)
// A rename is atomic. After a failed sync nothing written to that file, or named in that folder, is
// ever safe again. Long unsynced stretches are sampled at eight places spread over them.
//
//   CrashModel model;
//   for (const Operation& operation : files.record()) {
//     model.apply(operation);
//     for (std::size_t i = 0; i < model.state_count(); ++i) check(model.state(i));
//   }
#pragma once

#include <memory>
#include <string>

#include "io/fault_file_system.h"
#include "io/memory_file_system.h"

namespace vecstore::io {

struct CrashState {
  std::string description;
  std::unique_ptr<MemoryFileSystem> disk;
};

class CrashModel {
 public:
  // An empty disk, or one on which all of `start` is safe.
  CrashModel();
  explicit CrashModel(MemoryFileSystem& start);
  CrashModel(CrashModel&&) noexcept;
  ~CrashModel();

  void apply(const Operation& operation);

  // States worth a look after the operations applied so far: in the first nothing unsynced
  // survived, in the last everything. Just one when nothing is unsynced.
  std::size_t state_count() const;
  CrashState state(std::size_t index) const;

  // One of the many combinations beyond those, each file and each name by the toss of `seed`.
  CrashState sample(std::uint64_t seed) const;

 private:
  struct Disk;
  std::unique_ptr<Disk> disk_;
};

}  // namespace vecstore::io
