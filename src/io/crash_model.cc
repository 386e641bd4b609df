#include "io/crash_model.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/random.h"
#include "io/crash_disk.h"

namespace vecstore::io {
namespace {

// Which unsynced changes survive.
struct Plan {
  std::vector<bool> names;                      // one for each pending change
  std::map<std::size_t, ContentFate> contents;  // by file; files without one keep what is safe
  std::string description;
};

}  // namespace

struct CrashModel::Disk {
  std::vector<CrashFile> files;
  Names safe_names;
  Names names;  // as the program sees them
  std::vector<NameChange> pending;
  std::set<std::string> failed_folders;         // whose sync failed once
  std::map<std::uint64_t, std::size_t> opened;  // Operation::file to index in `files`
  mutable std::vector<Plan> plans;              // of the present moment, made when asked for

  void apply(const Operation& operation);
  void apply_to_content(const Operation& operation);
  void apply_to_names(const Operation& operation);
  const std::vector<Plan>& all_plans() const;
  CrashState build(const Plan& plan) const;

  void change_name(NameChange change);
  void make_file(const std::string& path);
  void make_folders(const std::string& path);
  void rename(const std::string& from, const std::string& to);
  void sync_file(CrashFile& file, bool ok);
  void sync_folder(const std::string& folder, bool ok);

  std::map<std::size_t, std::vector<ContentFate>> fates() const;
  std::vector<Plan> name_plans() const;
  std::vector<Plan> make_plans() const;
};

void CrashModel::Disk::change_name(NameChange change) {
  change.folder = folder_of(change.made.empty() ? change.removed : change.made);
  apply_change(change, names);
  pending.push_back(std::move(change));
}

void CrashModel::Disk::make_file(const std::string& path) {
  if (names.contains(path)) return;
  files.emplace_back();
  change_name({.made = path, .file = files.size() - 1});
}

void CrashModel::Disk::make_folders(const std::string& path) {
  if (path.empty() || names.contains(path)) return;
  make_folders(folder_of(path));
  change_name({.made = path});
}

void CrashModel::Disk::rename(const std::string& from, const std::string& to) {
  const auto at = names.find(from);
  if (at == names.end() || from == to) return;
  change_name({.removed = from, .made = to, .file = at->second});
}

void CrashModel::Disk::sync_file(CrashFile& file, bool ok) {
  if (!ok) file.sync_failed = true;
  if (file.sync_failed) return;
  file.safe = content_after(file, content_fates(file).back());
  file.pending.clear();
}

void CrashModel::Disk::sync_folder(const std::string& folder, bool ok) {
  if (!ok) failed_folders.insert(folder);
  if (failed_folders.contains(folder)) return;
  std::vector<NameChange> rest;
  for (NameChange& change : pending) {
    if (change.folder == folder) {
      apply_change(change, safe_names);
    } else {
      rest.push_back(std::move(change));
    }
  }
  pending = std::move(rest);
}

// A write that failed may have left a part behind; a sync that failed leaves everything in doubt.
void CrashModel::Disk::apply_to_content(const Operation& operation) {
  const auto at = opened.find(operation.file);
  if (at == opened.end()) return;
  CrashFile& file = files[at->second];
  if (operation.kind == OperationKind::kSync) {
    sync_file(file, operation.result.ok());
  } else if (operation.kind == OperationKind::kTruncate && operation.result.ok()) {
    file.pending.push_back({.truncate_to = operation.size});
  } else if (!operation.data.empty()) {
    file.pending.push_back({.size_before = operation.offset, .data = operation.data});
  }
}

void CrashModel::Disk::apply_to_names(const Operation& operation) {
  const std::string path = normal_path(operation.path).value_or("");
  switch (operation.kind) {
    case OperationKind::kCreate:
      make_file(path);
      opened[operation.file] = names[path];
      return;
    case OperationKind::kLock:
      return make_file(path);
    case OperationKind::kMakeFolder:
      return make_folders(path);
    case OperationKind::kRename:
      return rename(path, normal_path(operation.to).value_or(""));
    case OperationKind::kRemove:
      return change_name({.removed = path});
    default:
      return;
  }
}

void CrashModel::Disk::apply(const Operation& operation) {
  plans.clear();
  switch (operation.kind) {
    case OperationKind::kAppend:
    case OperationKind::kTruncate:
    case OperationKind::kSync:
      return apply_to_content(operation);
    case OperationKind::kSyncFolder:
      return sync_folder(normal_path(operation.path).value_or(""), operation.result.ok());
    default:
      if (operation.result.ok()) apply_to_names(operation);
  }
}

// The fates of each file that has unsynced changes and a name that may lead to it.
std::map<std::size_t, std::vector<ContentFate>> CrashModel::Disk::fates() const {
  std::set<std::size_t> named;
  for (const auto& [path, file] : safe_names) named.insert(file);
  for (const NameChange& change : pending) named.insert(change.file);
  named.erase(NameChange::kFolder);
  std::map<std::size_t, std::vector<ContentFate>> fates;
  for (const std::size_t file : named) {
    if (!files[file].pending.empty()) fates[file] = content_fates(files[file]);
  }
  return fates;
}

// Plans that differ in names alone: none first, all last.
std::vector<Plan> CrashModel::Disk::name_plans() const {
  const std::size_t all = pending.size();
  std::vector<Plan> made;
  made.push_back({std::vector<bool>(all, false), {}, "no unsynced name"});
  for (std::size_t i = 1; i < all; ++i) {
    Plan prefix{std::vector<bool>(all, false), {}, "names before " + pending[i].to_string()};
    std::fill_n(prefix.names.begin(), i, true);
    made.push_back(std::move(prefix));
  }
  for (std::size_t i = 0; i + 1 < all; ++i) {
    Plan lost{std::vector<bool>(all, true), {}, "all names but " + pending[i].to_string()};
    lost.names[i] = false;
    made.push_back(std::move(lost));
  }
  if (all > 0) made.push_back({std::vector<bool>(all, true), {}, "all names"});
  return made;
}

std::vector<Plan> CrashModel::Disk::make_plans() const {
  const auto unsafe = fates();
  std::vector<Plan> made = name_plans();
  if (unsafe.empty()) return made;

  std::map<std::size_t, ContentFate> everything;
  for (const auto& [file, choices] : unsafe) everything.emplace(file, choices.back());
  const std::vector<Plan> by_name = made;
  const std::vector<bool>& all_names = by_name.back().names;
  for (const auto& [file, choices] : unsafe) {
    if (unsafe.size() > 1) made.push_back({all_names, {{file, choices.back()}}, "one file alone"});
    for (std::size_t i = 0; i + 1 < choices.size(); ++i) {
      Plan plan{all_names, everything, "all names"};
      plan.contents.at(file) = choices[i];
      made.push_back(std::move(plan));
    }
  }
  for (const Plan& plan : by_name) made.push_back({plan.names, everything, plan.description});
  return made;
}

const std::vector<Plan>& CrashModel::Disk::all_plans() const {
  if (plans.empty()) plans = make_plans();
  return plans;
}

CrashState CrashModel::Disk::build(const Plan& plan) const {
  Names surviving = safe_names;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (plan.names[i]) apply_change(pending[i], surviving);
  }
  CrashState state{plan.description, std::make_unique<MemoryFileSystem>()};
  for (const auto& [path, file] : reachable(surviving)) {
    if (file == NameChange::kFolder) {
      static_cast<void>(state.disk->make_folder(path));
      continue;
    }
    const auto fate = plan.contents.find(file);
    const bool untouched = fate == plan.contents.end();
    const Bytes content = content_after(files[file], untouched ? ContentFate() : fate->second);
    static_cast<void>(state.disk->set_content(path, content));
    if (!untouched) state.description += "; " + path + ": " + fate->second.description;
  }
  return state;
}

