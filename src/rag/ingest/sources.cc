#include "rag/ingest/sources.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/utf8.h"
#include "rag/loaders/folder_walk.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

// "docs" of "/a/docs/", "../docs" and of "." within it.
std::string base_name(const fs::path& folder) {
  std::error_code error;
  fs::path normal = fs::absolute(folder, error).lexically_normal();
  if (!normal.has_filename()) normal = normal.parent_path();
  return normal.filename().native();
}

Result<fs::file_status> status_of(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return not_found("no such file or folder: '" + path + "'");
  }
  if (error) return Status(Code::kUnknown, "'" + path + "': " + error.message());
  return status;
}

class Lister {
 public:
  explicit Lister(const IngestOptions& options) : options_(options) {}

  Status add(const std::string& path) {
    VECSTORE_ASSIGN(const fs::file_status status, status_of(path));
    std::error_code error;
    if (fs::is_directory(status)) return add_folder(path);
    return add_file(path, fs::is_regular_file(status) ? fs::file_size(path, error) : 0);
  }

  Sources take() {
    std::ranges::stable_sort(out_.files, {}, &SourceFile::source);
    auto same = [](const SourceFile& a, const SourceFile& b) { return a.source == b.source; };
    out_.files.erase(std::unique(out_.files.begin(), out_.files.end(), same), out_.files.end());
    return std::move(out_);
  }

 private:
  Result<std::size_t> root_of(const fs::path& folder, bool whole) {
    std::error_code error;
    fs::path canonical = fs::canonical(folder, error);
    if (error) return Status(Code::kUnknown, "'" + folder.native() + "': " + error.message());
    std::string name = base_name(folder);
    if (name.empty() || !is_valid_utf8(name)) {
      return invalid_argument("folder '" + folder.native() +
                              "' has no name to keep its files under");
    }
    for (std::size_t i = 0; i < out_.roots.size(); ++i) {
      SourceRoot& root = out_.roots[i];
      if (root.name != name) continue;
      if (root.folder != canonical.native()) {
        return invalid_argument("folders '" + root.folder + "' and '" + canonical.native() +
                                "' would both be kept as '" + name + "'");
      }
      root.whole |= whole;
      return i;
    }
    out_.roots.push_back({name, canonical.native(), whole});
    return out_.roots.size() - 1;
  }

  Status add_folder(const std::string& path) {
    VECSTORE_ASSIGN(std::size_t root, root_of(path, true));
    VECSTORE_ASSIGN(FolderFiles found,
                    walk_folder(path, {options_.include, options_.exclude, options_.gitignore}));
    std::string prefix = out_.roots[root].name + "/";
    for (FoundFile& file : found.files) {
      add_source({std::move(file.path), prefix + file.relative, root, false, file.bytes});
    }
    for (WalkProblem& problem : found.problems) {
      out_.problems.push_back({prefix + problem.relative, std::move(problem.status)});
    }
    for (WalkProblem& skip : found.skips) {
      out_.skips.push_back({prefix + skip.relative, std::move(skip.status)});
    }
    return {};
  }

  Status add_file(const std::string& path, std::uint64_t bytes) {
    std::error_code error;
    fs::path absolute = fs::absolute(path, error).lexically_normal();
    VECSTORE_ASSIGN(std::size_t root, root_of(absolute.parent_path(), false));
    std::string source = out_.roots[root].name + "/" + absolute.filename().native();
    add_source({path, std::move(source), root, true, bytes});
    return {};
  }

  void add_source(SourceFile file) {
    if (is_valid_utf8(file.source)) {
      out_.files.push_back(std::move(file));
    } else {
      out_.problems.push_back({file.source, invalid_argument("the name is not valid UTF-8")});
    }
  }

  const IngestOptions& options_;
  Sources out_;
};

// Whether the file, or a folder that it is below, is among those that changed.
bool has_changed(const std::set<std::string>& changed, const Sources& sources,
                 const std::string& source) {
  for (const SourceRoot& root : sources.roots) {
    if (!source.starts_with(root.name + "/")) continue;
    std::string path = root.folder + source.substr(root.name.size());
    for (; path.size() >= root.folder.size() && !path.empty();
         path.resize(path.find_last_of('/') == path.npos ? 0 : path.find_last_of('/'))) {
      if (changed.contains(path)) return true;
    }
  }
  return false;
}

void leave_unchanged(const std::set<std::string>& changed, Sources& sources) {
  std::vector<SourceFile> files;
  for (SourceFile& file : sources.files) {
    if (has_changed(changed, sources, file.source)) {
      files.push_back(std::move(file));
    } else {
      sources.left.push_back(std::move(file.source));
    }
  }
  sources.files = std::move(files);
  const auto other = [&](const IngestNote& note) {
    return !has_changed(changed, sources, note.source);
  };
  std::erase_if(sources.problems, other);
  for (const IngestNote& skip : sources.skips) {
    if (other(skip)) sources.left.push_back(skip.source);
  }
  std::erase_if(sources.skips, other);
}

}  // namespace

Status check_paths(const IngestOptions& options) {
  if (options.paths.empty()) return invalid_argument("no file or folder to ingest");
  for (const std::string& path : options.paths) VECSTORE_TRY(status_of(path).status());
  return {};
}

Result<Sources> list_sources(const IngestOptions& options) {
  VECSTORE_TRY(check_paths(options));
  Lister lister(options);
  for (const std::string& path : options.paths) VECSTORE_TRY(lister.add(path));
  Sources sources = lister.take();
  if (!options.changed.empty()) leave_unchanged(options.changed, sources);
  return sources;
}

}  // namespace vecstore
