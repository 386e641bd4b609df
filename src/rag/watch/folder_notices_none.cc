// Where the system has no notices that we know.
#include "rag/watch/folder_watch.h"

namespace vecstore {

Result<std::unique_ptr<FolderWatch>> watch_by_notices(const std::vector<std::string>&,
                                                      const WatchMethod&) {
  return Status(Code::kUnimplemented, "this system has no notices of changes that are known here");
}

}  // namespace vecstore
