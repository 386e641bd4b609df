#include "index/hnsw_builder.h"

#include <algorithm>
#include <numeric>

#include "base/coding.h"
#include "base/random.h"
#include "index/equal_rows.h"
#include "index/nearest_list.h"
#include "index/neighbour_lists.h"
#include "index/top_k.h"
#include "index/visited_rows.h"

namespace vecstore::index {
namespace {

constexpr std::uint32_t kMaxLevel = 30;

// A sixteenth, so that the graph of all is like the one without them; none of so few rows that they
// would tell little.
std::size_t held_out_of(std::size_t rows) {
  constexpr std::size_t kLeast = 128;
  return rows / 16 < kLeast ? 0 : std::min(rows / 16, kMaxHeldOut);
}

class Builder {
 public:
  Builder(const quant::ScalarCode& code, ByteView codes, const HnswOptions& options)
      : code_(code),
        codes_(codes),
        rows_(static_cast<std::uint32_t>(codes.size() / code.stride())),
        options_(options),
        base_(2 * options.m),
        upper_(options.m),
        upper_first_(rows_, kNone),
        levels_(rows_, 0) {
    base_.resize(rows_);
  }

  Result<BuiltHnsw> run(const std::function<bool(std::uint32_t)>& present,
                        const std::function<Status()>& pace) {
    std::vector<std::uint32_t> order(rows_);
    std::iota(order.begin(), order.end(), 0u);
    const std::vector<std::uint32_t> first = first_equal_rows(codes_, code_.stride(), present);
    Random random(options_.seed);
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(i))]);
    std::erase_if(order, [&](std::uint32_t row) { return !present(row) || first[row] != row; });
    const std::size_t in = order.size() - held_out_of(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i % 256 == 0) VECSTORE_TRY(pace());
      if (i == in)
        VECSTORE_TRY(
            measure_recall(std::span(order).first(in), std::span(order).subspan(in), pace));
      std::uint32_t level = 0;  // a share 1/m of each level is on the next
      while (level < kMaxLevel && random.below(options_.m) == 0) ++level;
      insert(order[i], level);
    }
    if (entry_ == kNone) return internal_error("a graph of no rows");
    hang_copies(first);
    return finish();
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  const std::byte* code_of(std::uint32_t row) const {
    return codes_.data() + std::size_t{row} * code_.stride();
  }
  float distance(const quant::CodeQuery& from, std::uint32_t to) const {
    return code_.distance(from, code_of(to));
  }

  NeighbourLists& lists(std::uint32_t level) { return level == 0 ? base_ : upper_; }
  std::size_t list_of(std::uint32_t row, std::uint32_t level) const {
    return level == 0 ? row : upper_first_[row] + level - 1;
  }

  void insert(std::uint32_t row, std::uint32_t level) {
    levels_[row] = static_cast<std::uint8_t>(level);
    if (level > 0) upper_first_[row] = static_cast<std::uint32_t>(upper_.size());
    for (std::uint32_t i = 0; i < level; ++i) upper_.add();
    if (entry_ == kNone) {
      entry_ = row;
      return;
    }
    const quant::CodeQuery from = code_.query_of(code_of(row));
    Candidate start{distance(from, entry_), entry_};
    const std::uint32_t top = levels_[entry_];
    for (std::uint32_t at = top; at > level; --at) start = descend(from, start, at);
    for (std::uint32_t at = std::min(top, level) + 1; at-- > 0;) {
      search(from, start, at, options_.ef_construction);
      start = beam_.at(0);
      connect(row, at);
    }
    if (level > top) entry_ = row;
  }

  // The nearest row of the level that can be reached downhill.
  Candidate descend(const quant::CodeQuery& from, Candidate best, std::uint32_t level) {
    for (bool nearer = true; nearer;) {
      nearer = false;
      for (const std::uint32_t row : lists(level).at(list_of(best.row, level))) {
        const Candidate found{distance(from, row), row};
        nearer = nearer || found < best;
        best = std::min(best, found);
      }
    }
    return best;
  }

  void search(const quant::CodeQuery& from, const Candidate& start, std::uint32_t level,
              std::size_t ef) {
    beam_.reset(ef);
    visited_.reset(rows_);
    visited_.meet({&start.row, 1});
    beam_.insert(start);
    for (Candidate nearest{}; beam_.next(nearest);) {
      const std::size_t met = visited_.mark();
      visited_.meet(lists(level).at(list_of(nearest.row, level)));
      const std::span<const std::uint32_t> fresh = visited_.since(met);
      for (const std::uint32_t row : fresh.first(std::min(ahead_, fresh.size())))
        code_.prefetch(code_of(row));
      distances_.resize(std::max(distances_.size(), fresh.size()));
      code_.distances(from, codes_.data(), fresh, distances_.data());
      for (std::size_t i = 0; i < fresh.size(); ++i)
        if (beam_.wants(distances_[i])) beam_.insert({distances_[i], fresh[i]});
    }
  }

  // Keeps candidates, nearest first, that are nearer to `from` than to any kept before them.
  std::vector<std::uint32_t> choose(const std::vector<Candidate>& candidates,
                                    std::uint32_t most) const {
    std::vector<std::uint32_t> kept;
    for (const Candidate& candidate : candidates) {
      if (kept.size() == most) break;
      const quant::CodeQuery from = code_.query_of(code_of(candidate.row));
      const bool good = std::all_of(kept.begin(), kept.end(), [&](std::uint32_t other) {
        return distance(from, other) >= candidate.distance;
      });
      if (good) kept.push_back(candidate.row);
    }
    return kept;
  }

  void connect(std::uint32_t row, std::uint32_t level) {
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < beam_.size(); ++i) candidates.push_back(beam_.at(i));
    const std::vector<std::uint32_t> chosen = choose(candidates, options_.m);
    lists(level).set(list_of(row, level), chosen);
    for (const std::uint32_t other : chosen) link_back(other, row, level);
  }

  void link_back(std::uint32_t from, std::uint32_t to, std::uint32_t level) {
    NeighbourLists& all = lists(level);
    const std::size_t list = list_of(from, level);
    if (all.at(list).size() < all.capacity()) {
      all.push(list, to);
      return;
    }
    const quant::CodeQuery query = code_.query_of(code_of(from));
    std::vector<Candidate> candidates{{distance(query, to), to}};
    for (const std::uint32_t row : all.at(list)) candidates.push_back({distance(query, row), row});
    std::sort(candidates.begin(), candidates.end());
    all.set(list, choose(candidates, all.capacity()));
  }

  // Those held out look for their neighbours among the others, which are in.
  Status measure_recall(std::span<const std::uint32_t> others,
                        std::span<const std::uint32_t> held_out,
                        const std::function<Status()>& pace) {
    VECSTORE_ASSIGN(const std::vector<float> farthest, distances_to_last(others, held_out, pace));
    RecallSample sample;
    for (std::size_t i = 0; i < held_out.size(); ++i) {
      if (i % 8 == 0) VECSTORE_TRY(pace());
      const quant::CodeQuery from = code_.query_of(code_of(held_out[i]));
      Candidate start{distance(from, entry_), entry_};
      for (std::uint32_t at = levels_[entry_]; at > 0; --at) start = descend(from, start, at);
      for (std::size_t width = 0; width < std::size(kCurveEfs); ++width) {
        search(from, start, 0, kCurveEfs[width]);
        sample.add(width, found_within(farthest[i]));
      }
    }
    recall_ = sample.curve();
    return {};
  }

  // Of each held out, how far the last of its kCurveK nearest among `others` is. Every one of those
  // is compared with all held out, whose codes stay in the cache; that estimates the other way
  // round than a walk does, so a few more are kept and compared again.
  Result<std::vector<float>> distances_to_last(std::span<const std::uint32_t> others,
                                               std::span<const std::uint32_t> held_out,
                                               const std::function<Status()>& pace) {
    std::vector<TopK<Candidate, std::less<>>> nearest(held_out.size(), {2 * kCurveK, {}});
    std::vector<float> distances(held_out.size());
    for (std::size_t i = 0; i < others.size(); ++i) {
      if (i % 1024 == 0) VECSTORE_TRY(pace());
      code_.distances(code_.query_of(code_of(others[i])), codes_.data(), held_out,
                      distances.data());
      for (std::size_t j = 0; j < held_out.size(); ++j) nearest[j].push({distances[j], others[i]});
    }
    for (std::size_t j = 0; j < held_out.size(); ++j) {
      const quant::CodeQuery from = code_.query_of(code_of(held_out[j]));
      std::vector<float> again;
      for (const Candidate& candidate : nearest[j].take())
        again.push_back(distance(from, candidate.row));
      std::sort(again.begin(), again.end());
      distances[j] = again[kCurveK - 1];
    }
    return distances;
  }

  // The share of the kCurveK nearest that the beam has; rows equally far as the last will do.
  double found_within(float farthest) const {
    std::size_t found = 0;
    while (found < std::min(beam_.size(), kCurveK) && beam_.at(found).distance <= farthest) ++found;
    return static_cast<double>(found) / kCurveK;
  }

  // Copies of a row are no part of the graph, where their links to each other would leave no room
  // for others: they hang below it as a tree, its own list names the first.
  void hang_copies(const std::vector<std::uint32_t>& first) {
    std::vector<std::vector<std::uint32_t>> copies(rows_);
    for (std::uint32_t row = 0; row < rows_; ++row)
      if (first[row] != row) copies[first[row]].push_back(row);
    for (std::uint32_t row = 0; row < rows_; ++row) {
      if (copies[row].empty()) continue;
      if (base_.at(row).size() == base_.capacity()) base_.pop(row);
      base_.push(row, copies[row].front());
      for (std::size_t i = 1; i < copies[row].size(); ++i)
        base_.push(copies[row][(i - 1) / base_.capacity()], copies[row][i]);
    }
  }

  BuiltHnsw finish() const {
    BuiltHnsw built;
    built.entry = entry_;
    built.recall = recall_;
    built.links.assign(base_.bytes().begin(), base_.bytes().end());
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < rows_; ++row)
      if (levels_[row] > 0) rows.push_back(row);
    put_u32(built.upper, static_cast<std::uint32_t>(rows.size()));
    for (const std::uint32_t row : rows) put_u32(built.upper, row);
    std::uint32_t first = 0;
    for (const std::uint32_t row : rows) {
      put_u32(built.upper, first);
      first += levels_[row];
    }
    put_u32(built.upper, first);
    const std::size_t list_bytes = (options_.m + 1) * sizeof(std::uint32_t);
    for (const std::uint32_t row : rows)
      put_bytes(built.upper,
                upper_.bytes().subspan(upper_first_[row] * list_bytes, levels_[row] * list_bytes));
    return built;
  }

  const quant::ScalarCode& code_;
  const ByteView codes_;
  const std::uint32_t rows_;
  const HnswOptions options_;
  NeighbourLists base_;
  NeighbourLists upper_;
  std::vector<std::uint32_t> upper_first_;
  std::vector<std::uint8_t> levels_;
  std::uint32_t entry_ = kNone;
  RecallCurve recall_;
  NearestList beam_;
  VisitedRows visited_;
  std::vector<float> distances_;
  const std::size_t ahead_ = code_.rows_ahead();
};

}  // namespace

Result<BuiltHnsw> build_hnsw(const quant::ScalarCode& code, ByteView codes,
                             const std::function<bool(std::uint32_t)>& present,
                             const HnswOptions& options, const std::function<Status()>& pace) {
  return Builder(code, codes, options).run(present, pace);
}

}  // namespace vecstore::index
