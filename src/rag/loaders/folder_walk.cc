#include "rag/loaders/folder_walk.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <set>
#include <system_error>

#include "rag/loaders/gitignore.h"
#include "rag/loaders/glob.h"
#include "rag/loaders/loader_registry.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

Status file_error(const std::error_code& error) {
  if (error == std::errc::permission_denied) {
    return Status(Code::kPermissionDenied, error.message());
  }
  if (error == std::errc::no_such_file_or_directory) return not_found(error.message());
  return Status(Code::kUnknown, error.message());
}

// A database lies in the folder that is read, more often than not: its files are nobody's
// documents.
bool holds_database(const std::vector<fs::path>& paths) {
  auto named = [&](auto matches) {
    return std::ranges::any_of(paths,
                               [&](const fs::path& p) { return matches(p.filename().native()); });
  };
  return named([](const std::string& name) { return name == "LOCK"; }) &&
         named([](const std::string& name) { return name.starts_with("MANIFEST-"); });
}

constexpr std::size_t kMaxGitIgnoreBytes = 1 << 20;

class Walker {
 public:
  explicit Walker(const WalkOptions& options) : options_(options) {}

  Status enter_root(const fs::path& root) {
    if (options_.gitignore) read_rules_above(root);
    VECSTORE_TRY(enter({root, {}}));
    run();
    return {};
  }

  FolderFiles take() {
    std::ranges::sort(found_.files, {}, &FoundFile::relative);
    std::ranges::sort(found_.problems, {}, &WalkProblem::relative);
    std::ranges::sort(found_.skips, {}, &WalkProblem::relative);
    return std::move(found_);
  }

 private:
  struct Folder {
    fs::path path;
    std::string relative;  // empty for the root
  };

  // Real folders first, so that a link never takes a file's place under its own name.
  void run() {
    while (!folders_.empty() || !links_.empty()) {
      std::deque<Folder>& queue = folders_.empty() ? links_ : folders_;
      Folder next = std::move(queue.front());
      queue.pop_front();
      report(next.relative, enter(next));
    }
  }

  void report(const std::string& relative, const Status& status) {
    if (!status.ok()) found_.problems.push_back({relative, status});
  }

  Status enter(const Folder& folder) {
    std::error_code error;
    fs::path identity = fs::canonical(folder.path, error);
    if (error) return file_error(error);
    if (!entered_.insert(identity).second) return {};
    fs::directory_iterator entries(folder.path, error);
    if (error) return file_error(error);
    std::vector<fs::path> paths;
    for (; entries != fs::directory_iterator(); entries.increment(error)) {
      paths.push_back(entries->path());
    }
    if (error) return file_error(error);
    if (holds_database(paths)) return {};
    std::ranges::sort(paths);
    if (options_.gitignore) read_rules(folder);
    for (const fs::path& path : paths) add(path, folder.relative);
    return {};
  }

  // Of a repository that the root lies in, the rules above it.
  void read_rules_above(const fs::path& root) {
    std::error_code error;
    const fs::path below = fs::canonical(root, error);
    if (error) return;
    fs::path top = below;
    while (!fs::exists(top / ".git", error)) {
      if (top == top.parent_path()) return;
      top = top.parent_path();
    }
    Folder at{top, {}};
    for (const fs::path& name : below.lexically_relative(top)) {
      if (name == ".") return;
      read_rules(at);  // prefix_ is where it lies
      at.path /= name;
      prefix_ += name.native() + "/";
    }
  }

  // git follows no link to one either.
  void read_rules(const Folder& folder) {
    const fs::path path = folder.path / ".gitignore";
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(path, error))) return;
    const std::string inside = prefix_ + folder.relative;
    Result<std::string> rules = read_file(path.native(), kMaxGitIgnoreBytes);
    report(folder.relative.empty() ? ".gitignore" : folder.relative + "/.gitignore",
           rules.status());
    if (rules.ok()) rules_.add(inside.substr(0, inside.find_last_not_of('/') + 1), *rules);
  }

  bool is_ignored(const fs::path& path, const std::string& relative) const {
    std::error_code error;
    return options_.gitignore &&
           rules_.ignores(prefix_ + relative, fs::is_directory(fs::symlink_status(path, error)));
  }

  void add(const fs::path& path, const std::string& above) {
    std::string name = path.filename().native();
    if (name.starts_with('.')) return;
    std::string relative = above.empty() ? name : above + "/" + name;
    if (any_glob_match(options_.exclude, relative) || is_ignored(path, relative)) return;
    std::error_code error;
    fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
      return report(relative, not_found("a link to what is not there"));
    }
    if (error) return report(relative, file_error(error));
    if (fs::is_directory(status)) {
      bool link = fs::is_symlink(path, error);
      (link ? links_ : folders_).push_back({path, relative});
      return;
    }
    if (!options_.include.empty() && !any_glob_match(options_.include, relative)) return;
    if (fs::is_regular_file(status)) {
      std::uint64_t bytes = fs::file_size(path, error);
      if (error) return report(relative, file_error(error));
      found_.files.push_back({path.native(), relative, bytes});
    } else {
      found_.skips.push_back({relative, unimplemented("not a file: a pipe, socket or device")});
    }
  }

  const WalkOptions& options_;
  FolderFiles found_;
  GitIgnore rules_;
  std::string prefix_;  // of the root within its repository: "" or "docs/guide/"
  std::set<fs::path> entered_;
  std::deque<Folder> folders_;
  std::deque<Folder> links_;
};

}  // namespace

Result<FolderFiles> walk_folder(const std::string& folder, const WalkOptions& options) {
  Walker walker(options);
  Status status = walker.enter_root(folder);
  if (!status.ok()) return status.with_context("folder '" + folder + "'");
  return walker.take();
}

}  // namespace vecstore
