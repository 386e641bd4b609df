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

Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

// docs/format/text.md, by hand.
TEST(EncodeField, bytes_are_those_of_the_format) {
  MemoryField memory;
  Tokens tokens;
  tokens.add("a", 0, 0, 1);
  tokens.add("b", 1, 0, 1);
  tokens.add("a", 2, 0, 1);
  append(memory, 0, tokens);
  tokens.clear();
  tokens.add("b", 0, 0, 1);
  append(memory, 1, tokens);
  const FieldSource source = {FieldView(memory, 2), {}};
  const EncodedField field = encode_field({&source, 1}, 3, 0x1122334455667788).value();
  EXPECT_EQ(field.terms, bytes_of({1,    0,    0,    0,    3,    0,    0,    0,     //
                                   2,    0,    0,    0,    2,    0,    0,    0,     //
                                   4,    0,    0,    0,    0,    0,    0,    0,     //
                                   0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,  //
                                   14,   0,    0,    0,    0,    0,    0,    0,     //
                                   4,    0,    0,    0,    0,    0,    0,    0,     //
                                   1,    0,    0,    0,    0,    0,    0,    0,     //
                                   14,   0,    0,    0,    0,    0,    0,    0,     //
                                   0,    0,    0,    0,    14,   0,    0,    0,     // offsets
                                   0,    0,                                         //
                                   0,    1,    'a',  1,    2,    2,                 //
                                   0,    1,    'b',  2,    4,    2}));
  EXPECT_EQ(field.postings, bytes_of({0, 2, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(field.positions, bytes_of({0, 2, 1, 0}));
  EXPECT_EQ(field.lengths, bytes_of({3, 1, 0}));
}

TEST(EncodeField, bytes_of_a_long_list_are_those_of_the_format) {
  MemoryField memory;
  Tokens tokens;
  tokens.add("a", 5, 0, 1);
  for (Row row = 0; row < 128; ++row) append(memory, row, tokens);
  tokens.add("a", 9, 0, 1);
  append(memory, 130, tokens);
  const FieldSource source = {FieldView(memory, 131), {}};
  const EncodedField field = encode_field({&source, 1}, 131, 0).value();
  EXPECT_EQ(field.postings, bytes_of({127, 0, 0, 0, 2, 0, 0, 0, 128, 0, 0, 0,  // last row, ends
                                      1,   1, 1, 1, 1, 1, 1, 1,                // impacts
                                      130, 0, 0, 0, 6, 0, 0, 0, 130, 0, 0, 0,  //
                                      2,   2, 2, 2, 2, 2, 2, 2,                //
                                      0,   0,                                  //
                                      2,   1, 2, 1,                            //
                                      0,   0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(field.positions.size(), 130u);
  EXPECT_EQ(field.positions[129], std::byte{4});
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
