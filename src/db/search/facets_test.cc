#include "db/search/facets.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <span>

#include "base/random.h"
#include "db/test_database.h"
#include "query/filter/filter_path.h"
#include "query/test_segment.h"

namespace vecstore {
namespace {

struct ByValue {
  bool operator()(const Value& a, const Value& b) const { return compare_values(a, b) < 0; }
};
using Counts = std::map<Value, std::uint64_t, ByValue>;
using Values = std::set<Value, ByValue>;
using Steps = std::span<const query::Path::value_type>;

// By definition: keys go through lists, positions do not, the elements of a list at the end count.
void reach(const Value& from, Steps steps, Values& found) {
  const List* list = from.as_list();
  const Object* object = from.as_object();
  if (steps.empty() && !object && !list && !from.is_null()) found.insert(from);
  if (steps.empty() && list) {
    for (const Value& each : *list)
      if (!each.as_list()) reach(each, steps, found);
  }
  if (steps.empty()) return;
  if (const auto* position = std::get_if<std::size_t>(&steps[0])) {
    if (list && *position < list->size()) reach((*list)[*position], steps.subspan(1), found);
  } else if (list) {
    for (const Value& each : *list)
      if (each.as_object()) reach(each, steps, found);
  } else if (object) {
    const Value* member = object->find(std::get<std::string>(steps[0]));
    if (member) reach(*member, steps.subspan(1), found);
  }
}

Counts naive_counts(const Collection& in, const query::Path& path, const Filter& filter) {
  Counts counts;
  Scan scan = in.scan({.filter = filter}).value();
  const auto records = scan.next(100'000).value();
  for (const Record& record : records) {
    Values found;
    reach(record.metadata, path, found);
    for (const Value& value : found) ++counts[value];
  }
  return counts;
}

Value sample(Random& random, int depth) {
  static const std::vector<Value> kScalars = {1, 2, 2.0, 1.5, -3, -0.0, 0, "x", "y", "1", true};
  const std::uint64_t kind = random.below(depth > 0 ? 8 : 5);
  if (kind == 5) return Object{{"k", sample(random, depth - 1)}, {"j", sample(random, 0)}};
  if (kind < 6) return random.below(12) == 0 ? Value() : kScalars[random.below(kScalars.size())];
  List list;
  for (std::uint64_t n = random.below(4); n > 0; --n) list.push_back(sample(random, depth - 1));
  return list;
}

Record random_record(Random& random) {
  Record made;
  made.id = std::to_string(random.below(400));
  for (const char* key : {"a", "b", "year"})
    if (random.below(4) > 0) made.metadata[key] = sample(random, 2);
  return made;
}

Status change(Random& random, Collection& things) {
  const std::string id = std::to_string(random.below(400));
  const std::uint64_t kind = random.below(12);
  if (kind == 0) return things.remove(id).status();
  const bool there = things.contains(id).value();
  if (kind == 1 && there) return things.soft_delete(id).status();
  if (kind == 2 && there)
    return things.set_ttl(id, std::chrono::milliseconds(random.below(100) + 1)).status();
  return things.upsert(random_record(random)).status();
}

// One value for the lot: an integer and the double equal to it are one.
void expect_counts(const Facet& facet, const Counts& wanted) {
  Counts counts;
  for (const FacetCount& one : facet.values) {
    EXPECT_TRUE(counts.emplace(one.value, one.records).second) << one.value.to_json() << " twice";
  }
  ASSERT_EQ(counts.size(), wanted.size());
  for (const auto& [value, count] : wanted) EXPECT_EQ(counts[value], count) << value.to_json();
  EXPECT_EQ(facet.different, wanted.size());
}

void expect_summary(const Summary& summary, const Counts& values) {
  Summary wanted;
  for (const auto& [value, count] : values) {
    if (!value.is_number()) continue;
    const double number =
        value.as_int() ? static_cast<double>(*value.as_int()) : *value.as_double();
    if (wanted.count == 0) wanted.min = value;
    wanted.max = value;
    wanted.count += count;
    wanted.sum += number * static_cast<double>(count);
  }
  EXPECT_EQ(summary.count, wanted.count);
  EXPECT_EQ(compare_values(summary.min, wanted.min), 0) << summary.min.to_json();
  EXPECT_EQ(compare_values(summary.max, wanted.max), 0) << summary.max.to_json();
  EXPECT_DOUBLE_EQ(summary.sum, wanted.sum);
  const double records = static_cast<double>(std::max<std::uint64_t>(wanted.count, 1));
  EXPECT_DOUBLE_EQ(summary.mean, wanted.sum / records);
}

void compare_with_naive(const Collection& things) {
  const std::vector<std::pair<std::string, query::Path>> fields = {
      {"a", {"a"}},
      {"a.k", {"a", "k"}},
      {"b[0]", {"b", std::size_t{0}}},
      {"b[1].k", {"b", std::size_t{1}, "k"}},
      {"nothing", {"nothing"}}};
  for (const auto& [name, path] : fields) {
    for (const char* filter : {"", "year >= 1", "LEN(a) > 1 OR $id < '2'", "year = 'none'"}) {
      SCOPED_TRACE(name + " where " + filter);
      const Counts wanted = naive_counts(things, path, filter);
      expect_counts(things.facet(name, filter, 10'000).value(), wanted);
      expect_summary(things.summarize(name, filter).value(), wanted);
    }
  }
}

TEST(Facets, agree_with_a_naive_count_while_records_change) {
  TestDatabase fixture;
  fixture.options.seal_rows = 150;
  fixture.open();
  Collection things = fixture.things();
  Random random(71);
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(change(random, things).ok());
    fixture.clock.advance(20);
    if (round % 4 == 1) {
      ASSERT_TRUE(things.flush().ok());
    }
    if (round == 9) {
      ASSERT_TRUE(things.compact().ok());
    }
    compare_with_naive(things);
  }
  const CollectionStats stats = things.stats().value();
  EXPECT_GT(stats.segments, 0u);
  EXPECT_GT(stats.memory_rows, 0u);
}

TEST(Facets, the_most_frequent_come_first_and_the_rest_is_counted) {
  TestDatabase fixture;
  Collection things = fixture.things();
  for (int i = 0; i < 9; ++i)
    ASSERT_TRUE(
        things.upsert({.id = std::to_string(i), .metadata = Metadata{{"n", i % 4}}, .text = "t"})
            .ok());
  const Facet facet = things.facet("n", {}, 2).value();
  ASSERT_EQ(facet.values.size(), 2u);
  EXPECT_EQ(facet.values[0].value, Value(0));
  EXPECT_EQ(facet.values[0].records, 3u);
  EXPECT_EQ(facet.values[1].value, Value(1)) << "of the equally frequent the least";
  EXPECT_EQ(facet.different, 4u);
  EXPECT_EQ(things.facet("$text").value().values[0].records, 9u);
  EXPECT_EQ(things.facet("$id", "n = 3").value().different, 2u);
  EXPECT_EQ(things.summarize("$created_at").value().count, 9u);
}

TEST(Facets, of_a_field_that_is_none_are_refused) {
  TestDatabase fixture;
  Collection things = fixture.things();
  EXPECT_EQ(things.facet("a").value().different, 0u);
  EXPECT_TRUE(things.summarize("a").value().min.is_null());
  EXPECT_EQ(message_of(things.facet("a", {}, 0)), "limit is 0, expected 1 to 10000");
  EXPECT_EQ(message_of(things.facet("a", {}, 10'001)), "limit is 10001, expected 1 to 10000");
  EXPECT_NE(message_of(things.facet("a..b")).find("field 'a..b' column 3"), std::string::npos);
  EXPECT_EQ(message_of(things.facet("$id.x")), "field '$id.x' column 1: $id has no members");
  EXPECT_EQ(code_of(things.summarize("")), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.summarize("a", "year >")), Code::kInvalidArgument);
}

// Two segments without columns, told to stop when they look for the first, second ... time.
TEST(Facets, that_are_stopped_anywhere_give_nothing) {
  query::Snapshot snapshot;
  for (int part = 0; part < 2; ++part) {
    const auto segment = std::make_shared<query::FakeSegment>(
        VectorField{.name = "vector", .dimension = query::kDimension});
    for (int i = 0; i < 3; ++i)
      segment->add(std::to_string(3 * part + i), std::nullopt, {{"n", i}});
    snapshot.segments.push_back({segment, 3});
  }
  const query::Path path = query::parse_path("n").value();
  const auto filter = Filter::parse("n >= 0").value().node().value();
  for (const FilterNode* node : {static_cast<const FilterNode*>(nullptr), filter.get()}) {
    int stopped = 0;
    for (;; ++stopped) {
      int looked = 0;
      const auto stop = [&] { return looked++ == stopped; };
      const Result<Facet> facet = db::count_values(snapshot, path, node, 0, 10, stop);
      if (facet.ok()) {
        EXPECT_EQ(facet->different, 3u);
        break;
      }
      ASSERT_EQ(facet.status().code(), Code::kCancelled) << stopped;
    }
    EXPECT_GE(stopped, 8) << "two segments and six rows";
  }
}

}  // namespace
}  // namespace vecstore
