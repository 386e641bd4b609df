#include "rag/watch/folder_watch.h"

#include <algorithm>
#include <deque>
#include <filesystem>

namespace vecstore {
namespace {

namespace fs = std::filesystem;

bool holds_database(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / "LOCK", error)) return false;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename().native().starts_with("MANIFEST-")) return true;
  }
  return false;
}

}  // namespace

void FolderChanges::add(const FolderChanges& more) {
  paths.insert(more.paths.begin(), more.paths.end());
  everything |= more.everything;
}

Unwatched::Unwatched(const std::vector<std::string>& ignored) {
  for (const std::string& path : ignored) {
    std::error_code error;
    fs::path real = fs::weakly_canonical(fs::absolute(path, error), error);
    if (!real.has_filename()) real = real.parent_path();  // "db/"
    if (!error && !real.empty()) ignored_.push_back(real.native());
  }
}

bool Unwatched::path(std::string_view path) const {
  return std::ranges::any_of(ignored_, [&](const std::string& one) {
    return path.starts_with(one) && (path.size() == one.size() || path[one.size()] == '/');
  });
}

std::vector<std::string> folders_below(const std::string& folder, const Unwatched& unwatched) {
  std::vector<std::string> found;
  std::set<std::string> entered;
  std::deque<fs::path> next = {folder}, links;
  while (!next.empty() || !links.empty()) {
    std::deque<fs::path>& from = next.empty() ? links : next;  // a folder goes before a link to it
    const fs::path path = std::move(from.front());
    from.pop_front();
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error || !entered.insert(real.native()).second) continue;
    if (unwatched.path(real.native()) || holds_database(path)) continue;
    found.push_back(path.native());
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
      std::error_code unknown;
      if (unwatched.name(at->path().filename().native()) || !at->is_directory(unknown)) continue;
      (at->is_symlink(unknown) ? links : next).push_back(at->path());
    }
  }
  return found;
}

Result<std::unique_ptr<FolderWatch>> watch_paths(const std::vector<std::string>& paths,
                                                 const WatchMethod& method) {
  if (method.looking) return watch_by_looking(paths, method);
  Result<std::unique_ptr<FolderWatch>> watch = watch_by_notices(paths, method);
  const Code code = watch.status().code();
  const bool there_are_none = code == Code::kUnimplemented || code == Code::kResourceExhausted;
  return there_are_none ? watch_by_looking(paths, method) : std::move(watch);
}

}  // namespace vecstore
