// Mails (.eml, RFC 5322 with MIME): the text is the body, plain where there is a plain form, else
// read out of the HTML; attachments and mails within the mail are documents of their own.
//
// Metadata: "title" is the subject, "from", "to", "cc", "message_id", "in_reply_to", "date" (ISO
// 8601). Pictures, sounds and signatures are left out with a remark. A mail without a body has its
// subject as text. Offsets refer to the extracted text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class EmlLoader : public Loader {
 public:
  std::string_view name() const override { return "mail"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
