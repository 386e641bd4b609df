// How the text of a field becomes terms: chosen by a small description that is stored with the
// field, the same terms for ever.
//
//   "simple"      words, case folded
//   "whitespace"  what stands between spaces, as it is
//   "code"        identifiers, whole and in their parts: openFile_v2 -> openfile_v2, open, file, v,
//   2 "english"     and other languages: words without stop words, stemmed
//   {"kind": "language", "language": "german", "stemming": false, "stop_words": ["gmbh"],
//   "accents": "fold"}
//   {"kind": "ngram", "unit": "char", "min": 3, "max": 3}   of characters within words, or of words
//
// `accents` ("keep", "fold") goes with simple and language, `stop_words` (true, false, a list) and
// `stemming` with language. Safe from many threads, cheap to copy.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "text/analysis/tokens.h"
#include "vecstore/value.h"

namespace vecstore::text {

// The extension point: what divides a text. Implementations are safe from many threads.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  // Appends the tokens of `text`, at most kMaxTextBytes of any bytes.
  virtual void tokenize(std::string_view text, Tokens& out) const = 0;
  // A part of a word, such as comes before the * of a prefix query, in the form that terms have.
  virtual std::string normalize(std::string_view word) const = 0;
  // A number that changes whenever the tokenizer makes other terms.
  virtual std::uint64_t version() const { return 0; }
};

class Analyzer {
 public:
  // kInvalidArgument names the key and what is known; kUnimplemented when this build lacks the
  // language.
  static Result<Analyzer> make(const Value& description);
  // A tokenizer of the program's own, which has to be given again wherever the description is met.
  Analyzer(std::shared_ptr<const Tokenizer> tokenizer, Value description);

  // Replaces the content of `out`.
  void analyze(std::string_view text, Tokens& out) const {
    out.clear();
    tokenizer_->tokenize(text, out);
  }
  std::string normalize(std::string_view word) const { return tokenizer_->normalize(word); }

  // The shortest description that makes this analyzer.
  const Value& description() const { return description_; }
  // Indexes made under another fingerprint have other terms.
  std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  std::shared_ptr<const Tokenizer> tokenizer_;
  Value description_;
  std::uint64_t fingerprint_;
};

}  // namespace vecstore::text
