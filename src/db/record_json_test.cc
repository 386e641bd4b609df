#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>

#include "base/random.h"
#include "vecstore/record.h"

namespace vecstore {
namespace {

Result<Record> read(const std::string& json) {
  const Result<Value> value = Value::parse_json(json);
  if (!value.ok()) return value.status();
  return Record::from_json(*value);
}

std::string problem(const std::string& json) { return read(json).status().message(); }

// Equal to the bit: -0.0 is not 0.0 here.
bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float x, float y) {
    return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
  });
}

bool same(const Vector& a, const Vector& b) {
  if (a.dense() && b.dense()) return same_bits(*a.dense(), *b.dense());
  if (a.multi() && b.multi())
    return a.multi()->dimension == b.multi()->dimension &&
           same_bits(a.multi()->values, b.multi()->values);
  if (a.sparse() && b.sparse())
    return *a.sparse() == *b.sparse() && same_bits(a.sparse()->values, b.sparse()->values);
  return a == b;
}

void expect_same(const Record& a, const Record& b, const std::string& json) {
  EXPECT_EQ(a.id, b.id) << json;
  EXPECT_TRUE(same(a.vector, b.vector)) << json;
  ASSERT_EQ(a.vectors.size(), b.vectors.size()) << json;
  for (std::size_t i = 0; i < a.vectors.size(); ++i) {
    EXPECT_EQ(a.vectors[i].field, b.vectors[i].field) << json;
    EXPECT_TRUE(same(a.vectors[i].vector, b.vectors[i].vector)) << json;
  }
  EXPECT_EQ(a.metadata, b.metadata) << json;
  EXPECT_EQ(a.text, b.text) << json;
  EXPECT_EQ(std::tie(a.expires_at, a.created_at, a.updated_at, a.deleted_at, a.version),
            std::tie(b.expires_at, b.created_at, b.updated_at, b.deleted_at, b.version))
      << json;
}

TEST(RecordJson, members_that_are_not_set_are_not_written) {
  EXPECT_EQ(Record{.id = "a"}.to_json(), R"({"id":"a"})");
  EXPECT_EQ((Record{.id = "a", .vectors = {{"title", Vector()}}}).to_json(), R"({"id":"a"})");
}

TEST(RecordJson, has_one_canonical_form) {
  Record record;
  record.id = "a\"b";
  record.vector = {1, -0.5, 0.1f};
  record.metadata = {{"year", 2024}, {"ratio", 1.0}, {"tags", List{"x"}}};
  record.text = "é\n";
  record.vectors = {{"terms", SparseVector{100, {3, 70}, {0.5, 2}}},
                    {"bits", BinaryVector{12, {0xA5, 0xF0}}},
                    {"tokens", MultiVector{2, {1, 2, 3, 4}}}};
  record.expires_at = 5;
  record.created_at = 1;
  record.updated_at = 2;
  record.deleted_at = 3;
  record.version = 4;
  EXPECT_EQ(record.to_json(),
            R"({"id":"a\"b","vector":[1.0,-0.5,0.1],)"
            R"("vectors":{"terms":{"dimension":100,"indices":[3,70],"values":[0.5,2.0]},)"
            R"("bits":{"dimension":12,"bits":"pfA="},"tokens":[[1.0,2.0],[3.0,4.0]]},)"
            R"("text":"é\n","metadata":{"year":2024,"ratio":1.0,"tags":["x"]},)"
            R"("expires_at":5,"created_at":1,"updated_at":2,"deleted_at":3,"version":4})");
}

TEST(RecordJson, reads_the_simplest_forms) {
  const Record record =
      read(R"({"metadata": {"a": null}, "id": "a", "vector": [1, 2.5], "text": null})").value();
  EXPECT_EQ(record.vector, Vector({1, 2.5}));
  EXPECT_EQ(record.metadata, (Object{{"a", nullptr}}));
  EXPECT_EQ(record.text, std::nullopt) << "null counts as absent";
  EXPECT_EQ(read(R"({"id": ""})")->id, "") << "what an id may be is checked when it is written";
  EXPECT_EQ(read(R"({"id": "a", "text": ""})")->text, "");
}

