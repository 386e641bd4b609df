// One mail as documents: its text, and what is attached to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/loader.h"

namespace vecstore {

// Appends the document of `mail`, then those of what is attached, each of which has the mail's
// subject in the metadata key "mail". Names of attachments get `prefix` in front. Limits of the
// budget are the only errors.
Status append_mail(const LoadInput& file, std::string_view mail, std::string_view kind,
                   const std::string& prefix, std::vector<Document>& documents);

// Whether `bytes` begin as the header of a mail does.
bool looks_like_mail(std::string_view bytes);

}  // namespace vecstore
