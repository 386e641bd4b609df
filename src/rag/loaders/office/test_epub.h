// For tests: EPUB files made of their chapters.
#pragma once

#include <string>
#include <vector>

#include "rag/loaders/archive/test_zip.h"

namespace vecstore {

inline std::string make_epub(const std::string& metadata, const std::string& manifest,
                             const std::string& spine, std::vector<TestMember> parts) {
  parts.insert(parts.begin(), {"mimetype", "application/epub+zip"});
  parts.push_back({"META-INF/container.xml",
                   "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
                   "<rootfile full-path='OEBPS/book.opf' "
                   "media-type='application/oebps-package+xml'/></rootfiles></container>"});
  parts.push_back({"OEBPS/book.opf", "<package xmlns:dc='d'><metadata>" + metadata +
                                         "</metadata><manifest>" + manifest + "</manifest><spine>" +
                                         spine + "</spine></package>"});
  return make_archive(parts, {.options = "compression=store"});
}

inline std::string epub_item(const std::string& id, const std::string& href,
                             const std::string& type = "application/xhtml+xml") {
  return "<item id='" + id + "' href='" + href + "' media-type='" + type + "'/>";
}

}  // namespace vecstore
