#include "rag/loaders/mail/mail_document.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "rag/loaders/charset.h"
#include "rag/loaders/loader_registry.h"
#include "rag/loaders/mail/mail_date.h"
#include "rag/loaders/mail/mail_text.h"
#include "rag/loaders/mail/mime_tree.h"
#include "rag/loaders/mail/transfer_encoding.h"

namespace vecstore {
namespace {

struct TypeExtension {
  std::string_view type, extension;
};

// For attachments without a name; others are recognised by their content.
constexpr std::array kExtensions = {
    TypeExtension{"message/rfc822", ".eml"},  TypeExtension{"text/plain", ".txt"},
    TypeExtension{"text/html", ".html"},      TypeExtension{"text/csv", ".csv"},
    TypeExtension{"text/markdown", ".md"},    TypeExtension{"application/json", ".json"},
    TypeExtension{"application/xml", ".xml"}, TypeExtension{"text/xml", ".xml"},
    TypeExtension{"application/pdf", ".pdf"}, TypeExtension{"application/rtf", ".rtf"},
    TypeExtension{"text/rtf", ".rtf"},        TypeExtension{"application/zip", ".zip"}};

// Nothing to read in these.
bool is_wordless(std::string_view type) {
  return type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/") ||
         type.starts_with("font/") || type.ends_with("-signature");
}

std::string disposition_name(const MimePart& part) {
  const MimeValue disposition = read_mime_value(part.header.find("content-disposition"));
  const std::string_view name = disposition.find("filename");
  return std::string(name.empty() ? part.type.find("name") : name);
}

bool is_attached(const MimePart& part) {
  return read_mime_value(part.header.find("content-disposition")).value == "attachment" ||
         !disposition_name(part).empty() || !part.type.value.starts_with("text/");
}

// The last name of a path of either kind, at most 200 bytes of it, its end above all.
std::string last_name(const std::string& path) {
  std::string name = path.substr(path.find_last_of("/\\") + 1);  // npos + 1 is 0
  if (name.size() > 200) {
    std::string valid;
    append_valid_utf8(valid, std::string_view(name).substr(name.size() - 190));
    name = valid;
  }
  return name == "." || name == ".." ? std::string() : name;
}

// Cut after the last address that fits.
std::string cut_addresses(std::string text) {
  if (text.size() <= kMaxTitleBytes) return text;
  const std::size_t comma = text.rfind(',', kMaxTitleBytes);
  text.resize(comma == text.npos ? 0 : comma);
  return text;
}

class MailReader {
 public:
  MailReader(const LoadInput& file, MimeTree tree, const std::string& prefix,
             std::vector<Document>& documents)
      : file_(file), parts_(tree.parts), prefix_(prefix), documents_(documents) {
    if (tree.cut)
      remark("more than " + std::to_string(kMaxMimeParts) + " parts; the rest is left out");
  }

  Status run(std::string_view kind) {
    document_.kind = kind;
    read_fields();
    VECSTORE_TRY(read_part(0));
    std::string& text = document_.text;
    text.resize(text.find_last_not_of(" \t\n") + 1);  // npos + 1 is 0
    if (text.empty() && subject_.size() <= kMaxTitleBytes) text = subject_;
    VECSTORE_TRY(read_attachments());
    documents_.push_back(std::move(document_));
    for (Document& attachment : attachments_) {
      if (!subject_.empty() && subject_.size() <= kMaxTitleBytes) {
        attachment.metadata["mail"] = subject_;
      }
      documents_.push_back(std::move(attachment));
    }
    return {};
  }

 private:
  void remark(std::string text) { document_.remarks.push_back(std::move(text)); }

  void read_fields() {
    const MimeHeader& header = parts_[0].header;
    auto keep = [&](const char* key, std::string value) {
      if (!value.empty() && value.size() <= kMaxTitleBytes) document_.metadata[key] = value;
    };
    subject_ = decode_field(header.find("subject"));
    keep("title", subject_);
    for (const char* key : {"from", "to", "cc"}) {
      keep(key, cut_addresses(decode_field(header.find(key))));
    }
    keep("date", mail_date(header.find("date")));
    keep("message_id", decode_field(header.find("message-id")));
    keep("in_reply_to", decode_field(header.find("in-reply-to")));
  }

