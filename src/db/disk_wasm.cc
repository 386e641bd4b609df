#include "db/store_files.h"

namespace vecstore::db {

Result<io::FileSystem*> files_of(io::FileSystem* given) {
  if (given != nullptr) return given;
  // unreached: of the build for WebAssembly alone
  return unimplemented("this build has no disk: open the database in memory");
}

}  // namespace vecstore::db
