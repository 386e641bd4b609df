// By the notices of Linux: inotify(7). A folder has a watch of its own, so a new one is watched
// before it is told, and told whole: what was put into it before that is below it.
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "rag/watch/folder_watch.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kNoticed = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_DELETE |
                                   IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF |
                                   IN_ATTRIB | IN_ONLYDIR;

class NoticesWatch final : public FolderWatch {
 public:
  NoticesWatch(int descriptor, const WatchMethod& method)
      : descriptor_(descriptor), unwatched_(method.ignored) {}
  ~NoticesWatch() override { ::close(descriptor_); }

  std::string_view method() const override { return "notices"; }

  Status add(const std::string& path) {
    std::error_code error;
    const std::string given = fs::absolute(path, error).native();
    const std::optional<Place> place = error ? std::nullopt : place_of(given);
    if (!place) return not_found("no such file or folder: '" + path + "'");
    named_.emplace_back(given, *place);
    return watch_place(*place);
  }

  Result<FolderChanges> wait(std::chrono::milliseconds timeout,
                             const CancelToken& cancel) override {
    FolderChanges changes;
    const double end_ms = monotonic_ms() + static_cast<double>(timeout.count());
    while (!cancel.cancelled()) {
      VECSTORE_TRY(find_other_places(changes));
      if (!changes.empty()) return changes;
      const double left_ms = std::max(0.0, end_ms - monotonic_ms());
      pollfd ready{descriptor_, POLLIN, 0};
      const int count = ::poll(&ready, 1, static_cast<int>(std::min(left_ms, 100.0)));
      if (count > 0) {
        VECSTORE_TRY(read_notices(changes));
        if (!changes.empty()) return changes;
      } else if (count < 0 && errno != EINTR) {
        return Status(Code::kUnknown, std::string("waiting for notices: ") + std::strerror(errno));
      }
      if (left_ms == 0) break;
    }
    return changes;
  }

 private:
  // Where something that was named lies now. A link to it may be set anew, and a folder above it
  // be replaced, of which no notice tells.
  struct Place {
    std::string real = {};
    std::string folder = {};  // that is watched: itself, or that of the file
    dev_t device = 0;         // of the folder
    ino_t inode = 0;
    bool operator==(const Place&) const = default;
    bool whole() const { return real == folder; }
  };

  static std::optional<Place> place_of(const std::string& given) {
    std::error_code error;
    const fs::path real = fs::canonical(given, error);
    if (error) return std::nullopt;
    const fs::path folder = fs::is_directory(real, error) ? real : real.parent_path();
    struct stat about = {};
    if (::stat(folder.c_str(), &about) != 0) return std::nullopt;
    return Place{real.native(), folder.native(), about.st_dev, about.st_ino};
  }

  Status watch_place(const Place& place) {
    return place.whole() ? watch_below(place.folder) : watch(place.folder);
  }

  // What went meanwhile is no error: its folder's notice says so.
  Status watch(const std::string& folder) {
    const int id = ::inotify_add_watch(descriptor_, folder.c_str(), kNoticed);
    if (id >= 0) {
      folders_[id] = folder;
    } else if (errno == ENOSPC || errno == ENOMEM) {
      return Status(Code::kResourceExhausted,
                    "the system watches no more folders (fs.inotify.max_user_watches)");
    }
    return {};
  }

  Status watch_below(const std::string& folder) {
    for (const std::string& below : folders_below(folder, unwatched_)) VECSTORE_TRY(watch(below));
    return {};
  }

  // What was named and is there again, or elsewhere. Others may be named below what is forgotten,
  // so all is watched anew.
  Status find_other_places(FolderChanges& changes) {
    bool found = false;
    for (auto& [given, place] : named_) {
      const std::optional<Place> now = place_of(given);
      if (!now || (*now == place && !lost_.contains(place.folder))) continue;
      forget_below(place.folder);
      place = *now;
      found = true;
    }
    if (!found) return {};
    changes.everything = true;
    for (const auto& [given, place] : named_) VECSTORE_TRY(watch_place(place));
    std::erase_if(lost_, [](const std::string& folder) {
      std::error_code error;
      return fs::is_directory(folder, error);
    });
    return {};
  }

  Status read_notices(FolderChanges& changes) {
    alignas(inotify_event) std::array<char, std::size_t{64} * 1024> buffer;
    const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) return {};
    if (size < 0)
      return Status(Code::kUnknown, std::string("reading notices: ") + std::strerror(errno));
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const char* name = event.len > 0 ? buffer.data() + at + sizeof(event) : "";
      VECSTORE_TRY(take(event, name, changes));
      at += sizeof(event) + event.len;
    }
    return {};
  }

  Status take(const inotify_event& event, const std::string& name, FolderChanges& changes) {
    if (event.mask & IN_Q_OVERFLOW) {
      changes.everything = true;  // folders may have come unseen
      for (const auto& [given, place] : named_) VECSTORE_TRY(watch_place(place));
      return {};
    }
    const auto known = folders_.find(event.wd);
    if (known == folders_.end()) return {};
    const std::string folder = known->second;
    if (event.mask & IN_IGNORED) return folders_.erase(known), Status();
    if (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF)) return lose(folder, changes), Status();
    const std::string path = folder + "/" + name;
    if (name.empty() || unwatched_.name(name) || unwatched_.path(path)) return {};
    changes.paths.insert(path);
    changes.everything |= name == ".gitignore";
    if (!(event.mask & IN_ISDIR) && !is_folder(path)) return {};
    if (event.mask & IN_MOVED_FROM) forget_below(path);
    const bool deep = is_below_root(folder);
    return event.mask & (IN_CREATE | IN_MOVED_TO) && deep ? watch_below(path) : Status();
  }

  static bool is_folder(const std::string& path) {
    std::error_code error;
    return fs::is_directory(path, error);  // a link to one, too
  }

  bool is_below_root(const std::string& folder) const {
    return std::ranges::any_of(named_, [&](const auto& named) {
      const Place& place = named.second;
      return place.whole() && (folder == place.real || folder.starts_with(place.real + "/"));
    });
  }

  // Of a folder within another, that one's notice tells.
  void lose(const std::string& folder, FolderChanges& changes) {
    const auto is_it = [&](const auto& named) { return named.second.folder == folder; };
    if (std::ranges::none_of(named_, is_it)) return;
    forget_below(folder);
    lost_.insert(folder);
    changes.everything = true;
  }

  // What moved away is not ours any more, or comes again under its new name.
  void forget_below(const std::string& path) {
    for (auto at = folders_.begin(); at != folders_.end();) {
      const bool below = at->second == path || at->second.starts_with(path + "/");
      if (below) ::inotify_rm_watch(descriptor_, at->first);
      at = below ? folders_.erase(at) : std::next(at);
    }
  }

  int descriptor_;
  Unwatched unwatched_;
  std::vector<std::pair<std::string, Place>> named_;
  std::set<std::string> lost_;          // folders of what was named that are not there
  std::map<int, std::string> folders_;  // by the watch
};

}  // namespace

Result<std::unique_ptr<FolderWatch>> watch_by_notices(const std::vector<std::string>& paths,
                                                      const WatchMethod& method) {
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0)
    return Status(Code::kResourceExhausted,
                  std::string("the system gives no notices: ") + std::strerror(errno));
  auto watch = std::make_unique<NoticesWatch>(descriptor, method);
  for (const std::string& path : paths) VECSTORE_TRY(watch->add(path));
  return std::unique_ptr<FolderWatch>(std::move(watch));
}

}  // namespace vecstore
