// For tests of splitters: random texts, the contract that every splitter keeps, and the answers of
// LangChain's splitters, for many cases in one run of Python.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/test_folder.h"
#include "base/utf8.h"
#include "embed/reference.h"
#include "rag/splitters/make_splitter.h"
#include "rag/splitters/text_span.h"

namespace vecstore {

using Texts = std::vector<std::string>;

inline std::string text_of(const Document& document, const Chunk& chunk) {
  return document.text.substr(chunk.begin, chunk.end - chunk.begin);
}

inline Texts texts_of(const Document& document, const std::vector<Chunk>& chunks) {
  Texts out;
  for (const Chunk& chunk : chunks) out.push_back(text_of(document, chunk));
  return out;
}

inline Document document_of(std::string text) {
  Document document;
  document.text = std::move(text);
  return document;
}

// The texts of the chunks that the splitter of that name makes.
inline Texts split_by(std::string_view name, const SplitterOptions& options, std::string text) {
  const Document document = document_of(std::move(text));
  auto splitter = make_splitter(name, options);
  EXPECT_TRUE(splitter.ok()) << splitter.status().to_string();
  if (!splitter.ok()) return {};
  auto chunks = (*splitter)->split(document);
  EXPECT_TRUE(chunks.ok()) << chunks.status().to_string();
  return chunks.ok() ? texts_of(document, *chunks) : Texts();
}

inline constexpr std::array<std::string_view, 18> kWordPieces = {" ",
                                                                 " ",
                                                                 " ",
                                                                 "\n",
                                                                 "\n\n",
                                                                 "\n\n\n",
                                                                 "\t",
                                                                 "\u00a0",
                                                                 "\u3000",
                                                                 "\x1c",
                                                                 "\u200b",
                                                                 "word",
                                                                 "Sentence.",
                                                                 "naïve",
                                                                 "漢字",
                                                                 "🤖",
                                                                 "averyveryverylongword",
                                                                 "x"};

template <typename Pieces>
std::string random_text(Random& random, const Pieces& pieces, std::size_t most) {
  std::string text;
  for (std::uint64_t n = random.below(most); n > 0; --n)
    text += pieces[random.below(pieces.size())];
  return text;
}

// Sorted, inside the text, whole characters, counted rightly; and what is in no chunk is white
// space or may be left out, as `may_lack` says of a byte.
inline void expect_contract(
    const Document& document, const std::vector<Chunk>& chunks,
    const std::function<bool(std::size_t)>& may_lack = [](std::size_t) { return false; }) {
  const std::string& text = document.text;
  std::vector<bool> covered(text.size());
  std::size_t last = 0;
  for (const Chunk& chunk : chunks) {
    ASSERT_LT(chunk.begin, chunk.end);
    ASSERT_LE(chunk.end, text.size());
    ASSERT_LE(last, chunk.begin);
    last = chunk.begin;
    ASSERT_TRUE(is_valid_utf8(text_of(document, chunk)));
    ASSERT_EQ(chunk.begin_char, count_code_points(std::string_view(text).substr(0, chunk.begin)));
    ASSERT_EQ(chunk.end_char, count_code_points(std::string_view(text).substr(0, chunk.end)));
    std::fill(covered.begin() + static_cast<std::ptrdiff_t>(chunk.begin),
              covered.begin() + static_cast<std::ptrdiff_t>(chunk.end), true);
  }
  for (std::size_t i = 0; i < text.size(); i += decode_utf8(text.substr(i, 4)).size) {
    if (covered[i] || is_space(decode_utf8(text.substr(i, 4)).value) || may_lack(i)) continue;
    FAIL() << "byte " << i << " of " << Value(text).to_json() << " is in no chunk";
  }
}

inline bool have_reference() { return std::filesystem::exists(reference_packages() / ".complete"); }

#ifdef VECSTORE_SOURCE_DIR
// One answer per case; see reference.py for what a case is.
inline std::vector<Value> reference_answers(const std::vector<Value>& cases) {
  TestFolder folder;
  std::string lines;
  for (const Value& one : cases) lines += one.to_json() + "\n";
  folder.write("cases", lines);
  const std::string command = "'" + (reference_packages() / "bin/python").string() +
                              "' -B '" VECSTORE_SOURCE_DIR "/src/rag/splitters/reference.py' '" +
                              (folder / "cases").string() + "' '" + (folder / "answers").string() +
                              "' 2>/dev/null";
  std::vector<Value> out;
  if (std::system(command.c_str()) == 0) {
    std::ifstream answers(folder / "answers");
    for (std::string line; std::getline(answers, line);) {
      out.push_back(Value::parse_json(line).value());
    }
  }
  EXPECT_EQ(out.size(), cases.size()) << command;
  out.resize(cases.size());
  return out;
}
#endif

inline Texts texts_in(const Value& list) {
  Texts out;
  if (!list.as_list()) return {"no answer"};
  for (const Value& text : *list.as_list()) out.push_back(*text.as_string());
  return out;
}

}  // namespace vecstore
