#include "text/index/row_terms.h"

#include <gtest/gtest.h>

#include <map>

#include "base/coding.h"
#include "base/random.h"

namespace vecstore::text {
namespace {

using Positions = std::map<std::string, std::vector<std::uint32_t>>;

// What the reader makes of what was assigned.
Positions read(const RowTerms& terms) {
  Positions all;
  RowTermReader reader(terms);
  while (reader.next()) {
    ByteReader in(reader.posting());
    EXPECT_EQ(in.varint(), reader.frequency());
    const std::uint64_t bytes = in.varint();
    EXPECT_EQ(bytes, in.remaining());
    std::vector<std::uint32_t>& positions = all[std::string(reader.term())];
    EXPECT_TRUE(positions.empty()) << "each term once";
    std::uint32_t position = 0;
    for (std::uint32_t i = 0; i < reader.frequency(); ++i) {
      position += static_cast<std::uint32_t>(in.varint());
      positions.push_back(position);
    }
    EXPECT_TRUE(in.ok());
  }
  return all;
}

TEST(RowTerms, have_every_term_once_with_its_positions) {
  Random random(4);
  RowTerms terms;
  for (int round = 0; round < 50; ++round) {
    Tokens tokens;
    Positions expected;
    std::uint32_t position = 0;
    for (std::uint64_t i = random.below(300); i > 0; --i) {
      const std::string term = "t" + std::to_string(random.below(40));
      position += static_cast<std::uint32_t>(random.below(3));
      tokens.add(term, position, 0, 1);
      expected[term].push_back(position);
    }
    terms.assign(tokens);
    EXPECT_EQ(read(terms), expected);
    EXPECT_EQ(terms.length(), tokens.length);
  }
}

TEST(RowTerms, of_no_tokens_are_none) {
  RowTerms terms;
  Tokens tokens;
  tokens.add("word", 0, 0, 4);
  terms.assign(tokens);
  terms.assign(Tokens());
  EXPECT_FALSE(RowTermReader(terms).next());
  EXPECT_EQ(terms.length(), 0u);
}

}  // namespace
}  // namespace vecstore::text
