#include "db/store_files.h"
#include "io/posix_file_system.h"

namespace vecstore::db {

Result<io::FileSystem*> files_of(io::FileSystem* given) {
  return given != nullptr ? given : &io::posix_file_system();
}

}  // namespace vecstore::db
