#include "db/sample_rows.h"

#include <utility>

#include "query/column/matching_rows.h"

namespace vecstore::db {
namespace {

class Reservoir {
 public:
  Reservoir(std::size_t count, Random& random) : count_(count), random_(random) {}

  void offer(const SampledRow& one) {
    const std::uint64_t at = random_.below(++met_);
    if (drawn_.size() < count_) {
      drawn_.push_back(one);
      std::swap(drawn_.back(), drawn_[static_cast<std::size_t>(at)]);
    } else if (at < count_) {
      drawn_[static_cast<std::size_t>(at)] = one;
    }
  }
  std::vector<SampledRow> take() { return std::move(drawn_); }

 private:
  const std::size_t count_;
  Random& random_;
  std::uint64_t met_ = 0;
  std::vector<SampledRow> drawn_;
};

}  // namespace

Result<std::vector<SampledRow>> sample_rows(const query::Snapshot& snapshot, std::uint32_t field,
                                            TimeMs now, std::size_t count, Random& random,
                                            const std::function<bool(const query::Segment&)>& of) {
  Reservoir reservoir(count, random);
  for (std::size_t i = 0; i < snapshot.segments.size(); ++i) {
    const query::Segment& segment = *snapshot.segments[i].segment;
    if (!segment.has_field(field) || !of(segment)) continue;
    VECSTORE_ASSIGN(const Bitmap rows, query::counting_rows(snapshot, snapshot.segments[i], now));
    Status status;
    rows.for_each([&](std::size_t row) {
      const Result<bool> there = segment.has_vector(field, static_cast<query::Row>(row));
      if (!there.ok()) status = there.status();
      if (there.ok() && *there) reservoir.offer({i, static_cast<query::Row>(row)});
    });
    VECSTORE_TRY(status);
  }
  return reservoir.take();
}

}  // namespace vecstore::db
