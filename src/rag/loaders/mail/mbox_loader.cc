#include "rag/loaders/mail/mbox_loader.h"

#include <algorithm>
#include <array>

#include "rag/loaders/encoding.h"
#include "rag/loaders/mail/mail_document.h"

namespace vecstore {
namespace {

std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
  rest.remove_prefix(line.size());
  return line;
}

// Takes the mail off the front of `rest`, after its "From " line, with the quoting undone.
std::string take_mail(std::string_view& rest) {
  std::string mail;
  bool after_empty = false;
  while (!rest.empty() && !(after_empty && rest.starts_with("From "))) {
    std::string_view line = take_line(rest);
    after_empty = line == "\n" || line == "\r\n";
    const std::size_t quotes = std::min(line.find_first_not_of('>'), line.size());
    if (quotes > 0 && line.substr(quotes).starts_with("From ")) line.remove_prefix(1);
    mail += line;
  }
  if (after_empty) mail.resize(mail.size() - (mail.ends_with("\r\n") ? 2 : 1));
  return mail;
}

}  // namespace

std::span<const std::string_view> MboxLoader::extensions() const {
  static constexpr std::array<std::string_view, 2> kExtensions = {"mbox", "mbx"};
  return kExtensions;
}

bool MboxLoader::recognises(std::string_view bytes) const {
  if (!bytes.starts_with("From ")) return false;
  take_line(bytes);
  return !bytes.empty() && looks_like_mail(bytes);
}

Result<std::vector<Document>> MboxLoader::load(const LoadInput& input) const {
  VECSTORE_TRY(check_no_binary(input.bytes));
  std::string_view rest = input.bytes;
  rest.remove_prefix(std::min(rest.find_first_not_of("\r\n"), rest.size()));
  if (!rest.empty() && !rest.starts_with("From ")) {
    return invalid_argument("a mailbox begins with a line \"From \"");
  }
  std::vector<Document> documents;
  for (std::int64_t number = 1; !rest.empty(); ++number) {
    const std::string prefix = std::to_string(number);
    const std::size_t first = documents.size();
    take_line(rest);
    const std::string mail = take_mail(rest);
    Status status = append_mail(input, mail, "mail", prefix + "/", documents);
    if (!status.ok()) return status.with_context("message " + prefix);
    if (documents.size() > kMaxDocumentsPerFile) {
      return resource_exhausted("message " + prefix + ": more than " +
                                std::to_string(kMaxDocumentsPerFile) + " documents in one file");
    }
    for (std::size_t i = first; i < documents.size(); ++i) {
      documents[i].metadata["message"] = number;
    }
    for (std::string& remark : documents[first].remarks)
      remark = "message " + prefix + ": " + remark;
  }
  return documents;
}

}  // namespace vecstore
