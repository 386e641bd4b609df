#include <libstemmer.h>

#include "text/analysis/porter_stemmer.h"
#include "text/analysis/stemmer.h"

namespace vecstore::text {

struct Stemmer::Snowball {
  struct Free {
    void operator()(sb_stemmer* made) const { sb_stemmer_delete(made); }
  };
  std::unique_ptr<sb_stemmer, Free> stemmer;
};

Stemmer::Stemmer(std::unique_ptr<Snowball> snowball) : snowball_(std::move(snowball)) {}
Stemmer::Stemmer(Stemmer&&) noexcept = default;
Stemmer& Stemmer::operator=(Stemmer&&) noexcept = default;
Stemmer::~Stemmer() = default;

Result<Stemmer> Stemmer::make(std::string_view language) {
  if (language == "english") return Stemmer(nullptr);
  auto snowball = std::make_unique<Snowball>();
  snowball->stemmer.reset(sb_stemmer_new(std::string(language).c_str(), "UTF_8"));
  if (!snowball->stemmer) {
    return unimplemented("libstemmer has no stemmer for '" + std::string(language) + "'");
  }
  return Stemmer(std::move(snowball));
}

void Stemmer::stem(std::string& word) const {
  if (!snowball_) return stem_porter(word);
  sb_stemmer* stemmer = snowball_->stemmer.get();
  const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* stem = sb_stemmer_stem(stemmer, bytes, static_cast<int>(word.size()));
  if (stem == nullptr) return;  // no memory: the word is its own stem
  const auto length = static_cast<std::size_t>(sb_stemmer_length(stemmer));
  word.assign(reinterpret_cast<const char*>(stem), length);
}

}  // namespace vecstore::text
