#include "text/analysis/porter_stemmer.h"
#include "text/analysis/stemmer.h"

namespace vecstore::text {

struct Stemmer::Snowball {};

Stemmer::Stemmer(std::unique_ptr<Snowball> snowball) : snowball_(std::move(snowball)) {}
Stemmer::Stemmer(Stemmer&&) noexcept = default;
Stemmer& Stemmer::operator=(Stemmer&&) noexcept = default;
Stemmer::~Stemmer() = default;

Result<Stemmer> Stemmer::make(std::string_view language) {
  if (language == "english") return Stemmer(nullptr);
  return unimplemented("stemming '" + std::string(language) +
                       "' needs a build with libstemmer (on Debian: libstemmer-dev)");
}

void Stemmer::stem(std::string& word) const { stem_porter(word); }

}  // namespace vecstore::text
