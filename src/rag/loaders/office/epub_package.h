// What an EPUB says of itself: its title and the like, and which of its parts are read in which
// order (EPUB 2 and 3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/loader.h"

namespace vecstore {

struct EpubChapter {
  std::string path = {};
  std::string media_type = {};
  bool encrypted = false;
};

struct EpubPackage {
  Metadata metadata = {};
  std::vector<EpubChapter> spine = {};  // each once
};

// Reads META-INF/container.xml, the package it names and META-INF/encryption.xml.
Result<EpubPackage> read_epub_package(const LoadInput& input);

// "a%20b" is "a b"; what is no such code stays, and bytes that are no UTF-8 become U+FFFD.
std::string decode_percent(std::string_view text);

}  // namespace vecstore
