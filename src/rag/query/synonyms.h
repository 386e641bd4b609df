// Lists of words that mean the same, applied to questions: the records stay as they are, and a list
// can change at any time.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rag/query/weighted_words.h"
#include "vecstore/status.h"

namespace vecstore {

inline constexpr std::size_t kMaxSynonymBytes = std::size_t{16} << 20;  // of a list

class Synonyms {
 public:
  // A line each, as Solr and Elasticsearch read them, but that nothing is replaced:
  //   car, automobile, motor vehicle    any of them finds the others
  //   wing => airfoil, aerofoil         the first finds the others
  //   # a remark
  // Words are compared as plain_words() of word_keys.h has them, without stems. kInvalidArgument
  // names the line.
  static Result<Synonyms> parse(std::string_view text);

  std::size_t size() const { return entries_.size(); }

  // For all that stands in the question, the longest match at every place: each once, with
  // `weight`, in the order of the question, without what the question has itself.
  std::vector<WeightedWord> of(std::string_view question, double weight) const;

 private:
  void add(const std::string& from, const std::string& to);

  std::map<std::string, std::vector<std::string>> entries_;  // by words with blanks between
  std::size_t longest_ = 0;                                  // words of an entry
};

}  // namespace vecstore
