#include "text/index/field_reader.h"

#include <gtest/gtest.h>

#include "text/index/encode_field.h"
#include "text/index/naive_field_test.h"

namespace vecstore::text {
namespace {

constexpr Row kRows = 400;

EncodedField sample() {
  Random random(21);
  MemoryField memory;
  for (Row row = 0; row < kRows; ++row) append(memory, row, random_tokens(random, 6, 30));
  const FieldSource source = {FieldView(memory, kRows), {}};
  return encode_field({&source, 1}, kRows, 42).value();
}

// Blocks of exactly their size, so that a sanitizer sees one byte too far.
struct Exact {
  explicit Exact(ByteView from) : size(from.size()), bytes(new std::byte[from.size()]) {
    std::ranges::copy(from, bytes.get());
  }
  ByteView view() const { return {bytes.get(), size}; }
  std::size_t size;
  std::unique_ptr<std::byte[]> bytes;
};

// Reads all there is in every way there is; whatever the bytes are, rows ascend and are rows.
Status read_everything(const EncodedField& encoded) {
  const Exact terms(encoded.terms), postings(encoded.postings), positions(encoded.positions),
      lengths(encoded.lengths);
  auto reader = FieldReader::open({part_of(terms.view()), part_of(postings.view()),
                                   part_of(positions.view()), part_of(lengths.view())},
                                  42);
  VECSTORE_TRY(reader.status());
  Status first;
  const auto note = [&first](const Status& status) {
    if (first.ok()) first = status;
  };
  std::uint64_t length = 0;
  for (Row row = 0; row < reader->rows(); ++row) length += reader->length(row);
  Dictionary::Cursor cursor(reader->dictionary());
  note(cursor.seek(""));
  std::vector<std::uint32_t> at;
  for (; first.ok() && !cursor.at_end(); note(cursor.next())) {
    auto list = Postings::open(*reader, cursor.entry());
    note(list.status());
    if (!list.ok()) break;
    std::int64_t before = -1;
    for (Postings& p = **list; p.row() != kNoRow; p.next()) {
      EXPECT_GT(std::int64_t{p.row()}, before);
      EXPECT_LT(p.row(), reader->rows());
      EXPECT_GT(p.frequency(), 0u);
      before = p.row();
      EXPECT_TRUE(!p.positions(at) || std::ranges::is_sorted(at));
    }
    note((*list)->status());
    auto skipping = Postings::open(*reader, cursor.entry());
    for (Row to = 0; skipping.ok() && to < reader->rows(); to += 90) {
      (*skipping)->seek(to);
      (*skipping)->for_impacts(to, to + 89, [](std::uint32_t, std::uint32_t) {});
      if ((*skipping)->row() != kNoRow) (void)(*skipping)->positions(at);
    }
  }
  if (first.ok() && length != reader->statistics().length) return data_loss("other lengths");
  return first;
}

TEST(FieldReader, whole_bytes_are_read_without_complaint) {
  EXPECT_TRUE(read_everything(sample()).ok());
}

TEST(FieldReader, every_flipped_byte_is_found_or_changes_an_answer_only) {
  EncodedField encoded = sample();
  Random random(5);
  for (Bytes* block : {&encoded.terms, &encoded.postings, &encoded.positions, &encoded.lengths}) {
    std::size_t found = 0;
    for (std::size_t at = 0; at < block->size(); ++at) {
      const std::byte was = (*block)[at];
      for (const std::byte flip :
           {std::byte{0xff}, static_cast<std::byte>(1u << random.below(8))}) {
        (*block)[at] ^= flip;
        const Status status = read_everything(encoded);
        (*block)[at] = was;
        if (status.ok()) continue;
        ++found;
        ASSERT_TRUE(status.code() == Code::kDataLoss || status.code() == Code::kFailedPrecondition)
            << status.to_string();
      }
    }
    EXPECT_GT(found, block->size() / 10);
  }
}

TEST(FieldReader, every_truncation_is_found_at_open) {
  const EncodedField whole = sample();
  for (Bytes EncodedField::*block : {&EncodedField::terms, &EncodedField::postings,
                                     &EncodedField::positions, &EncodedField::lengths}) {
    for (std::size_t keep = 0; keep < (whole.*block).size(); ++keep) {
      EncodedField cut = whole;
      (cut.*block).resize(keep);
      const auto reader = FieldReader::open(parts_of(cut), 42);
      ASSERT_FALSE(reader.ok()) << keep;
      ASSERT_EQ(reader.status().code(), Code::kDataLoss);
      keep += keep > 100 ? 7 : 0;
    }
  }
}

TEST(FieldReader, another_analyzer_and_a_newer_format_are_refused_by_name) {
  EncodedField encoded = sample();
  auto other = FieldReader::open(parts_of(encoded), 43);
  EXPECT_EQ(other.status().code(), Code::kFailedPrecondition);
  EXPECT_NE(other.status().message().find("analyzer"), std::string::npos);
  encoded.terms[0] = std::byte{9};
  other = FieldReader::open(parts_of(encoded), 42);
  EXPECT_EQ(other.status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(other.status().message(), "text index: format 9 is newer than this version's 1");
}

}  // namespace
}  // namespace vecstore::text
