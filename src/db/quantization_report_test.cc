#include "db/quantization_report.h"

#include <gtest/gtest.h>

#include "db/test_reader.h"

namespace vecstore::db {
namespace {

TEST(MakeQuantizationReport, looks_at_its_token_with_every_row_it_reads_and_turns) {
  WriterAndReader both;
  Collection things = both.things();
  ASSERT_TRUE(fill(things, 0, 40).ok());
  DatabaseOptions reading = both.options;
  reading.read_only = true;
  const auto store = Store::open("store", reading, both.environment(both.watched)).value();
  const ReadState state = store->catalog().find("things")->read();
  const QuantizationReportOptions options{.rows = 30, .queries = 10, .k = 3};
  int calls = 0;
  const auto count = [&] { return ++calls, Status(); };
  ASSERT_TRUE(make_quantization_report(state, options, 0, count).ok());
  const int all = calls;
  EXPECT_GE(all, 2 * 30) << "of each row, when it is read and when it is turned";
  for (int most = 0; most < all; ++most) {
    calls = 0;
    const auto stop = [&] { return ++calls > most ? cancelled("enough") : Status(); };
    EXPECT_EQ(make_quantization_report(state, options, 0, stop).status().code(), Code::kCancelled)
        << most << " of " << all;
  }
}

}  // namespace
}  // namespace vecstore::db
