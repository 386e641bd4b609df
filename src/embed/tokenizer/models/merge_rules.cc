#include "embed/tokenizer/models/merge_rules.h"

#include <algorithm>
#include <array>
#include <bit>

namespace vecstore {
namespace {

constexpr std::uint32_t kEnd = ~std::uint32_t{0};
constexpr std::uint32_t kGone = ~std::uint32_t{0};

// Below it, looking at all pairs for each merge is faster than a heap.
constexpr std::size_t kShortRun = 24;

}  // namespace

MergeRules::MergeRules(const std::vector<Rule>& rules) {
  const std::size_t slots = std::bit_ceil(std::max<std::size_t>(2, rules.size() * 2));
  table_.assign(slots, {kFree, kFree, 0, 0});
  mask_ = static_cast<std::uint32_t>(slots - 1);
  shift_ = static_cast<unsigned>(64 - std::countr_zero(slots));
  for (const Rule& rule : rules) {
    const std::uint64_t key = std::uint64_t{rule.left} << 32 | rule.right;
    std::uint32_t at = slot(key);
    const auto is_other = [&](const Rule& there) {
      return there.left != kFree && (there.left != rule.left || there.right != rule.right);
    };
    while (is_other(table_[at])) at = (at + 1) & mask_;
    table_[at] = rule;
  }
}

void MergeRules::merge(std::vector<MergeSymbol>& run, std::vector<Candidate>& heap) const {
  if (run.size() <= kShortRun) return merge_short(run);
  merge_long(run, heap);
}

void MergeRules::merge_short(std::vector<MergeSymbol>& run) const {
  std::array<const Rule*, kShortRun> rules = {};  // of each symbol and the next
  for (std::size_t i = 0; i + 1 < run.size(); ++i) rules[i] = find(run[i].id, run[i + 1].id);
  while (run.size() > 1) {
    const Rule* best = nullptr;
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < run.size(); ++i) {
      if (rules[i] && (!best || rules[i]->rank < best->rank)) {
        best = rules[i];
        at = i;
      }
    }
    if (!best) return;
    run[at].id = best->result;
    run[at].size += run[at + 1].size;
    run.erase(run.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    for (std::size_t i = at + 1; i < run.size(); ++i) rules[i] = rules[i + 1];
    if (at > 0) rules[at - 1] = find(run[at - 1].id, run[at].id);
    rules[at] = at + 1 < run.size() ? find(run[at].id, run[at + 1].id) : nullptr;
  }
}

void MergeRules::merge_long(std::vector<MergeSymbol>& run, std::vector<Candidate>& heap) const {
  const auto offer = [&](std::uint32_t left) {
    const Rule* rule = find(run[left].id, run[run[left].next].id);
    if (!rule) return;
    heap.push_back({rule->rank, left, rule->result});
    std::push_heap(heap.begin(), heap.end());
  };
  const auto size = static_cast<std::uint32_t>(run.size());
  for (std::uint32_t i = 0; i < size; ++i) {
    run[i].previous = i > 0 ? i - 1 : kEnd;
    run[i].next = i + 1 < size ? i + 1 : kEnd;
  }
  for (std::uint32_t i = 0; i + 1 < size; ++i) offer(i);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end());
    const Candidate best = heap.back();
    heap.pop_back();

    // Stale when the left symbol is gone or either has been merged since into another piece.
    MergeSymbol& left = run[best.position];
    if (left.id == kGone || left.next == kEnd) continue;
    MergeSymbol& right = run[left.next];
    const Rule* rule = find(left.id, right.id);
    if (!rule || rule->result != best.result) continue;

    left.id = best.result;
    left.size += right.size;
    left.next = right.next;
    right.id = kGone;
    if (left.next != kEnd) run[left.next].previous = best.position;
    if (left.previous != kEnd) offer(left.previous);
    if (left.next != kEnd) offer(best.position);
  }
  std::erase_if(run, [](const MergeSymbol& symbol) { return symbol.id == kGone; });
}

}  // namespace vecstore
