#include "service/metrics.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, counters_and_gauges_are_written_as_prometheus_reads_them) {
  Metrics metrics;
  metrics.add(Figure::kRequests, 2, {"query", "ok"});
  metrics.add(Figure::kRequests, 1, {"query", "ok"});
  metrics.set(Figure::kConnections, 7);
  metrics.set(Figure::kConnections, 5);
  EXPECT_THAT(metrics.text(),
              HasSubstr("# HELP vecstore_requests_total Requests answered.\n"
                        "# TYPE vecstore_requests_total counter\n"
                        "vecstore_requests_total{operation=\"query\",code=\"ok\"} 3\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("\nvecstore_connections 5\n"));
}

TEST(Metrics, histograms_count_upwards_to_infinity) {
  Metrics metrics;
  for (const double seconds : {0.0004, 0.0005, 0.2, 99.0})
    metrics.observe(Figure::kRequestSeconds, seconds, {"query"});
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("_bucket{operation=\"query\",le=\"0.0005\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{operation=\"query\",le=\"0.1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{operation=\"query\",le=\"0.25\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{operation=\"query\",le=\"10\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{operation=\"query\",le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("vecstore_request_seconds_sum{operation=\"query\"} 99.2009\n"));
  EXPECT_THAT(text, HasSubstr("vecstore_request_seconds_count{operation=\"query\"} 4\n"));
}

TEST(Metrics, labels_cannot_break_a_line) {
  Metrics metrics;
  metrics.set(Figure::kCollectionRecords, 1, {"a\"b\\c\nd"});
  EXPECT_THAT(metrics.text(), HasSubstr("{collection=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

TEST(Metrics, series_are_bounded) {
  Metrics metrics;
  for (int i = 0; i < 1000; ++i)
    metrics.add(Figure::kCollectionRecords, 1, {"c" + std::to_string(i)});
  EXPECT_EQ(metrics.value(Figure::kCollectionRecords, {"c5"}), 1);
  EXPECT_EQ(metrics.value(Figure::kCollectionRecords, {"other"}), 1000.0 - Metrics::kMaxSeries);
  metrics.clear(Figure::kCollectionRecords);
  EXPECT_THAT(metrics.text(), Not(HasSubstr("collection=")));
}

}  // namespace
}  // namespace vecstore
