#include "index/joint_search.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

#include "base/sync.h"

namespace vecstore::index {
namespace {

// What a walk needs at least to come near.
constexpr double kLeast = 8;
// With four, four graphs of hard data find 0.003 less than one of all rows at ef 120, with three
// 0.008, with two 0.02.
constexpr double kDeviations = 4;

constexpr float kFar = HnswWalk::kFar;

struct Scratch {
  std::deque<WalkMemory> walks;
  std::vector<float> distances;
};

class JointSearch {
 public:
  JointSearch(std::span<const JointWalk> wanted, Scratch& scratch)
      : wanted_(wanted), scratch_(scratch) {
    walks_.reserve(wanted.size());
    for (const JointWalk& walk : wanted) {
      if (scratch.walks.size() == walks_.size()) scratch.walks.emplace_back();
      walks_.emplace_back(walk.index->coded_graph(), *walk.query, scratch.walks[walks_.size()]);
    }
  }

  Result<std::vector<JointFound>> run() {
    for (std::size_t i = 0; i < walks_.size(); ++i) {
      walks_[i].go_around(wanted_[i].around);
      VECSTORE_TRY(walks_[i].begin());
      VECSTORE_TRY(walks_[i].go_on(wanted_[i].least));
    }
    for (const std::size_t i : by_reach()) {
      const float farthest = distance_to(wanted_[i].ef) + shift(i);
      if (may_have_more(walks_[i], farthest))
        VECSTORE_TRY(walks_[i].go_on(wanted_[i].ef, farthest));
    }
    std::vector<JointFound> found(walks_.size());
    for (std::size_t i = 0; i < walks_.size(); ++i) {
      const NearestList& beam = walks_[i].beam();
      found[i].distances = walks_[i].distances();
      found[i].rows.reserve(beam.size());
      for (std::size_t at = 0; at < beam.size(); ++at)
        found[i].rows.push_back({beam.at(at).distance - shift(i), beam.at(at).row});
    }
    return found;
  }

 private:
  // Those first whose rows reach least far: they have most that is near, and the others see how
  // near that is.
  std::vector<std::size_t> by_reach() const {
    std::vector<std::size_t> order(walks_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return reach(a) != reach(b) ? reach(a) < reach(b) : a < b;
    });
    return order;
  }
  float reach(std::size_t i) const {
    const NearestList& beam = walks_[i].beam();
    const float last = beam.size() == 0 ? kFar : beam.at(beam.size() - 1).distance - shift(i);
    return last <= kFar ? last : kFar;
  }

  // Unless rows as far as that were kept, others that are as near may have been dropped.
  static bool may_have_more(const HnswWalk& walk, float farthest) {
    const NearestList& beam = walk.beam();
    return beam.size() > 0 && !walk.has_all() && beam.at(beam.size() - 1).distance < farthest;
  }

  float shift(std::size_t walk) const { return wanted_[walk].index->distance_shift(); }

  // Of the `ef`-th nearest among all rows that are kept.
  float distance_to(std::size_t ef) {
    std::vector<float>& all = scratch_.distances;
    all.clear();
    for (std::size_t i = 0; i < walks_.size(); ++i)
      for (std::size_t at = 0; at < walks_[i].beam().size(); ++at)
        if (const float distance = walks_[i].beam().at(at).distance - shift(i);
            distance <= kFar)  // damaged codes may be no numbers
          all.push_back(distance);
    if (all.size() <= ef) return kFar;
    const auto last = all.begin() + static_cast<std::ptrdiff_t>(ef) - 1;
    std::nth_element(all.begin(), last, all.end());
    return *last;
  }

  const std::span<const JointWalk> wanted_;
  Scratch& scratch_;
  std::vector<HnswWalk> walks_;
};

}  // namespace

// For a recall of 0.9 to 0.995, eight times the rows need twice the ef, on data of 100 and of 784
// dimensions; 0.4 is on the safe side of that.
double ef_of_all(std::size_t ef, double share) {
  return static_cast<double>(ef) * std::pow(share, -0.4);
}

std::size_t least_of_share(std::size_t ef, double share) {
  const double all = static_cast<double>(ef);
  const double part = all * share + kDeviations * std::sqrt(all * share * std::max(0.0, 1 - share));
  return static_cast<std::size_t>(std::min(all, std::max(part, kLeast)));
}

Result<std::vector<JointFound>> search_jointly(std::span<const JointWalk> walks) {
  static VECSTORE_THREAD_LOCAL Scratch scratch;
  return JointSearch(walks, scratch).run();
}

}  // namespace vecstore::index
