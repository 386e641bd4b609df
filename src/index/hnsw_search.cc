#include "index/hnsw_search.h"

#include <algorithm>
#include <functional>
#include <string>

#include "base/sync.h"
#include "index/visited_rows.h"

namespace vecstore::index {
namespace {

// Beams so wide take two rows a step: more reads are under way, and few of the second's neighbours
// are read in vain.
constexpr std::size_t kPairsFrom = 40;

// What a walk needs; kept per thread, so that queries allocate nothing.
struct Scratch {
  NearestList beam;
  NearestList found;
  VisitedRows visited;
  std::vector<float> distances;
  std::vector<Candidate> heap;  // nearest in front
};

bool farther(const Candidate& a, const Candidate& b) { return b < a; }

class Walk {
 public:
  Walk(const HnswGraph& graph, const quant::ScalarCode& code, const std::byte* codes,
       const quant::CodeQuery& query, const HnswSearch& search, Scratch& scratch)
      : graph_(graph), code_(code), codes_(codes), query_(query), search_(search), s_(scratch) {}

  Result<HnswFound> run() {
    VECSTORE_ASSIGN(const Candidate start, descend());
    s_.visited.reset(graph_.rows());
    s_.visited.meet({&start.row, 1});
    if (search_.allowed == nullptr) {
      VECSTORE_TRY(walk_all(start));
    } else {
      VECSTORE_TRY(walk_allowed(start));
    }
    const NearestList& nearest = search_.allowed == nullptr ? s_.beam : s_.found;
    found_.rows.reserve(nearest.size());
    for (std::size_t i = 0; i < nearest.size(); ++i) found_.rows.push_back(nearest.at(i));
    return std::move(found_);
  }

 private:
  const std::byte* row_at(std::uint32_t row) const {
    return codes_ + std::size_t{row} * code_.stride();
  }
  std::size_t width() const { return std::min<std::size_t>(search_.ef, graph_.rows()); }
  Status no_such_row(std::uint32_t row) const {
    return data_loss("a graph of " + std::to_string(graph_.rows()) + " rows names row " +
                     std::to_string(row));
  }

  Result<Candidate> descend() {
    Candidate best{};
    const std::uint32_t entry = graph_.entry();
    compare({&entry, 1}, [&](const Candidate& found) { best = found; });
    for (std::uint32_t level = graph_.top_level(); level > 0; --level) {
      for (bool nearer = true; nearer;) {
        nearer = false;
        const auto rows = graph_.neighbours_above(best.row, level);
        for (const std::uint32_t row : rows)
          if (row >= graph_.rows()) return no_such_row(row);
        compare(rows, [&](const Candidate& found) {
          nearer = nearer || found < best;
          best = std::min(best, found);
        });
      }
    }
    return best;
  }

  // Meets the row's neighbours.
  Status gather(std::uint32_t row) {
    s_.visited.meet(graph_.neighbours(row));
    if (!s_.visited.beyond()) return {};
    for (const std::uint32_t other : graph_.neighbours(row))
      if (other >= graph_.rows()) return no_such_row(other);
    return internal_error("a walk met a row twice");
  }

  // The first are asked for at once; the kernel asks for the others.
  template <typename Take>
  void compare(std::span<const std::uint32_t> rows, const Take& take) {
    for (const std::uint32_t row : rows.first(std::min(ahead_, rows.size())))
      code_.prefetch(row_at(row));
    s_.distances.resize(std::max(s_.distances.size(), rows.size()));
    code_.distances(query_, codes_, rows, s_.distances.data());
    found_.distances += rows.size();
    for (std::size_t i = 0; i < rows.size(); ++i) take(Candidate{s_.distances[i], rows[i]});
  }

  bool over_budget() {
    found_.gave_up = search_.max_distances > 0 && found_.distances > search_.max_distances;
    return found_.gave_up;
  }

  Status walk_all(const Candidate& start) {
    s_.beam.reset(width());
    s_.beam.insert(start);
    const bool in_pairs = width() >= kPairsFrom;
    for (Candidate nearest{}; !over_budget() && s_.beam.next(nearest);) {
      const std::size_t met = s_.visited.mark();
      VECSTORE_TRY(gather(nearest.row));
      if (in_pairs && s_.beam.next(nearest)) VECSTORE_TRY(gather(nearest.row));
      if (s_.beam.peek(nearest)) graph_.prefetch(nearest.row);
      compare(s_.visited.since(met), [&](const Candidate& candidate) {
        if (s_.beam.wants(candidate.distance) && s_.beam.insert(candidate))
          graph_.prefetch(candidate.row);
      });
    }
    return {};
  }

  // The nearest row not walked to yet, unless it is farther than all that are found.
  bool next_in_heap(Candidate& nearest) {
    if (s_.heap.empty() || !s_.found.wants(s_.heap.front().distance)) return false;
    std::pop_heap(s_.heap.begin(), s_.heap.end(), farther);
    nearest = s_.heap.back();
    s_.heap.pop_back();
    return true;
  }

  // Walks on through rows that are not allowed until nothing nearer than the worst found is left.
  Status walk_allowed(const Candidate& start) {
    s_.found.reset(width());
    s_.heap.assign(1, start);
    if (search_.allowed->test(start.row)) s_.found.insert(start);
    const bool in_pairs = width() >= kPairsFrom;
    for (Candidate nearest{}; !over_budget() && next_in_heap(nearest);) {
      const std::size_t met = s_.visited.mark();
      VECSTORE_TRY(gather(nearest.row));
      if (in_pairs && next_in_heap(nearest)) VECSTORE_TRY(gather(nearest.row));
      if (!s_.heap.empty()) graph_.prefetch(s_.heap.front().row);
      compare(s_.visited.since(met), [&](const Candidate& candidate) {
        if (!s_.found.wants(candidate.distance)) return;
        s_.heap.push_back(candidate);
        std::push_heap(s_.heap.begin(), s_.heap.end(), farther);
        if (search_.allowed->test(candidate.row)) s_.found.insert(candidate);
      });
    }
    return {};
  }

  const HnswGraph& graph_;
  const quant::ScalarCode& code_;
  const std::byte* codes_;
  const quant::CodeQuery& query_;
  const HnswSearch search_;
  Scratch& s_;
  const std::size_t ahead_ = code_.rows_ahead();
  HnswFound found_;
};

}  // namespace

Result<HnswFound> search_hnsw(const HnswGraph& graph, const quant::ScalarCode& code,
                              const std::byte* codes, const quant::CodeQuery& query,
                              const HnswSearch& search) {
  static VECSTORE_THREAD_LOCAL Scratch scratch;
  return Walk(graph, code, codes, query, search, scratch).run();
}

}  // namespace vecstore::index