TEST(RecordJson, floats_come_back_to_the_bit) {
  const float limit = std::numeric_limits<float>::max();
  const float denormal = std::numeric_limits<float>::denorm_min();
  const DenseVector values = {0.0f,
                              -0.0f,
                              denormal,
                              -denormal,
                              limit,
                              -limit,
                              std::numeric_limits<float>::min(),
                              std::nextafter(1.0f, 2.0f),
                              16777216.0f,
                              7.0385307e-26f,
                              -7.0385307e-26f,
                              1e-45f,
                              1.17549421e-38f};
  Record record{.id = "a", .vector = values};
  EXPECT_TRUE(same_bits(*read(record.to_json())->vector.dense(), values)) << record.to_json();
}

float any_float(Random& random) {
  for (;;) {
    const auto number = std::bit_cast<float>(static_cast<std::uint32_t>(random.next()));
    if (std::isfinite(number)) return number;
  }
}

std::vector<float> floats(Random& random, std::uint64_t count) {
  std::vector<float> numbers(count);
  for (float& number : numbers) number = any_float(random);
  return numbers;
}

Vector any_vector(Random& random) {
  const auto dimension = static_cast<std::uint32_t>(1 + random.below(20));
  switch (random.below(4)) {
    case 0: {
      SparseVector sparse{1000, {}, {}};
      for (std::uint32_t i = 0; i < 20; ++i) {
        if (random.below(2) == 0)
          sparse.indices.push_back(i * 50 + static_cast<std::uint32_t>(random.below(50)));
      }
      sparse.values = floats(random, sparse.indices.size());
      return sparse;
    }
    case 1: {
      BinaryVector binary{dimension, {}};
      for (std::uint32_t i = 0; i < (dimension + 7) / 8; ++i)
        binary.bytes.push_back(static_cast<std::uint8_t>(random.next()));
      return binary;
    }
    case 2:
      return MultiVector{dimension, floats(random, dimension * (1 + random.below(4)))};
    default:
      return floats(random, dimension);
  }
}

Record any_record(Random& random) {
  Record record;
  record.id = "id" + std::to_string(random.below(1000));
  if (random.below(4) != 0) record.vector = any_vector(random);
  for (std::uint64_t i = random.below(4); i > 0; --i)
    record.vectors.push_back({"field \"" + std::to_string(i), any_vector(random)});
  if (random.below(2) == 0) record.text = std::string(random.below(5), 'x') + "\n\"é";
  record.metadata["int"] = static_cast<std::int64_t>(random.next());
  record.metadata["double"] =
      random.normal() * std::pow(10.0, static_cast<double>(random.below(600)) - 300);
  record.metadata["list"] = List{nullptr, true, "x", Object{{"y", 1.0}}};
  for (TimeMs* time :
       {&record.expires_at, &record.created_at, &record.updated_at, &record.deleted_at}) {
    if (random.below(2) == 0) *time = static_cast<TimeMs>(random.next() >> 1);
  }
  record.version = random.next() >> 1;
  return record;
}

TEST(RecordJson, random_records_of_every_kind_survive_the_round_trip) {
  Random random(99);
  for (int round = 0; round < 5'000; ++round) {
    const Record record = any_record(random);
    const std::string json = record.to_json();
    const Result<Record> again = read(json);
    ASSERT_TRUE(again.ok()) << json << ": " << again.status().message();
    expect_same(record, *again, json);
    ASSERT_EQ(again->to_json(), json);
    if (HasFailure()) return;
  }
}

TEST(RecordJson, an_unknown_member_is_an_error_that_names_the_nearest) {
  EXPECT_EQ(problem(R"({"id": "a", "metdata": {}})"),
            "record 'a': unknown member 'metdata', did you mean 'metadata'");
  EXPECT_EQ(problem(R"({"id": "a", "zzz": 1})"), "record 'a': unknown member 'zzz'");
  EXPECT_EQ(problem(R"({"id": "a", "vector": {"dimension": 4, "indices": [], "vals": []}})"),
            "record 'a': vector: unknown member 'vals', did you mean 'values'");
  EXPECT_EQ(problem(R"({"id": "a", "vector": {"dim": 4, "bits": ""}})"),
            "record 'a': vector: unknown member 'dim'");
}

TEST(RecordJson, ids_are_strings_and_always_there) {
  EXPECT_EQ(problem(R"({"vector": [1]})"), "a record has no id");
  EXPECT_EQ(problem(R"({"id": 5})"), "the id of a record must be a string: write \"5\"");
  EXPECT_EQ(problem(R"({"id": null})"), "the id of a record must be a string");
  EXPECT_EQ(problem("[1, 2]"), "a record must be a JSON object");
}