CrashModel::CrashModel() : disk_(std::make_unique<Disk>()) {}

CrashModel::CrashModel(MemoryFileSystem& start) : CrashModel() {
  for (const std::string& folder : start.folders()) {
    disk_->safe_names[folder] = NameChange::kFolder;
  }
  for (const std::string& path : start.files()) {
    disk_->safe_names[path] = disk_->files.size();
    disk_->files.push_back({.safe = start.content(path).value_or({}), .pending = {}});
  }
  disk_->names = disk_->safe_names;
}

CrashModel::CrashModel(CrashModel&&) noexcept = default;

CrashModel::~CrashModel() = default;

void CrashModel::apply(const Operation& operation) { disk_->apply(operation); }

std::size_t CrashModel::state_count() const { return disk_->all_plans().size(); }

CrashState CrashModel::state(std::size_t index) const {
  return disk_->build(disk_->all_plans()[index]);
}

CrashState CrashModel::sample(std::uint64_t seed) const {
  Random random(seed);
  Plan plan{{}, {}, "sample " + std::to_string(seed)};
  for (std::size_t i = 0; i < disk_->pending.size(); ++i)
    plan.names.push_back(random.below(2) == 0);
  for (const auto& [file, choices] : disk_->fates()) {
    const auto choice = static_cast<std::size_t>(random.below(choices.size()));
    plan.contents.emplace(file, choices[choice]);
  }
  return disk_->build(plan);
}

}  // namespace vecstore::io
