#include "db/segment/partition.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/random.h"
#include "db/segment/memory_segment.h"
#include "db/segment/record_codec.h"
#include "db/test_database.h"

namespace vecstore::db {
namespace {

// The order in which the records go into a file, by the position in which they were written.
std::vector<Row> order_of(const CollectionOptions& options, const std::vector<Metadata>& all) {
  const Schema schema = Schema::from_options(options).value();
  auto memory = std::make_shared<MemorySegment>(1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    Bytes payload;
    const Record one{.id = std::to_string(i), .metadata = all[i]};
    EXPECT_TRUE(encode_record(schema, "c", one, payload).ok());
    const RecordView view = decode_record(schema, payload).value();
    const RowInfo info{i + 1, 100, 200, 0, 0};
    EXPECT_TRUE(memory->append(schema, view, hash64(as_bytes(view.id)), info).ok());
  }
  const SegmentPlan plan = plan_segment(3, schema, {memory}, 1'000'000, 0).value();
  EXPECT_EQ(plan.min_sequence, 1u);
  EXPECT_EQ(plan.max_sequence, all.size());
  std::vector<Row> order;
  for (const SourceRow& at : plan.rows) order.push_back(at.row);
  return order;
}

TEST(Partition, rows_of_one_value_lie_together_in_the_order_of_writes) {
  const std::vector<Metadata> all = {{{"t", "b"}}, {{"t", 10}}, {}, {{"t", "a"}}, {{"t", 2.0}},
                                     {{"t", "b"}}, {{"t", 2}},  {}, {{"t", -1}},  {{"t", true}}};
  const CollectionOptions plain{.dimension = 2};
  EXPECT_EQ(order_of(plain, all), (std::vector<Row>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  const CollectionOptions divided{.dimension = 2, .partition_key = "t"};
  EXPECT_EQ(order_of(divided, all), (std::vector<Row>{2, 7, 9, 8, 4, 6, 1, 3, 0, 5}));
}

TEST(Partition, the_key_may_lie_deep) {
  const CollectionOptions divided{.dimension = 2, .partition_key = "of.whom"};
  const auto of = [](const char* whom) { return Metadata{{"of", Object{{"whom", whom}}}}; };
  EXPECT_EQ(order_of(divided, {of("z"), of("y"), {{"of", 3}}, of("y")}),
            (std::vector<Row>{2, 1, 3, 0}));
}

// Random writes, replacements and removals give the same answers with and without.
TEST(Partition, changes_no_answer) {
  std::vector<std::vector<std::string>> answers;
  for (const std::string& key : {std::string(), std::string("t")}) {
    TestDatabase test;
    Collection things = test.things({.dimension = 2, .partition_key = key});
    Random random(8);
    for (int i = 0; i < 600; ++i) {
      const std::string id = std::to_string(random.below(300));
      if (random.below(6) == 0) {
        EXPECT_TRUE(things.remove(id).ok());
      } else {
        EXPECT_TRUE(things
                        .upsert({.id = id,
                                 .vector = {static_cast<float>(random.normal()), 1},
                                 .metadata = {{"t", static_cast<int>(random.below(7))}}})
                        .ok());
      }
      if (i % 300 == 149) {
        EXPECT_TRUE(things.flush().ok());
      } else if (i % 300 == 299) {
        EXPECT_TRUE(things.compact().ok());
      }
    }
    std::vector<std::string>& told = answers.emplace_back();
    for (int t = 0; t < 7; ++t)
      for (const Hit& hit :
           things.query({.vector = {0.5f, 1}, .filter = "t = " + std::to_string(t)}).value())
        told.push_back(hit.id);
  }
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_GT(answers[0].size(), 50u);
}

TEST(Partition, keys_of_every_kind_are_told_apart) {
  TestDatabase fixture;
  Collection things = fixture.things({.dimension = 2, .partition_key = "key"});
  const Value keys[] = {true, false, 1, -1.5, "a", List{1, 2}, Object{{"x", 1}}, Value()};
  for (int i = 0; i < 40; ++i)
    ASSERT_TRUE(things
                    .upsert({.id = std::to_string(i),
                             .vector = {1, static_cast<float>(i)},
                             .metadata = Metadata{{"key", keys[i % 8]}, {"n", i}}})
                    .ok());
  ASSERT_TRUE(things.flush().ok());
  EXPECT_EQ(things.count("key = true").value(), 5u);
  EXPECT_EQ(things.count("key = false").value(), 5u);
  EXPECT_EQ(things.count("key < 0").value(), 5u);
  EXPECT_EQ(things.count("key IS NULL").value(), 5u);
}

}  // namespace
}  // namespace vecstore::db
