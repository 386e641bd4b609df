// Figures of the running service as Prometheus reads them (text format 0.0.4).
//
// The families are a table (metrics.cc). Labels are bounded: beyond kMaxSeries different ones a
// family's figures go to a series whose labels are "other". Safe from many threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sync.h"

namespace vecstore {

// In the order of the table.
enum class Figure : unsigned char {
  kRequests,           // counter: operation, code
  kRequestSeconds,     // histogram: operation
  kRefused,            // counter: reason
  kConnections,        // gauge
  kInFlight,           // gauge
  kQueued,             // gauge
  kRecordsWritten,     // counter
  kAuditFailures,      // counter
  kCollections,        // gauge
  kFileBytes,          // gauge
  kLogBytes,           // gauge
  kCollectionRecords,  // gauge: collection
  kUsageFailures       // counter
};
inline constexpr std::size_t kFigures = 13;

class Metrics {
 public:
  static constexpr std::size_t kMaxSeries = 256;  // of a family

  using Labels = std::vector<std::string>;  // the values, as many as the family has labels

  void add(Figure figure, double amount, const Labels& labels = {});
  void set(Figure figure, double value, const Labels& labels = {});
  void observe(Figure figure, double seconds, const Labels& labels = {});
  // Forgets the series of a family: before gauges of things that may be gone are set anew.
  void clear(Figure figure);
  double value(Figure figure, const Labels& labels = {}) const;

  std::string text() const;

 private:
  static constexpr std::array<double, 13> kBounds = {
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};
  struct Series {
    double value = 0;  // of a histogram: the sum
    std::array<std::uint64_t, kBounds.size() + 1> buckets = {};
  };
  using Family = std::map<Labels, Series>;
  Series& series(Figure figure, const Labels& labels) VECSTORE_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::array<Family, kFigures> families_ VECSTORE_GUARDED_BY(mutex_);
};

}  // namespace vecstore
