#include "db/maintenance/merge_policy.h"

#include <algorithm>
#include <map>

namespace vecstore::db {
namespace {

constexpr std::uint64_t kSmallest = 64 << 10;  // below this all files are of one tier

std::size_t tier_of(std::uint64_t bytes, std::size_t fanout) {
  std::size_t tier = 0;
  for (std::uint64_t size = bytes / kSmallest; size >= fanout; size /= fanout) ++tier;
  return tier;
}

}  // namespace

std::vector<std::size_t> choose_merge(std::span<const MergeCandidate> files, std::size_t fanout) {
  fanout = std::max<std::size_t>(fanout, 2);
  std::map<std::size_t, std::vector<std::size_t>> tiers;
  for (std::size_t i = 0; i < files.size(); ++i)
    tiers[tier_of(files[i].bytes, fanout)].push_back(i);
  for (const auto& [tier, members] : tiers)
    if (members.size() >= fanout)
      return {members.begin(), members.begin() + static_cast<std::ptrdiff_t>(fanout)};
  for (std::size_t i = 0; i < files.size(); ++i)
    if (files[i].dead_rows * 10 >= files[i].rows * 3 && files[i].dead_rows > 0) return {i};
  return {};
}

}  // namespace vecstore::db
