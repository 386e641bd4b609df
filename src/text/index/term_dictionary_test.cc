#include "text/index/term_dictionary.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace vecstore::text {
namespace {

struct Written {
  Bytes block;
  DictionaryShape shape;
  std::map<std::string, TermEntry> terms;

  Result<Dictionary> open() const { return Dictionary::open(part_of(block), shape); }
};

Written write(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  Written written;
  while (written.terms.size() < count) {
    std::string term(1 + random.below(random.below(20) == 0 ? 255 : 6), 'a');
    for (char& c : term) c = static_cast<char>("ab\xff\x01"[random.below(4)]);
    written.terms[term] = {};
  }
  DictionaryWriter writer;
  TermEntry at;
  for (auto& [term, entry] : written.terms) {
    at.rows = static_cast<std::uint32_t>(1 + random.below(1000));
    at.postings_bytes = random.below(100);
    at.positions_bytes = random.below(100);
    entry = at;
    writer.add(term, at);
    at.postings_at += at.postings_bytes;
    at.positions_at += at.positions_bytes;
  }
  written.block.resize(kHeaderBytes);
  writer.finish(written.block);
  written.shape.terms = writer.terms();
  written.shape.blocks = (writer.terms() + 15) / 16;
  written.shape.rows = 1000;
  written.shape.postings_bytes = at.postings_at + kPaddingBytes;
  written.shape.positions_bytes = at.positions_at;
  written.shape.dictionary_bytes = writer.dictionary_bytes();
  return written;
}

bool same(const TermEntry& a, const TermEntry& b) {
  return a.rows == b.rows && a.postings_at == b.postings_at &&
         a.postings_bytes == b.postings_bytes && a.positions_at == b.positions_at &&
         a.positions_bytes == b.positions_bytes;
}

TEST(TermDictionary, finds_every_term_and_no_other) {
  for (std::size_t count : {0u, 1u, 15u, 16u, 17u, 500u}) {
    const Written written = write(count, count);
    const Dictionary dictionary = written.open().value();
    for (const auto& [term, entry] : written.terms) {
      const auto found = dictionary.find(term).value();
      ASSERT_TRUE(found && same(*found, entry)) << term;
      for (const std::string& other : {term + "a", term + '\0', term.substr(1)})
        ASSERT_EQ(dictionary.find(other).value().has_value(), written.terms.contains(other));
    }
    EXPECT_FALSE(dictionary.find("zebra").value());
    EXPECT_FALSE(dictionary.find("").value());
  }
}

TEST(TermDictionary, a_cursor_walks_in_order_from_anywhere) {
  const Written written = write(300, 9);
  const Dictionary dictionary = written.open().value();
  Dictionary::Cursor cursor(dictionary);
  for (const std::string from :
       {"", "a", "abab", "b", "\xff", "\xff\xff\xff\xff\xff\xff\xff\xff"}) {
    ASSERT_TRUE(cursor.seek(from).ok());
    for (auto term = written.terms.lower_bound(from); term != written.terms.end(); ++term) {
      ASSERT_FALSE(cursor.at_end());
      ASSERT_EQ(cursor.term(), term->first);
      ASSERT_TRUE(same(cursor.entry(), term->second));
      ASSERT_TRUE(cursor.next().ok());
    }
    EXPECT_TRUE(cursor.at_end());
    EXPECT_TRUE(cursor.next().ok());
  }
}

// Terms ascend and places lie within the blocks, whatever the bytes say.
void walk(const Dictionary& dictionary, const DictionaryShape& shape) {
  Dictionary::Cursor cursor(dictionary);
  std::string before;
  Status status = cursor.seek("");
  for (; status.ok() && !cursor.at_end(); status = cursor.next()) {
    ASSERT_LE(cursor.entry().postings_at + cursor.entry().postings_bytes + kPaddingBytes,
              shape.postings_bytes);
    ASSERT_LE(cursor.entry().positions_at + cursor.entry().positions_bytes, shape.positions_bytes);
    ASSERT_LE(cursor.entry().rows, shape.rows);
    ASSERT_LT(before, cursor.term());
    before = cursor.term();
  }
  ASSERT_TRUE(status.ok() || status.code() == Code::kDataLoss);
}

TEST(TermDictionary, flipped_bytes_are_found_or_harmless) {
  Written written = write(40, 5);
  Random random(6);
  int found = 0;
  for (std::size_t at = kHeaderBytes; at < written.block.size(); ++at) {
    const std::byte was = written.block[at];
    written.block[at] ^= static_cast<std::byte>(1u << random.below(8));
    const auto dictionary = written.open();
    if (dictionary.ok()) {
      walk(*dictionary, written.shape);
      for (const auto& term : written.terms) (void)dictionary->find(term.first);
    } else {
      ++found;
    }
    written.block[at] = was;
  }
  EXPECT_GT(found, 0);
}

}  // namespace
}  // namespace vecstore::text