TEST(RecordJson, hostile_members_are_refused_by_name_and_number) {
  const std::pair<const char*, const char*> kProblems[] = {
      {R"("vector": [1, "x"])", "vector: component 1 must be a number"},
      {R"("vector": [1, null])", "vector: component 1 must be a number"},
      {R"("vector": [1e39])", "vector: component 0 is beyond 32-bit floats"},
      {R"("vector": [[1, 2], [3]])", "vector: row 1 has 1 components, the first has 2"},
      {R"("vector": [[1, 2], 3])", "vector: row 1 must be a list of numbers like the first"},
      {R"("vector": [[]])", "vector: row 0 has 0 components, the first has 0"},
      {R"("vector": [[1, [2]]])", "vector: row 0: component 1 must be a number"},
      {R"("vectors": {"t": [1, true]})", "vectors.t: component 1 must be a number"},
      {R"("vectors": [1])", "vectors must be an object of vectors by field name"},
      {R"("vector": {"indices": [1], "values": [1]})",
       "vector: dimension must be an integer from 0 to 4294967295"},
      {R"("vector": {"dimension": -1, "indices": [], "values": []})",
       "vector: dimension must be an integer from 0 to 4294967295"},
      {R"("vector": {"dimension": 5, "indices": [4294967296], "values": [1]})",
       "vector: index 0 must be an integer from 0 to 4294967295"},
      {R"("vector": {"dimension": 5, "indices": [1.0], "values": [1]})",
       "vector: index 0 must be an integer from 0 to 4294967295"},
      {R"("vector": {"dimension": 5, "indices": 1, "values": [1]})",
       "vector: indices must be a list"},
      {R"("vector": {"dimension": 5, "indices": [1]})", "vector: values must be a list"},
      {R"("vector": {"dimension": 8, "bits": 255})", "vector: bits must be base64 text"},
      {R"("text": 5)", "text must be a string"},
      {R"("metadata": [])", "metadata must be an object"},
      {R"("expires_at": -1)", "expires_at must be an integer from 0 to 9223372036854775807"},
      {R"("created_at": "2024-05-01")",
       "created_at must be an integer from 0 to 9223372036854775807"},
      {R"("version": 1.5)", "version must be an integer from 0 to 9223372036854775807"},
  };
  for (const auto& [members, message] : kProblems) {
    EXPECT_EQ(problem(R"({"id": "a", )" + std::string(members) + "}"),
              "record 'a': " + std::string(message))
        << members;
  }
  for (const char* shapeless : {"[]", "5", "\"x\"", "{}", R"({"dimension": 4})"}) {
    EXPECT_TRUE(problem(R"({"id": "a", "vector": )" + std::string(shapeless) + "}")
                    .starts_with("record 'a': vector: a vector is a list"))
        << shapeless;
  }
  EXPECT_TRUE(problem(R"({"id": "a", "vector": {"dimension": 8, "bits": "@@@@"}})")
                  .starts_with("record 'a': vector: bits: "));
}

TEST(RecordJson, a_long_vector_reads_in_linear_time) {
  Record record{.id = "a", .vector = DenseVector(65'536, 0.1f)};
  EXPECT_EQ(read(record.to_json())->vector, record.vector);
}

TEST(RecordJson, vectors_whose_members_are_of_another_kind_are_refused) {
  for (const char* vector :
       {R"({"dimension": 9, "indices": 7, "values": [1]})",
        R"({"dimension": 9, "indices": [1], "values": 7})", R"({"dimension": 9, "indices": [1]})",
        R"({"dimension": 9, "indices": [1], "values": ["x"]})",
        R"({"dimension": 9, "indices": [-1], "values": [1]})",
        R"({"dimension": "x", "indices": [1], "values": [1]})",
        R"({"dimension": "x", "bits": "AAA="})", R"({"dimension": 9, "bits": 7})",
        R"({"dimension": 9, "bits": "?"})"}) {
    const std::string json = std::string(R"({"id": "a", "vector": )") + vector + "}";
    const auto record = Record::from_json(Value::parse_json(json).value());
    EXPECT_EQ(record.status().code(), Code::kInvalidArgument) << json;
  }
}

}  // namespace
}  // namespace vecstore
