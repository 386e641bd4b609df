// By looking: what a walk finds now, beside what the last one found.
#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "base/clock.h"
#include "base/sync.h"
#include "rag/watch/folder_watch.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

struct Stamp {
  fs::file_time_type changed = {};
  std::uintmax_t bytes = 0;
  bool folder = false;
  bool operator==(const Stamp&) const = default;
};
using Stamps = std::map<std::string, Stamp>;

Stamp stamp_of(const fs::path& path) {
  std::error_code unknown;
  Stamp stamp;
  stamp.folder = fs::is_directory(path, unknown);
  if (stamp.folder) return stamp;  // its entries stand for themselves
  stamp.changed = fs::last_write_time(path, unknown);
  stamp.bytes = fs::is_regular_file(path, unknown) ? fs::file_size(path, unknown) : 0;
  return stamp;
}

class LookingWatch final : public FolderWatch {
 public:
  LookingWatch(std::vector<std::string> given, std::vector<std::string> paths,
               const WatchMethod& method)
      : given_(std::move(given)),
        paths_(std::move(paths)),
        interval_(method.interval),
        unwatched_(method.ignored),
        seen_(look()) {}

  std::string_view method() const override { return "looking"; }

  Result<FolderChanges> wait(std::chrono::milliseconds timeout,
                             const CancelToken& cancel) override {
    const double end_ms = monotonic_ms() + static_cast<double>(timeout.count());
    while (!cancel.cancelled()) {
      if (monotonic_ms() >= next_ms_) {
        FolderChanges changes = compare();
        if (!changes.empty()) return changes;
      }
      if (monotonic_ms() >= end_ms) break;
      const double until_ms = std::min({end_ms, next_ms_, monotonic_ms() + 100});
      pause(std::max<std::int64_t>(1, static_cast<std::int64_t>(until_ms - monotonic_ms())));
    }
    return FolderChanges();
  }

 private:
  // Nobody ends it: a watch is asked for changes, not told of them.
  void pause(std::int64_t ms) {
    MutexLock lock(mutex_);
    time_.wait_for(mutex_, ms);
  }

  // A link that was named may lead elsewhere by now; what is not there keeps its place.
  void find_places() {
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      std::error_code error;
      const std::string real = fs::canonical(given_[i], error).native();
      if (error || real == paths_[i]) continue;
      paths_[i] = real;
      elsewhere_ = true;
    }
  }

  Stamps look() {
    next_ms_ = monotonic_ms() + static_cast<double>(interval_.count());
    find_places();
    Stamps stamps;
    for (const std::string& path : paths_) {
      if (stamps.emplace(path, stamp_of(path)).first->second.folder) look_below(path, stamps);
    }
    return stamps;
  }

  void look_below(const std::string& root, Stamps& stamps) const {
    for (const std::string& folder : folders_below(root, unwatched_)) {
      std::error_code error;
      for (fs::directory_iterator at(folder, error), end; !error && at != end;
           at.increment(error)) {
        if (!unwatched_.name(at->path().filename().native()) &&
            !unwatched_.path(at->path().native()))
          stamps.emplace(at->path().native(), stamp_of(at->path()));
      }
    }
  }

  FolderChanges compare() {
    Stamps now = look();
    FolderChanges changes;
    changes.everything = std::exchange(elsewhere_, false);
    const auto changed = [&](const std::string& path) {
      changes.paths.insert(path);
      changes.everything |= fs::path(path).filename() == ".gitignore";
    };
    for (const auto& [path, stamp] : now) {
      const auto before = seen_.find(path);
      if (before == seen_.end() || before->second != stamp) changed(path);
    }
    for (const auto& [path, stamp] : seen_) {
      if (!now.contains(path)) changed(path);
    }
    seen_ = std::move(now);
    return changes;
  }

  std::vector<std::string> given_, paths_;  // absolute; canonical
  bool elsewhere_ = false;                  // one of the paths changed
  std::chrono::milliseconds interval_;
  Unwatched unwatched_;
  double next_ms_ = 0;
  Stamps seen_;
  Mutex mutex_;
  CondVar time_;
};

}  // namespace

Result<std::unique_ptr<FolderWatch>> watch_by_looking(const std::vector<std::string>& paths,
                                                      const WatchMethod& method) {
  if (method.interval.count() < 1)
    return invalid_argument("the interval of looks must be at least 1 ms");
  std::vector<std::string> given, canonical;
  for (const std::string& path : paths) {
    std::error_code error;
    canonical.push_back(fs::canonical(path, error).native());
    if (!error) given.push_back(fs::absolute(path, error).native());
    if (error) return not_found("no such file or folder: '" + path + "'");
  }
  return std::unique_ptr<FolderWatch>(
      std::make_unique<LookingWatch>(std::move(given), std::move(canonical), method));
}

}  // namespace vecstore
