#include "db/backup/new_folder.h"

#include <algorithm>

#include "db/boundary.h"
#include "db/store_files.h"
#include "storage/archive.h"

namespace vecstore::db {
namespace {

constexpr const char* kMarker = "UNFINISHED";

std::string without_tmp(const std::string& name) {
  constexpr std::string_view kTemporary = ".tmp";
  return name.ends_with(kTemporary) ? name.substr(0, name.size() - kTemporary.size()) : name;
}

using Names = std::vector<std::string>;

bool is_list(const std::string& name) {
  return name == storage::kBackupFile || storage::is_manifest_name(name);
}

bool is_ours(const std::string& name) {
  return name == kMarker || name == "wal" || name == "segments" || is_list(without_tmp(name));
}

bool is_marked(const Names& names) {
  return std::find(names.begin(), names.end(), kMarker) != names.end() &&
         std::none_of(names.begin(), names.end(), storage::is_manifest_name);
}

// And nothing of anybody else is in it.
bool is_leftover(const Names& names) {
  return is_marked(names) && std::all_of(names.begin(), names.end(), is_ours);
}

}  // namespace

Result<bool> NewFolder::is_unfinished(io::FileSystem& files, const std::string& path) {
  VECSTORE_ASSIGN(const Names names, files.list(path));
  return is_marked(names);
}

Result<std::unique_ptr<NewFolder>> NewFolder::begin(io::FileSystem& files,
                                                    const std::string& path) {
  if (path.empty()) return invalid_argument("the path is empty");
  VECSTORE_ASSIGN(const bool there, files.exists(path));
  bool leftover = false;
  if (there) {
    const Result<std::vector<std::string>> names = files.list(path);
    const bool folder = names.status().code() != Code::kFailedPrecondition;
    if (folder) VECSTORE_TRY(names.status());
    leftover = folder && is_leftover(*names);
    if (!folder || (!names->empty() && !leftover))
      return already_exists("'" + path + "' is there already");
  }
  VECSTORE_TRY(make_durable_folder(files, path));
  std::unique_ptr<NewFolder> made(new NewFolder(files, path, !there || leftover));
  VECSTORE_ASSIGN(made->lock_, files.lock(path + "/" + kMarker));
  VECSTORE_TRY(files.sync_folder(path));  // the marker is there before anything else is
  if (leftover) VECSTORE_TRY(made->clear());
  VECSTORE_TRY(files.make_folder(path + "/wal"));
  VECSTORE_TRY(files.make_folder(path + "/segments"));
  VECSTORE_TRY(files.sync_folder(path));
  return made;
}

Status NewFolder::sync() const {
  VECSTORE_TRY(files_.sync_folder(path_ + "/segments"));
  VECSTORE_TRY(files_.sync_folder(path_ + "/wal"));
  return files_.sync_folder(path_);
}

Status NewFolder::finish() {
  finished_ = true;
  lock_.reset();
  VECSTORE_TRY(files_.remove(path_ + "/" + kMarker));
  return files_.sync_folder(path_);
}

Status NewFolder::clear_part(const std::string& part) {
  VECSTORE_ASSIGN(const bool there, files_.exists(path_ + "/" + part));
  if (!there) return {};
  VECSTORE_ASSIGN(const std::vector<std::string> names, files_.list(path_ + "/" + part));
  for (const std::string& name : names)
    if (storage::is_archive_name(part + "/" + name))
      VECSTORE_TRY(files_.remove(path_ + "/" + part + "/" + name));
  return files_.remove(path_ + "/" + part);
}

// What counts goes first and for good: what it needs is there as long as it is.
Status NewFolder::clear() {
  VECSTORE_ASSIGN(const std::vector<std::string> names, files_.list(path_));
  for (const std::string& name : names)
    if (is_list(without_tmp(name))) VECSTORE_TRY(files_.remove(path_ + "/" + name));
  VECSTORE_TRY(files_.sync_folder(path_));
  VECSTORE_TRY(clear_part("segments"));
  VECSTORE_TRY(clear_part("wal"));
  return files_.sync_folder(path_);
}

NewFolder::~NewFolder() {
  if (finished_ || !lock_) return;
  static_cast<void>(guarded([&]() -> Status {
                      VECSTORE_TRY(clear());  // what stays is known by the marker
                      lock_.reset();
                      VECSTORE_TRY(files_.remove(path_ + "/" + kMarker));
                      return made_ ? files_.remove(path_) : Status();
                    }).ok());
}

}  // namespace vecstore::db
