#include "rag/eval/trec_run.h"

#include <gtest/gtest.h>

#include "rag/eval/test_lines.h"

namespace vecstore {
namespace {

std::string order_of(const std::string& text) {
  std::string order;
  const Result<TrecRun> run = read_trec_run(lines_of(text));
  if (!run.ok()) return run.status().message();
  for (const RankedHit& hit : run->at("1")) order += hit.id;
  return order;
}

TEST(TrecRun, scores_order_hits_and_ranks_do_not) {
  EXPECT_EQ(order_of("1 Q0 a 1 0.5 x\n1\tQ0\tb\t2\t7\tx\r\n\n 1 Q0 c 3 +1e0 x\n2 Q0 z 1 9 x\n"),
            "bca");
  EXPECT_EQ(order_of("1 Q0 a 1 1 x\n1 Q0 c 2 1 x\n1 Q0 b 3 1.00000001 x\n"), "cba")
      << "of equal scores, in single precision, the last document is the first";
}

TEST(TrecRun, a_bad_line_is_named) {
  EXPECT_EQ(order_of("\n"), "it ranks nothing");
  EXPECT_EQ(order_of("1 Q0 \xff 1 1 x\n"), "line 1: is not UTF-8");
  EXPECT_EQ(order_of("1 Q0 a 1 1\n"),
            "line 1: has 5 columns, expected query, Q0, document, rank, score, name");
  EXPECT_EQ(order_of("1 Q0 a 1 1 x y\n"),
            "line 1: has 7 columns, expected query, Q0, document, rank, score, name");
  EXPECT_EQ(order_of("1 Q0 a 1 1 x\n1 Q0 b 2 high x\n"),
            "line 2: has the score 'high', expected a number");
  EXPECT_NE(order_of("1 Q0 a 1 1e39 x\n").find("has the score"), std::string::npos);
  EXPECT_EQ(order_of("1 Q0 a 1 1 x\n1 Q0 a 2 1 x\n"),
            "line 2: has 'a' for query '1' a second time");
}

}  // namespace
}  // namespace vecstore
