// Compares vectors and keeps the nearest rows: the part of a search that gives exact distances.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/stopwatch.h"
#include "index/dense_distance.h"
#include "query/joint_walk.h"
#include "query/nearest_rows.h"
#include "query/plan_segment.h"
#include "query/search.h"
#include "query/segment.h"

namespace vecstore::query {

// Rows [begin, end) of one segment.
struct ScanTask {
  std::uint32_t segment;
  Row begin;
  Row end;
};

// One thread's part of a search. Everything given outlives it.
class Scanner {
 public:
  // `plans` has one for each segment; `dense` is null unless dense vectors are compared.
  Scanner(const Snapshot& snapshot, const SearchRequest& request,
          std::span<const SegmentPlan> plans, const index::DenseDistance* dense);

  // By the vectors.
  Status scan(const ScanTask& task);
  // By graph and codes, for a plan to walk or to sweep; then the vectors of what that finds.
  Status walk(std::uint32_t segment);
  // All whose plans say so.
  Status walk_together();
  // By the codes of a plan without a graph, and the vectors of the rows that can be near by them.
  // Rows without a code are scanned.
  Status sweep(std::uint32_t segment);
  // The time that its scans took.
  double spent_ms() const;
  // Takes over what another found, and `share` of its time.
  Status take(Scanner& from, double share);

  Result<SearchAnswer> finish();

 private:
  static constexpr std::uint32_t kMaxChunkRows = 4096;

  bool stopped();
  Status sweep_codes(std::uint32_t number, const Segment& segment);
  Status offer_nearest(std::span<const Contender> rows);
  void share_out(std::span<const std::uint32_t> segments, const JointContenders& found,
                 const Stopwatch& watch);
  Status scan_rows(const ScanTask& task);
  Status list(const ScanTask& task, const Segment& segment, const Bitmap* allowed);
  Status scan_dense(const ScanTask& task, const Segment& segment, const Bitmap* allowed);
  // Up to `limit` rows, as many as lie together: how many.
  Result<std::uint32_t> compare_run(std::uint32_t number, const Segment& segment, Row at,
                                    std::uint32_t limit, const Bitmap* allowed);
  // The allowed rows from `at`, which is one, each by itself.
  Status compare_single(std::uint32_t number, const Segment& segment, Row at, Row end,
                        const Bitmap& allowed);
  Status scan_blobs(const ScanTask& task, const Segment& segment, const Bitmap* allowed);
  Result<double> blob_distance(ByteView bytes) const;
  std::uint32_t chunk_rows() const;
  Status offer_vector(std::uint32_t number, const Segment& segment, Row row, double distance,
                      bool known_to_pass);
  Status offer(std::uint32_t number, const Segment& segment, Row row, double distance,
               bool known_to_pass);

  const Snapshot& snapshot_;
  const SearchRequest& request_;
  const std::span<const SegmentPlan> plans_;
  const index::DenseDistance* const dense_;
  NearestRows nearest_;
  SearchAnswer answer_;
  Bytes scratch_;
  std::vector<float> factors_;
  std::vector<float> distances_;
};

}  // namespace vecstore::query
