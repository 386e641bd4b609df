// Words for reading: folded, and by language without stop words and stemmed.
#pragma once

#include <string>
#include <vector>

#include "text/analysis/analyzer.h"

namespace vecstore::text {

struct WordOptions {
  std::string language = {};  // one of languages(), or empty: folding alone
  bool stemming = true;
  std::vector<std::string> stop_words = {};  // folded, sorted
  bool fold_accents = false;
};

class WordTokenizer : public Tokenizer {
 public:
  // The stemmer must be one that this build has.
  explicit WordTokenizer(WordOptions options);

  void tokenize(std::string_view text, Tokens& out) const override;
  std::string normalize(std::string_view word) const override;
  std::uint64_t version() const override;

 private:
  void fold(std::string_view raw, std::string& word) const;
  void shorten(std::string& word) const;

  WordOptions options_;
  bool stems_;
  bool turkish_;
};

}  // namespace vecstore::text
