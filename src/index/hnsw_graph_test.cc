#include "index/hnsw_graph.h"

#include <gtest/gtest.h>

#include "index/test_graph.h"

namespace vecstore::index {
namespace {

TEST(HnswGraph, opens_what_the_builder_wrote) {
  const TestGraph built(600, 8, {.m = 4});
  const HnswGraph graph = built.graph().value();
  EXPECT_EQ(graph.rows(), 600u);
  EXPECT_EQ(graph.m(), 4u);
  EXPECT_EQ(graph.entry(), built.built.entry);
  EXPECT_GT(graph.top_level(), 1u);
  EXPECT_TRUE(graph.neighbours_above(graph.entry(), graph.top_level() + 1).empty());
}

TEST(HnswGraph, refuses_sizes_and_numbers_that_do_not_fit) {
  const TestGraph built(600, 8, {.m = 4});
  const BuiltHnsw& good = built.built;
  const auto code_of = [&](std::uint32_t rows, std::uint32_t m, std::uint32_t entry, ByteView links,
                           ByteView upper) {
    return HnswGraph::open(rows, m, entry, links, upper).status().code();
  };
  EXPECT_EQ(code_of(599, 4, 0, good.links, good.upper), Code::kDataLoss);
  EXPECT_EQ(code_of(600, 5, 0, good.links, good.upper), Code::kDataLoss);
  EXPECT_EQ(code_of(600, 4, 600, good.links, good.upper), Code::kDataLoss);
  EXPECT_EQ(code_of(0, 4, 0, {}, good.upper), Code::kDataLoss);
  EXPECT_EQ(code_of(600, 4, 0, good.links, {}), Code::kDataLoss);
  for (std::size_t size = 0; size < good.upper.size(); size += 3)
    EXPECT_EQ(code_of(600, 4, 0, good.links, ByteView(good.upper).first(size)), Code::kDataLoss);
}

// Whatever the bytes, walking stays inside them.
TEST(HnswGraph, survives_any_flipped_byte) {
  TestGraph built(300, 8, {.m = 4});
  const std::vector<float> query(8, 0.5f);
  for (Bytes* bytes : {&built.built.upper, &built.built.links}) {
    for (std::size_t at = 0; at < bytes->size(); at += 3) {
      for (const std::byte flip : {std::byte{0x80}, std::byte{0x01}}) {
        (*bytes)[at] ^= flip;
        const auto graph = built.graph();
        if (graph.ok()) {
          const auto found = search_hnsw({*graph, built.code, built.codes.data()},
                                         built.code.query(query), {.ef = 30});
          EXPECT_TRUE(found.ok() || found.status().code() == Code::kDataLoss);
        } else {
          EXPECT_EQ(graph.status().code(), Code::kDataLoss);
        }
        (*bytes)[at] ^= flip;
      }
    }
  }
}

}  // namespace
}  // namespace vecstore::index