  // Multiparts are at most kMaxMultipartDepth deep.
  Status read_part(std::uint32_t i) {
    const MimePart& part = parts_[i];
    if (!part.is_multipart() && is_attached(part)) return attached_.push_back(i), Status();
    if (!part.is_multipart()) return MailText(file_, document_).add(part);
    if (part.type.value == "multipart/alternative") {
      const std::uint32_t chosen = choose(i);
      return chosen == 0 ? Status() : read_part(chosen);
    }
    for (std::uint32_t child = i + 1; child < part.end; child = parts_[child].end) {
      VECSTORE_TRY(read_part(child));
    }
    return {};
  }

  // Plain text that says something, else HTML (or what holds it), else whatever comes last; 0 when
  // there is nothing.
  std::uint32_t choose(std::uint32_t alternative) {
    std::uint32_t html = 0, last = 0;
    for (std::uint32_t i = alternative + 1; i < parts_[alternative].end; i = parts_[i].end) {
      if (says_something(parts_[i])) return i;
      last = i;
      if (html == 0 && holds_html(i)) html = i;
    }
    return html != 0 ? html : last;
  }

  bool says_something(const MimePart& part) const {
    if (part.type.value != "text/plain" || is_attached(part)) return false;
    const std::string text =
        decode_transfer(part.body, part.header.find("content-transfer-encoding"));
    return text.find_first_not_of(" \t\r\n") != text.npos;
  }

  bool holds_html(std::uint32_t i) const {
    for (std::uint32_t j = i; j < parts_[i].end; ++j) {
      if (parts_[j].type.value == "text/html") return true;
    }
    return false;
  }

  std::string name_of(const MimePart& part, std::size_t number) const {
    std::string name = last_name(disposition_name(part));
    auto known =
        std::ranges::find(kExtensions, std::string_view(part.type.value), &TypeExtension::type);
    const std::string extension(known == kExtensions.end() ? std::string_view() : known->extension);
    if (name.empty()) name = "attachment-" + std::to_string(number) + extension;
    const bool message = part.type.value == "message/rfc822";
    return message && !name.ends_with(".eml") ? name + ".eml" : name;
  }

  Status read_attachments() {
    for (std::size_t number = 1; std::uint32_t i : attached_) {
      const MimePart& part = parts_[i];
      const std::string name = prefix_ + name_of(part, number++);
      if (is_wordless(part.type.value)) {
        remark(name + ": " + shorten(part.type.value) + ", left out");
        continue;
      }
      VECSTORE_TRY(file_.budget->unpack(part.body.size()));
      const std::string bytes =
          decode_transfer(part.body, part.header.find("content-transfer-encoding"));
      VECSTORE_TRY(load_member(file_, name, bytes, attachments_, document_.remarks));
    }
    return {};
  }

  const LoadInput& file_;
  std::vector<MimePart> parts_;
  const std::string& prefix_;
  std::vector<Document>& documents_;
  Document document_;
  std::string subject_;
  std::vector<std::uint32_t> attached_;
  std::vector<Document> attachments_;
};

}  // namespace

Status append_mail(const LoadInput& file, std::string_view mail, std::string_view kind,
                   const std::string& prefix, std::vector<Document>& documents) {
  return MailReader(file, read_mime_tree(mail), prefix, documents).run(kind);
}

bool looks_like_mail(std::string_view bytes) {
  std::size_t body = 0;
  const MimeHeader header = read_header(bytes.substr(0, 16 << 10), body);
  const bool sent = !header.find("from").empty() &&
                    (!header.find("date").empty() || !header.find("received").empty());
  const bool mail = !header.find("message-id").empty() || !header.find("received").empty() ||
                    !header.find("mime-version").empty() || !header.find("subject").empty();
  return sent && mail;
}

}  // namespace vecstore
