#include "rag/splitters/grammar.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace vecstore {
namespace {

constexpr std::uint32_t kVersion = 1;  // of tools/grammars/grammar.c
constexpr std::uint64_t kMostMicroseconds = 10'000'000;

struct Names {
  std::string_view grammar;
  std::string_view others;  // each with a space behind it
};

constexpr std::array<Names, 9> kNames = {{{"c", "h "},
                                          {"cpp", "c++ cc cxx hpp "},
                                          {"go", "golang "},
                                          {"java", ""},
                                          {"javascript", "js jsx "},
                                          {"python", "py "},
                                          {"rust", "rs "},
                                          {"tsx", ""},
                                          {"typescript", "ts "}}};

}  // namespace

std::string Grammar::name_of(std::string_view language) {
  std::string name;
  for (const char c : language) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (name.empty() || name.find(' ') != name.npos) return {};
  for (const auto& [grammar, others] : kNames) {
    const std::size_t at = others.find(name + ' ');
    const bool other = at == 0 || (at != others.npos && others[at - 1] == ' ');
    if (name == grammar || other) return std::string(grammar);
  }
  return {};
}

Result<std::shared_ptr<const Grammar>> Grammar::open(const std::string& folder,
                                                     const std::string& name) {
  const std::string file = (std::filesystem::path(folder) / (name + ".so")).string();
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return not_found("there is no grammar of " + name + " in " + folder +
                     ": run tools/setup grammars");
  }
  void* const library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) return failed_precondition("the grammar " + file + ": " + ::dlerror());
  const auto version =
      reinterpret_cast<std::uint32_t (*)()>(::dlsym(library, "vecstore_grammar_version"));
  const auto parser = reinterpret_cast<Parse>(::dlsym(library, "vecstore_grammar_parse"));
  const auto freer = reinterpret_cast<Free>(::dlsym(library, "vecstore_grammar_free"));
  if (!version || !parser || !freer || version() != kVersion) {
    ::dlclose(library);
    return failed_precondition(file + " is no grammar of this version: run tools/setup grammars");
  }
  return std::shared_ptr<const Grammar>(new Grammar(parser, freer));
}

Result<std::vector<SyntaxNode>> Grammar::parse(std::string_view text) const {
  if (text.size() > kMaxProgramBytes) {
    return resource_exhausted("a program of " + std::to_string(text.size()) +
                              " bytes; the limit is " + std::to_string(kMaxProgramBytes));
  }
  std::uint32_t count = 0;
  SyntaxNode* const nodes =
      parse_(text.data(), static_cast<std::uint32_t>(text.size()), kMostMicroseconds, &count);
  if (!nodes) return resource_exhausted("the program takes too long to parse, or too much memory");
  std::vector<SyntaxNode> out(nodes, nodes + count);
  free_(nodes);
  const auto size = static_cast<std::uint32_t>(text.size());
  const auto settle =
      [&](std::uint32_t at) {  // whatever a grammar says: inside, between characters
        while (at < size && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
        return std::min(at, size);
      };
  for (SyntaxNode& node : out) {
    node.end = settle(node.end);
    node.begin = std::min(settle(node.begin), node.end);
  }
  return out;
}

}  // namespace vecstore
