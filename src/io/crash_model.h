// What a disk may hold after the power fails: a model fed with the operations that a
// FaultFileSystem recorded, which builds every plausible state at that moment.
//
// The model promises no more than POSIX does. A file's bytes are safe after sync(), its name after
// sync_folder(); what came since may be there wholly, partly or not at all, in any order:
//   names     none, all, each prefix and all but one of the creates, renames and removes
//   contents  none, all; per file: each prefix of its appends, the last append cut off or followed
//   by
//             zeros at 512 B and 4 KiB, and each block of either size lost (zeros)
// A rename is atomic. After a failed sync nothing of that file is ever safe again.
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
  ~CrashModel();

  void apply(const Operation& operation);

  // States worth a look after the operations applied so far; state 0 is the one where nothing
  // unsynced survived, state 1 the one where everything did (they may be the same).
  std::size_t state_count() const;
  CrashState state(std::size_t index) const;

  // One of the many combinations beyond those: each file and each name by the toss of `seed`.
  CrashState sample(std::uint64_t seed) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vecstore::io
