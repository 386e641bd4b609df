// The text of a mail's parts, one after the other.
#pragma once

#include <string>
#include <vector>

#include "rag/loaders/loader.h"
#include "rag/loaders/mail/mime_tree.h"

namespace vecstore {

class MailText {
 public:
  // `file` is the file that the parts are of: its budget counts what is decoded.
  MailText(const LoadInput& file, Document& document) : file_(file), document_(document) {}

  // Appends a part of type text/…, after an empty line. Limits of the budget are errors.
  Status add(const MimePart& part);

 private:
  Status add_html(const std::string& page);
  void add_plain(const MimePart& part, std::string_view text);
  void separate();

  const LoadInput& file_;
  Document& document_;
};

// The decoded text of a part in UTF-8, with '\n' at the ends of lines and no control characters but
// tabs; what the charset does not have is counted in `replaced`. A charset that is not known is a
// remark.
Result<std::string> part_text(const LoadInput& file, const MimePart& part, std::size_t& replaced,
                              std::vector<std::string>& remarks);

}  // namespace vecstore
