#include "rag/loaders/office/epub_package.h"

#include <map>
#include <set>

#include "rag/loaders/archive/zip_parts.h"
#include "rag/loaders/charset.h"
#include "rag/loaders/office/office_text.h"
#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {
namespace {

constexpr std::string_view kContainer = "META-INF/container.xml";
constexpr std::string_view kEncryption = "META-INF/encryption.xml";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Result<XmlTree> tree_of(const ZipParts& parts, std::string_view path) {
  const std::string* part = parts.find(path);
  if (!part) return invalid_argument(std::string(path) + ": no such part");
  Result<XmlTree> tree = XmlTree::parse(*part);
  if (!tree.ok()) return tree.status().with_context(path);
  return tree;
}

// All of that name, joined: a book may have several authors.
void keep_all(XmlNode metadata, std::string_view element, std::string_view key, Metadata& out) {
  std::string all;
  for (XmlNode at = metadata.child(element); at; at = at.next(element)) {
    if (all.size() <= kMaxTitleBytes) all.append(all.empty() ? "" : ", ").append(at.own_text());
  }
  keep_property(out, key, all);
}

void read_metadata(XmlNode metadata, Metadata& out) {
  keep_property(out, "title", metadata.child("title").own_text());
  keep_all(metadata, "creator", "author", out);
  keep_property(out, "language", metadata.child("language").own_text());
  keep_property(out, "published", metadata.child("date").own_text());
  keep_property(out, "publisher", metadata.child("publisher").own_text());
  keep_all(metadata, "subject", "subject", out);
  keep_property(out, "description", metadata.child("description").own_text());
  for (XmlNode at = metadata.child("meta"); at; at = at.next("meta")) {
    if (at.attribute("property") == "dcterms:modified") {
      keep_property(out, "modified", at.own_text());
    }
  }
}

// Paths of what rights management or the hiding of fonts has encrypted.
Result<std::set<std::string>> encrypted_paths(const ZipParts& parts) {
  std::set<std::string> out;
  if (!parts.find(kEncryption)) return out;
  VECSTORE_ASSIGN(const XmlTree tree, tree_of(parts, kEncryption));
  for (XmlNode at = tree.root().child("EncryptedData"); at; at = at.next("EncryptedData")) {
    const XmlNode reference = at.child("CipherData").child("CipherReference");
    out.insert(resolve_part("", decode_percent(reference.attribute("URI"))));
  }
  return out;
}

void read_spine(XmlNode package, const std::string& path, const std::set<std::string>& encrypted,
                std::vector<EpubChapter>& out) {
  std::map<std::string_view, XmlNode> items;
  for (XmlNode at = package.child("manifest").child("item"); at; at = at.next("item")) {
    items.try_emplace(at.attribute("id"), at);
  }
  std::set<std::string> seen;
  for (XmlNode at = package.child("spine").child("itemref"); at; at = at.next("itemref")) {
    auto found = items.find(at.attribute("idref"));
    if (found == items.end()) continue;
    const std::string_view href = found->second.attribute("href");
    EpubChapter chapter{resolve_part(path, decode_percent(href.substr(0, href.find('#')))),
                        std::string(found->second.attribute("media-type"))};
    chapter.encrypted = encrypted.contains(chapter.path);
    if (seen.insert(chapter.path).second) out.push_back(std::move(chapter));
  }
}

}  // namespace

std::string decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    out += low >= 0 ? static_cast<char>(high * 16 + low) : text[i];
    if (low >= 0) i += 2;
  }
  std::string valid;
  append_valid_utf8(valid, out);
  return valid;
}

Result<EpubPackage> read_epub_package(const LoadInput& input) {
  VECSTORE_ASSIGN(const ZipParts parts, ZipParts::read(input, [](std::string_view name) {
                    return name == kContainer || name == kEncryption || name.ends_with(".opf");
                  }));
  VECSTORE_ASSIGN(const XmlTree container, tree_of(parts, kContainer));
  const XmlNode file = container.root().child("rootfiles").child("rootfile");
  const std::string path = resolve_part("", decode_percent(file.attribute("full-path")));
  VECSTORE_ASSIGN(const XmlTree package, tree_of(parts, path));
  VECSTORE_ASSIGN(const std::set<std::string> encrypted, encrypted_paths(parts));
  EpubPackage out;
  read_metadata(package.root().child("metadata"), out.metadata);
  read_spine(package.root(), path, encrypted, out.spine);
  return out;
}

}  // namespace vecstore
