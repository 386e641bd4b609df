// The merge rules of byte-pair encoding, and how a run of pieces is merged by them.
#pragma once

#include <cstdint>
#include <vector>

namespace vecstore {

// One piece of a run, a list through an array: a merge keeps the left one.
struct MergeSymbol {
  std::uint32_t id;
  std::uint32_t size;  // in bytes
  std::uint32_t previous = 0;
  std::uint32_t next = 0;
};

class MergeRules {
 public:
  struct Rule {
    std::uint32_t left;
    std::uint32_t right;
    std::uint32_t rank;
    std::uint32_t result;
  };

  MergeRules() : MergeRules(std::vector<Rule>()) {}

  // Of several rules for one pair the last counts, as in the reference.
  explicit MergeRules(const std::vector<Rule>& rules);

  const Rule* find(std::uint32_t left, std::uint32_t right) const {
    const std::uint64_t key = std::uint64_t{left} << 32 | right;
    for (std::uint32_t at = slot(key);; at = (at + 1) & mask_) {
      const Rule& rule = table_[at];
      if (rule.left == left && rule.right == right) return &rule;
      if (rule.left == kFree) return nullptr;
    }
  }

  // "The symbol at `position` and its next may become `result`", as of when it was offered.
  struct Candidate {
    std::uint32_t rank;
    std::uint32_t position;
    std::uint32_t result;

    // The top of a standard heap is its largest: the one to merge first.
    bool operator<(const Candidate& other) const {
      return rank != other.rank ? rank > other.rank : position > other.position;
    }
  };

  // Merges what can be merged. What is left stands at the front of `run`. `heap` is room to work
  // in.
  void merge(std::vector<MergeSymbol>& run, std::vector<Candidate>& heap) const;

 private:
  static constexpr std::uint32_t kFree = ~std::uint32_t{0};

  std::uint32_t slot(std::uint64_t key) const {
    return static_cast<std::uint32_t>((key * 0x9E3779B97F4A7C15u) >> shift_);
  }
  void merge_short(std::vector<MergeSymbol>& run) const;
  void merge_long(std::vector<MergeSymbol>& run, std::vector<Candidate>& heap) const;

  std::vector<Rule> table_;  // open addressing
  std::uint32_t mask_ = 0;
  unsigned shift_ = 0;
};

}  // namespace vecstore
