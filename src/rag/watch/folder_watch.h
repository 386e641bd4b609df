// Says which files changed below folders.
//
// Two ways: by the system's notices where it has them (Linux: inotify), at once and at no cost
// while nothing happens; or by looking, which works everywhere, network folders included, and costs
// a walk each time. What is told may have changed or not; what changed is told. What ingest never
// reads is not watched: names that begin with a dot, and folders that hold a database.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/status.h"

namespace vecstore {

struct FolderChanges {
  // Files and folders: below the canonical path of what was named. A folder stands for all below.
  std::set<std::string> paths = {};
  bool everything = false;  // notices were lost, or what is read was chosen anew: look at all

  bool empty() const { return paths.empty() && !everything; }
  void add(const FolderChanges& more);
};

// One thread at a time.
class FolderWatch {
 public:
  virtual ~FolderWatch() = default;

  virtual std::string_view method() const = 0;  // "notices" or "looking"

  // Returns with the first changes, and those that came with them; empty when the time is over or
  // the token says so, which is looked at ten times a second. Changes are told from the making of
  // the watch on, each once.
  virtual Result<FolderChanges> wait(std::chrono::milliseconds timeout,
                                     const CancelToken& cancel) = 0;
};

struct WatchMethod {
  bool looking = false;                      // even where there are notices
  std::chrono::milliseconds interval{2000};  // between two looks, at least 1 ms
  // Nothing at or below them is told: the database that is written to may lie in a folder that is
  // watched, and need not be there yet.
  std::vector<std::string> ignored = {};
};

// `paths`: files and folders that are there. Where notices cannot be had (the system's limit of
// folders is reached), by looking.
Result<std::unique_ptr<FolderWatch>> watch_paths(const std::vector<std::string>& paths,
                                                 const WatchMethod& method);

// By notices. kUnimplemented where the system has none; kResourceExhausted at its limits.
Result<std::unique_ptr<FolderWatch>> watch_by_notices(const std::vector<std::string>& paths,
                                                      const WatchMethod& method);
Result<std::unique_ptr<FolderWatch>> watch_by_looking(const std::vector<std::string>& paths,
                                                      const WatchMethod& method);

// What is left out of a watch.
class Unwatched {
 public:
  // As far as they are there, links in them are followed.
  explicit Unwatched(const std::vector<std::string>& ignored);

  // An entry of that name in a watched folder.
  bool name(std::string_view name) const { return name.starts_with('.') && name != ".gitignore"; }
  bool path(std::string_view path) const;

 private:
  std::vector<std::string> ignored_;
};

// `folder` and all below that are watched, links to folders followed, each folder once.
std::vector<std::string> folders_below(const std::string& folder, const Unwatched& unwatched);

}  // namespace vecstore
