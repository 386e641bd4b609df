#include "db/search/mmr.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "db/segment/record_reader.h"
#include "index/dense_distance.h"

namespace vecstore::db {
namespace {

constexpr std::size_t kRowsBetweenLooks = 1024;

// So that no sum of two is without meaning.
double bounded(double score) {
  constexpr double kMost = 1e300;
  return std::isnan(score) ? -kMost : std::clamp(score, -kMost, kMost);
}

}  // namespace

Result<MmrPicker> MmrPicker::make(const Setup& setup, const std::vector<RankedRow>& rows) {
  MmrPicker picker(setup, rows);
  double least = 0, range = 0;
  if (!rows.empty()) {
    const auto [low, high] = std::ranges::minmax_element(rows, {}, &RankedRow::score);
    least = bounded(low->score);
    range = bounded(high->score) - least;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const query::Segment& segment = *setup.snapshot.segments[rows[i].segment].segment;
    Left one{.at = i};
    one.fit = bounded(rows[i].score);
    if (!setup.own_vector) one.fit = range > 0 ? (one.fit - least) / range : 1;
    if (segment.has_field(setup.field)) {
      // unreached: which rows have dense vectors is in memory
      VECSTORE_ASSIGN(one.has_vector, segment.has_vector(setup.field, rows[i].row));
    }
    picker.left_.push_back(one);
  }
  return picker;
}

// The first of equals: the better ranked one.
std::size_t MmrPicker::best() const {
  std::size_t best = first_;
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t i = first_; i < left_.size(); ++i) {
    const double alike = any_picked_ && left_[i].has_vector ? left_[i].alike : 0;
    const double value = setup_.lambda * left_[i].fit - (1 - setup_.lambda) * alike;
    if (value <= most) continue;
    most = value;
    best = i;
  }
  return best;
}

Result<std::size_t> MmrPicker::next() {
  const bool stopped = setup_.stopped && setup_.stopped();
  if (stopped) return left_[first_++].at;  // in the order that they came
  const std::size_t at = best();
  const Left picked = left_[at];
  left_.erase(left_.begin() + static_cast<std::ptrdiff_t>(at));
  if (picked.has_vector) VECSTORE_TRY(compare_with(picked));
  return picked.at;
}

Status MmrPicker::compare_with(const Left& picked) {
  const RankedRow& row = (*rows_)[picked.at];
  const query::Segment& of = *setup_.snapshot.segments[row.segment].segment;
  VECSTORE_ASSIGN(const Vector vector, read_vector(setup_.schema, setup_.field, of, row.row));
  const VectorField& field = setup_.schema.fields[setup_.field];
  const index::DenseDistance distance(field.metric, field.storage, *vector.dense());
  Bytes scratch;
  std::vector<float> factors;
  for (std::size_t i = first_; i < left_.size(); ++i) {
    Left& one = left_[i];
    if (i % kRowsBetweenLooks == 0 && setup_.stopped && setup_.stopped()) break;
    if (!one.has_vector) continue;
    const RankedRow& other = (*rows_)[one.at];
    const query::Segment& segment = *setup_.snapshot.segments[other.segment].segment;
    VECSTORE_ASSIGN(const index::DenseRows rows,
                    segment.dense(setup_.field, other.row, 1, scratch, factors));
    float found = 0;
    distance(rows, &found);
    ++distances_;
    const double alike = bounded(score_of_distance(field.metric, static_cast<double>(found)));
    one.alike = any_picked_ ? std::max(one.alike, alike) : alike;
  }
  any_picked_ = true;
  return {};
}

}  // namespace vecstore::db
