// Words to their stems, so that "houses" finds "house". English everywhere; the other languages by
// libstemmer, where the build has it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore::text {

// One thread at a time, and cheap to make.
class Stemmer {
 public:
  // kUnimplemented, with advice, when this build cannot.
  static Result<Stemmer> make(std::string_view language);
  Stemmer(Stemmer&&) noexcept;
  Stemmer& operator=(Stemmer&&) noexcept;
  ~Stemmer();

  // Shortens a folded word in place.
  void stem(std::string& word) const;

 private:
  struct Snowball;  // null for English
  explicit Stemmer(std::unique_ptr<Snowball> snowball);
  std::unique_ptr<Snowball> snowball_;
};

}  // namespace vecstore::text
