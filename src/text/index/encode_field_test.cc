#include "text/index/encode_field.h"

#include <gtest/gtest.h>

#include "text/index/naive_field_test.h"

namespace vecstore::text {
namespace {

EncodedField encode(const MemoryField& field, Row rows) {
  const FieldSource source = {FieldView(field, rows), {}};
  return encode_field({&source, 1}, rows, 42).value();
}

bool same(const EncodedField& a, const EncodedField& b) {
  return a.terms == b.terms && a.postings == b.postings && a.positions == b.positions &&
         a.lengths == b.lengths;
}

TEST(EncodeField, bytes_hold_what_memory_held) {
  for (Row rows : {0u, 1u, 128u, 129u, 256u, 3000u}) {
    Random random(rows);
    MemoryField memory;
    NaiveField naive;
    for (Row row = 0; row < rows; ++row) {
      const Tokens tokens = random_tokens(random, random.below(40), 400);
      append(memory, row, tokens);
      naive.add(row, tokens);
    }
    const EncodedField encoded = encode(memory, rows);
    const FieldReader reader = FieldReader::open(parts_of(encoded), 42).value();
    EXPECT_EQ(reader.rows(), rows);
    expect_same(FieldView(reader), naive);
  }
}

TEST(EncodeField, lengths_of_every_width) {
  for (std::size_t words : {200u, 300u, 70'000u}) {
    MemoryField memory;
    NaiveField naive;
    Random random(words);
    for (Row row = 0; row < 3; ++row) {
      const Tokens tokens = random_tokens(random, words + row, 50, false);
      append(memory, row, tokens);
      naive.add(row, tokens);
    }
    const EncodedField encoded = encode(memory, 5);  // two rows without text at the end
    const FieldReader reader = FieldReader::open(parts_of(encoded), 42).value();
    EXPECT_EQ(encoded.lengths.size(), 5u * (words < 256 ? 1 : words < 65'536 ? 2 : 4));
    expect_same(FieldView(reader), naive);
  }
}

// Three segments, one of them in a file, become one with rows dropped and moved: the bytes are
// those of writing the texts at their new places at once.
TEST(EncodeField, a_merge_gives_the_bytes_of_writing_all_at_once) {
  Random random(11);
  std::vector<MemoryField> memory(3);
  std::vector<std::vector<Row>> new_rows(3);
  std::vector<Tokens> merged;
  for (std::size_t s = 0; s < 3; ++s) {
    for (Row row = 0; row < 500; ++row) {
      const Tokens tokens = random_tokens(random, random.below(30), 300);
      append(memory[s], row, tokens);
      const bool dropped = random.below(4) == 0;
      new_rows[s].push_back(dropped ? kNoRow : static_cast<Row>(merged.size()));
      if (!dropped) merged.push_back(tokens);
    }
  }
  const EncodedField file = encode(memory[1], 500);
  const FieldReader reader = FieldReader::open(parts_of(file), 42).value();
  const auto rows = static_cast<Row>(merged.size());
  const std::vector<FieldSource> sources = {{FieldView(memory[2], 500), new_rows[2]},
                                            {FieldView(reader), new_rows[1]},
                                            {FieldView(memory[0], 500), new_rows[0]},
                                            {FieldView(), {}}};
  MemoryField at_once;
  for (Row row = 0; row < rows; ++row) append(at_once, row, merged[row]);
  EXPECT_TRUE(same(encode_field(sources, rows, 42).value(), encode(at_once, rows)));
}

TEST(EncodeField, rows_beyond_the_bound_are_left_out) {
  MemoryField memory;
  Tokens tokens;
  tokens.add("only", 0, 0, 4);
  append(memory, 0, tokens);
  append(memory, 9, tokens);
  NaiveField naive;
  naive.add(0, tokens);
  const EncodedField encoded = encode(memory, 5);
  expect_same(FieldView(FieldReader::open(parts_of(encoded), 42).value()), naive);
}

}  // namespace
}  // namespace vecstore::text
