// Mailboxes (.mbox): every mail is read as mail/eml_loader.h says.
//
// A mail begins at a line "From " that is the first one or follows an empty line, and ends before
// the next; ">From " at the start of a line loses one '>' (mboxrd). Metadata "message" counts mails
// from 1, also of their attachments, whose names begin with that number ("12/report.pdf").
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class MboxLoader : public Loader {
 public:
  std::string_view name() const override { return "mbox"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
