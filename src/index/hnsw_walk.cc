#include "index/hnsw_walk.h"

#include <algorithm>
#include <string>

namespace vecstore::index {
Status HnswWalk::begin() {
  VECSTORE_ASSIGN(const Candidate start, descend());
  memory_.visited.reset(on_.graph.rows());
  memory_.visited.meet({&start.row, 1});
  memory_.distances[0] = start.distance;
  memory_.beam.restore(1, {&start, 1}, 0);
  if (around_ < on_.graph.rows()) memory_.visited.meet({&around_, 1});
  first_ = mark();
  memory_.distances.resize(std::max(memory_.distances.size(), first_));
  if (first_ == 2) memory_.distances[1] = std::numeric_limits<float>::quiet_NaN();  // never kept
  return {};
}

Status HnswWalk::go_on(std::size_t ef, float within) {
  NearestList& beam = memory_.beam;
  widen(std::min<std::size_t>(ef, on_.graph.rows()));
  const auto next = [&](Candidate& nearest) {
    return beam.peek(nearest) && nearest.distance <= within && beam.next(nearest);
  };
  const bool in_pairs = ef >= kPairsFrom;
  for (Candidate nearest{}; next(nearest);) {
    const std::size_t met = mark();
    VECSTORE_TRY(meet_neighbours(nearest.row));
    if (in_pairs && next(nearest)) VECSTORE_TRY(meet_neighbours(nearest.row));
    if (beam.peek(nearest)) on_.graph.prefetch(nearest.row);
    compare_since(met, [&](const Candidate& candidate) {
      if (beam.wants(candidate.distance) && beam.insert(candidate))
        on_.graph.prefetch(candidate.row);
    });
  }
  return {};
}

// The nearest of all that were met: those that were kept come first, and are looked into.
void HnswWalk::widen(std::size_t ef) {
  std::vector<Candidate>& met = memory_.met;
  const std::span<const std::uint32_t> rows = memory_.visited.since(0);
  met.clear();
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (const float distance = memory_.distances[i]; distance <= kFar)  // damaged codes may be none
      met.push_back({distance, rows[i]});
  const std::size_t kept = std::min(ef, met.size());
  std::partial_sort(met.begin(), met.begin() + static_cast<std::ptrdiff_t>(kept), met.end());
  const std::size_t expanded = rows.size() == first_ ? 0 : memory_.beam.size();
  memory_.beam.restore(ef, std::span(met).first(kept), std::min(expanded, kept));
}

Status HnswWalk::meet_neighbours(std::uint32_t row) {
  memory_.visited.meet(on_.graph.neighbours(row));
  if (around_ != kNoRow) bridge(row);
  if (!memory_.visited.beyond()) return {};
  for (const std::uint32_t other : on_.graph.neighbours(row))
    if (other >= on_.graph.rows()) return no_such_row(other);
  return internal_error("a walk met a row twice");
}

// Without the row that is gone around, those that link to it would link to others near it.
void HnswWalk::bridge(std::uint32_t row) {
  const auto rows = on_.graph.neighbours(row);
  if (std::find(rows.begin(), rows.end(), around_) == rows.end()) return;
  const auto behind = on_.graph.neighbours(around_);
  if (!behind.empty()) memory_.visited.meet(behind.subspan(row % behind.size(), 1));
}

Status HnswWalk::no_such_row(std::uint32_t row) const {
  return data_loss("a graph of " + std::to_string(on_.graph.rows()) + " rows names row " +
                   std::to_string(row));
}

Result<Candidate> HnswWalk::descend() {
  const std::uint32_t entry = on_.graph.entry();
  Candidate best{compare({&entry, 1}, 0)[0], entry};
  for (std::uint32_t level = on_.graph.top_level(); level > 0; --level) {
    for (bool nearer = true; nearer;) {
      nearer = false;
      const auto rows = on_.graph.neighbours_above(best.row, level);
      for (const std::uint32_t row : rows)
        if (row >= on_.graph.rows()) return no_such_row(row);
      const std::span<const float> distances = compare(rows, 0);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const Candidate found{distances[i], rows[i]};
        if (found.row == around_) continue;
        nearer = nearer || found < best;
        best = std::min(best, found);
      }
    }
  }
  return best;
}

}  // namespace vecstore::index
