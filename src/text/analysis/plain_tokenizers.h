// Terms that are not words of a language: what stands between spaces, n-grams, identifiers of
// programs.
#pragma once

#include "text/analysis/analyzer.h"

namespace vecstore::text {

class WhitespaceTokenizer : public Tokenizer {
 public:
  void tokenize(std::string_view text, Tokens& out) const override;
  std::string normalize(std::string_view word) const override { return std::string(word); }
  std::uint64_t version() const override;
};

// Identifiers, folded: each whole, and in its parts where it has several. The whole shares the
// position of its first part.
class CodeTokenizer : public Tokenizer {
 public:
  void tokenize(std::string_view text, Tokens& out) const override;
  std::string normalize(std::string_view word) const override;
  std::uint64_t version() const override;
};

// All runs of min to max units, folded; those that begin at one unit share a position. Characters
// run within what stands between spaces, and a run shorter than min is one term; words run through
// the text.
class NgramTokenizer : public Tokenizer {
 public:
  struct Options {
    bool words = false;
    std::size_t min = 3;
    std::size_t max = 3;
  };
  explicit NgramTokenizer(const Options& options) : options_(options) {}
  void tokenize(std::string_view text, Tokens& out) const override;
  std::string normalize(std::string_view word) const override;
  std::uint64_t version() const override;

 private:
  struct Unit;
  void add_runs(const std::vector<Unit>& units, std::string_view separator, std::uint32_t position,
                Tokens& out) const;
  Options options_;
};

}  // namespace vecstore::text
