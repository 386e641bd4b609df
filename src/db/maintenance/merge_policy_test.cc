#include "db/maintenance/merge_policy.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace vecstore::db {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
using Positions = std::vector<std::size_t>;

std::vector<MergeCandidate> of_sizes(const std::vector<std::uint64_t>& sizes) {
  std::vector<MergeCandidate> files;
  for (const std::uint64_t bytes : sizes) files.push_back({100, 0, bytes});
  return files;
}

TEST(MergePolicy, nothing_to_do_with_none_or_few_files) {
  EXPECT_EQ(choose_merge({}, 4), Positions());
  EXPECT_EQ(choose_merge(of_sizes({kMiB, kMiB, kMiB}), 4), Positions());
}

TEST(MergePolicy, as_many_files_of_like_size_as_the_fanout_become_one) {
  EXPECT_EQ(choose_merge(of_sizes({kMiB, kMiB, kMiB, kMiB}), 4), (Positions{0, 1, 2, 3}));
  EXPECT_EQ(choose_merge(of_sizes({kMiB, kMiB, kMiB, kMiB, kMiB}), 4), (Positions{0, 1, 2, 3}))
      << "the oldest, and no more than the fanout";
}

TEST(MergePolicy, a_large_file_is_not_rewritten_with_small_ones) {
  EXPECT_EQ(choose_merge(of_sizes({1000 * kMiB, kMiB, kMiB, kMiB, kMiB}), 4),
            (Positions{1, 2, 3, 4}));
  EXPECT_EQ(choose_merge(of_sizes({1000 * kMiB, 100 * kMiB, 10 * kMiB, kMiB}), 4), Positions());
}

TEST(MergePolicy, small_files_are_alike_whatever_their_size) {
  EXPECT_EQ(choose_merge(of_sizes({100, 5000, 20'000}), 3), (Positions{0, 1, 2}));
}

TEST(MergePolicy, a_file_with_30_percent_dead_rows_is_rewritten_alone) {
  std::vector<MergeCandidate> files = of_sizes({kMiB, kMiB});
  files[1].dead_rows = 29;
  EXPECT_EQ(choose_merge(files, 4), Positions());
  files[1].dead_rows = 30;
  EXPECT_EQ(choose_merge(files, 4), Positions{1});
  EXPECT_EQ(choose_merge(std::vector<MergeCandidate>{{0, 0, 10}}, 4), Positions())
      << "an empty file has no dead rows to gain";
}

TEST(MergePolicy, merging_ends_and_rewrites_each_byte_a_logarithmic_number_of_times) {
  std::vector<MergeCandidate> files;
  std::uint64_t written = 0;
  constexpr int kSeals = 512;
  for (int seal = 0; seal < kSeals; ++seal) {
    files.push_back({1000, 0, kMiB});
    for (Positions chosen = choose_merge(files, 8); !chosen.empty();
         chosen = choose_merge(files, 8)) {
      MergeCandidate merged;
      for (std::size_t i = chosen.size(); i-- > 0;) {
        merged.rows += files[chosen[i]].rows;
        merged.bytes += files[chosen[i]].bytes;
        files.erase(files.begin() + static_cast<std::ptrdiff_t>(chosen[i]));
      }
      written += merged.bytes;
      files.push_back(merged);
    }
    EXPECT_LE(files.size(), 7u * 4);
  }
  EXPECT_LE(written, 3 * kSeals * kMiB) << "log_8(512) = 3 times each";
}

}  // namespace
}  // namespace vecstore::db
