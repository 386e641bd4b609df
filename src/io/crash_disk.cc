#include "io/crash_disk.h"

#include <algorithm>

#include "io/memory_file_system.h"

namespace vecstore::io {
namespace {

constexpr std::size_t kPlaces = 8;
constexpr std::size_t kBlockSizes[] = {512, 4096};

void apply_change(const ContentChange& change, Bytes& content) {
  content.resize(static_cast<std::size_t>(change.truncate_to.value_or(change.size_before)));
  content.insert(content.end(), change.data.begin(), change.data.end());
}

// The first byte that a pending change may have touched.
std::size_t first_unsafe(const CrashFile& file) {
  std::uint64_t first = file.safe.size();
  for (const ContentChange& change : file.pending) {
    first = std::min(first, change.truncate_to.value_or(first));
  }
  return static_cast<std::size_t>(first);
}

// The starts of the blocks of `block` bytes in [first, last), at most kPlaces spread evenly.
std::vector<std::size_t> block_starts(std::size_t first, std::size_t last, std::size_t block) {
  std::vector<std::size_t> starts;
  if (first >= last) return starts;
  const std::size_t first_block = first / block;
  const std::size_t count = (last - 1) / block - first_block + 1;
  const std::size_t places = std::min(count, kPlaces);
  for (std::size_t i = 0; i < places; ++i) {
    const std::size_t at = places == 1 ? 0 : i * (count - 1) / (places - 1);
    starts.push_back((first_block + at) * block);
  }
  return starts;
}

void add_block_fates(const CrashFile& file, std::size_t block, std::vector<ContentFate>& fates) {
  const std::size_t first = first_unsafe(file);
  const auto last = static_cast<std::size_t>(file.size());
  const std::size_t all = file.pending.size();
  for (const std::size_t start : block_starts(first, last, block)) {
    const std::size_t from = std::max(start, first);
    const std::size_t to = std::min(start + block, last);
    const std::string place = std::to_string(from);
    fates.push_back({all, {}, from, to, "zeros at " + place + ".." + std::to_string(to)});
    if (start <= first) continue;
    fates.push_back({all, start, {}, 0, "cut at " + place});
    fates.push_back({all, {}, start, last, "zeros from " + place});
  }
}

}  // namespace

std::uint64_t CrashFile::size() const {
  if (pending.empty()) return safe.size();
  const ContentChange& last = pending.back();
  return last.truncate_to.value_or(last.size_before) + last.data.size();
}

std::vector<ContentFate> content_fates(const CrashFile& file) {
  const std::size_t all = file.pending.size();
  std::vector<ContentFate> fates;
  fates.push_back({0, {}, {}, 0, "nothing unsynced"});
  for (std::size_t i = 0; i < std::min(all, 2 * kPlaces); ++i) {
    const std::size_t changes = std::max<std::size_t>(1, i * all / std::min(all, 2 * kPlaces));
    if (changes == fates.back().changes) continue;
    fates.push_back({changes, {}, {}, 0, "the first " + std::to_string(changes) + " writes"});
  }
  if (fates.back().changes == all && all > 0) fates.pop_back();
  for (const std::size_t block : kBlockSizes) add_block_fates(file, block, fates);
  if (all > 0) fates.push_back({all, {}, {}, 0, "everything"});
  return fates;
}

Bytes content_after(const CrashFile& file, const ContentFate& fate) {
  Bytes content = file.safe;
  for (std::size_t i = 0; i < fate.changes; ++i) apply_change(file.pending[i], content);
  if (fate.cut_at) content.resize(std::min(content.size(), *fate.cut_at));
  if (fate.zeros_from) {
    const std::size_t to = std::min(fate.zeros_to, content.size());
    std::fill(content.begin() + static_cast<std::ptrdiff_t>(std::min(*fate.zeros_from, to)),
              content.begin() + static_cast<std::ptrdiff_t>(to), std::byte{0});
  }
  return content;
}

std::string NameChange::to_string() const {
  if (removed.empty()) return "create " + made;
  return made.empty() ? "remove " + removed : "rename " + removed + " to " + made;
}

void apply_change(const NameChange& change, Names& names) {
  if (!change.removed.empty()) names.erase(change.removed);
  if (!change.made.empty()) names[change.made] = change.file;
}

Names reachable(const Names& names) {
  Names found;
  for (const auto& [path, file] : names) {
    // Names are sorted: a folder comes before what is in it.
    const std::string folder = folder_of(path);
    const auto at = found.find(folder);
    if (folder.empty() || (at != found.end() && at->second == NameChange::kFolder)) {
      found[path] = file;
    }
  }
  return found;
}

}  // namespace vecstore::io
