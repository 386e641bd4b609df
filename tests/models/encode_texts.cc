// Reads texts, writes what a tokenizer.json makes of them: for tests/models/parity.py and the
// benchmark beside it.
//
// usage: encode_texts TOKENIZER.json single|bare|pair|ids MAX_TOKENS < TEXTS > TOKENS
//
// TEXTS holds each text as a u32 length and its bytes; `pair` takes two at a time. TOKENS gets for
// each: a u32 count, then for each token its id, begin, end in bytes, and type plus 2 if special.
// `ids` writes nothing but, on stderr, the seconds of CPU time that encoding all took. Numbers are
// little-endian.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/coding.h"
#include "embed/tokenizer/tiktoken_json.h"
#include "embed/tokenizer/tokenizer_json.h"

namespace vecstore {
namespace {

std::string read_all(std::istream& in) { return {std::istreambuf_iterator<char>(in), {}}; }

void put(const Encoding& encoding, Bytes& out) {
  put_u32(out, static_cast<std::uint32_t>(encoding.ids.size()));
  for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
    put_u32(out, encoding.ids[i]);
    put_u32(out, encoding.spans[i].begin);
    put_u32(out, encoding.spans[i].end);
    put_u32(out, encoding.type_ids[i] + (encoding.special[i] ? 2 : 0));
  }
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

int run(const std::string& path, std::string_view mode, std::size_t max_tokens) {
  std::ifstream file(path, std::ios::binary);
  const double started = cpu_seconds();
  const bool is_tiktoken = path.ends_with(".tiktoken.json");
  const auto tokenizer =
      is_tiktoken ? parse_tiktoken_json(read_all(file)) : parse_tokenizer_json(read_all(file));
  if (!tokenizer.ok()) {
    std::cerr << path << ": " << tokenizer.status().to_string() << "\n";
    return 1;
  }
  const double loaded = cpu_seconds();
  const std::string input = read_all(std::cin);
  ByteReader reader(as_bytes(input));
  std::vector<std::string> texts;
  while (reader.ok() && !reader.at_end()) {
    texts.emplace_back(as_text(reader.bytes(reader.u32())));
  }
  EncodeOptions options;
  options.max_tokens = max_tokens;
  if (mode == "bare") options.special = SpecialTokens::kOmit;
  Bytes out;
  const double begun = cpu_seconds();
  std::size_t total = 0;
  for (std::size_t i = 0; i < texts.size(); i += mode == "pair" ? 2 : 1) {
    if (mode == "ids") {
      total += tokenizer->encode(texts[i], SpecialTokens::kAdd).size();
      continue;
    }
    const auto encoding = mode == "pair" ? tokenizer->encode_pair(texts[i], texts[i + 1], options)
                                         : tokenizer->encode_with_spans(texts[i], options);
    if (!encoding.ok()) {
      std::cerr << "text " << i << ": " << encoding.status().to_string() << "\n";
      return 1;
    }
    total += encoding->ids.size();
    if (mode != "time") put(*encoding, out);
  }
  std::cerr << "load " << loaded - started << " encode " << cpu_seconds() - begun << " tokens "
            << total << "\n";
  std::cout << as_text(out);
  return 0;
}

}  // namespace
}  // namespace vecstore

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return vecstore::run(argv[1], argv[2], std::strtoul(argv[3], nullptr, 10));
}
