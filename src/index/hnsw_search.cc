#include "index/hnsw_search.h"

#include <algorithm>
#include <functional>

#include "base/sync.h"

namespace vecstore::index {
namespace {

// Kept per thread.
struct Scratch {
  WalkMemory walk;
  NearestList found;
  std::vector<Candidate> heap;  // nearest in front
};

bool farther(const Candidate& a, const Candidate& b) { return b < a; }

// Walks through all rows and keeps those that are allowed.
class AllowedWalk {
 public:
  AllowedWalk(const CodedGraph& on, const quant::CodeQuery& query, const HnswSearch& search,
              Scratch& scratch)
      : graph_(on.graph), walk_(on, query, scratch.walk), search_(search), s_(scratch) {}

  // Walks on through rows that are not allowed until nothing nearer than the worst found is left.
  Result<HnswFound> run() {
    walk_.go_around(search_.around);
    VECSTORE_TRY(walk_.begin());
    const Candidate start = walk_.beam().at(0);
    const std::size_t width = std::min<std::size_t>(search_.ef, graph_.rows());
    s_.found.reset(width);
    s_.heap.assign(1, start);
    if (search_.allowed->test(start.row)) s_.found.insert(start);
    const bool in_pairs = width >= HnswWalk::kPairsFrom;
    for (Candidate nearest{}; !over_budget() && next_in_heap(nearest);) {
      const std::size_t met = walk_.mark();
      VECSTORE_TRY(walk_.meet_neighbours(nearest.row));
      if (in_pairs && next_in_heap(nearest)) VECSTORE_TRY(walk_.meet_neighbours(nearest.row));
      if (!s_.heap.empty()) graph_.prefetch(s_.heap.front().row);
      walk_.compare_since(met, [&](const Candidate& candidate) {
        if (!s_.found.wants(candidate.distance)) return;
        s_.heap.push_back(candidate);
        std::push_heap(s_.heap.begin(), s_.heap.end(), farther);
        if (search_.allowed->test(candidate.row)) s_.found.insert(candidate);
      });
    }
    return HnswFound{rows_of(s_.found), walk_.distances(), gave_up_};
  }

  static std::vector<Candidate> rows_of(const NearestList& nearest) {
    std::vector<Candidate> rows;
    rows.reserve(nearest.size());
    for (std::size_t i = 0; i < nearest.size(); ++i) rows.push_back(nearest.at(i));
    return rows;
  }

 private:
  bool over_budget() {
    gave_up_ = search_.max_distances > 0 && walk_.distances() > search_.max_distances;
    return gave_up_;
  }

  // The nearest row not walked to yet, unless it is farther than all that are found.
  bool next_in_heap(Candidate& nearest) {
    if (s_.heap.empty() || !s_.found.wants(s_.heap.front().distance)) return false;
    std::pop_heap(s_.heap.begin(), s_.heap.end(), farther);
    nearest = s_.heap.back();
    s_.heap.pop_back();
    return true;
  }

  const HnswGraph& graph_;
  HnswWalk walk_;
  const HnswSearch search_;
  Scratch& s_;
  bool gave_up_ = false;
};

}  // namespace

Result<HnswFound> search_hnsw(const CodedGraph& on, const quant::CodeQuery& query,
                              const HnswSearch& search) {
  static VECSTORE_THREAD_LOCAL Scratch scratch;
  if (search.allowed != nullptr) return AllowedWalk(on, query, search, scratch).run();
  HnswWalk walk(on, query, scratch.walk);
  walk.go_around(search.around);
  VECSTORE_TRY(walk.begin());
  VECSTORE_TRY(walk.go_on(search.ef));
  return HnswFound{AllowedWalk::rows_of(walk.beam()), walk.distances(), false};
}

}  // namespace vecstore::index
