#include "rag/loaders/mail/eml_loader.h"

#include <algorithm>
#include <array>

#include "rag/loaders/encoding.h"
#include "rag/loaders/mail/mail_document.h"

namespace vecstore {

std::span<const std::string_view> EmlLoader::extensions() const {
  static constexpr std::array<std::string_view, 1> kExtensions = {"eml"};
  return kExtensions;
}

bool EmlLoader::recognises(std::string_view bytes) const { return looks_like_mail(bytes); }

Result<std::vector<Document>> EmlLoader::load(const LoadInput& input) const {
  std::string_view mail = input.bytes;
  VECSTORE_TRY(check_no_binary(mail));
  if (mail.starts_with("From ")) mail.remove_prefix(std::min(mail.find('\n'), mail.size() - 1) + 1);
  std::vector<Document> documents;
  VECSTORE_TRY(append_mail(input, mail, name(), {}, documents));
  return documents;
}

}  // namespace vecstore
