#include "rag/loaders/code/code_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "rag/loaders/code/languages.h"
#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Document load(std::string_view bytes, std::string_view path) {
  auto documents = CodeLoader().load({bytes, path, {}});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  if (!documents.ok()) return {};
  EXPECT_EQ(broken_invariant(documents->front()), "");
  return std::move(documents)->front();
}

std::string language(std::string_view bytes, std::string_view path) {
  Document document = load(bytes, path);
  const Value* value = document.metadata.find("language");
  return value ? *value->as_string() : "";
}

TEST(CodeLoader, the_text_is_the_file_and_lines_are_counted) {
  constexpr std::string_view kFile = "import os\n\ndef main():\n  pass";
  Document document = load(kFile, "src/a.PY");
  EXPECT_EQ(document.text, kFile);
  EXPECT_EQ(document.file_offset, 0u);
  EXPECT_EQ(document.place, "line");
  ASSERT_EQ(document.places.size(), 4u);
  EXPECT_EQ(document.places[2].begin, kFile.find("def"));
  EXPECT_EQ(document.places[2].number, 3);
  EXPECT_EQ(document.metadata, (Metadata{{"language", "python"}}));
  EXPECT_THAT(document.remarks, IsEmpty());
}

TEST(CodeLoader, the_language_is_known_by_extension_or_first_line) {
  EXPECT_EQ(language("x", "a.rs"), "rust");
  EXPECT_EQ(language("x", "a.b/c.tsx"), "typescript");
  EXPECT_EQ(language("#!/usr/bin/env -S A=1 python3.11 -u\n", "tool"), "python");
  EXPECT_EQ(language("#! /bin/sh\n", "tool"), "shell");
  EXPECT_EQ(language("#!/bin/unheard-of\n", "tool"), "");
  EXPECT_TRUE(CodeLoader().recognises("#!/usr/bin/perl -w\nuse"));
  EXPECT_FALSE(CodeLoader().recognises("#!"));
  EXPECT_FALSE(CodeLoader().recognises("# heading"));
}

TEST(CodeLoader, every_extension_stands_once) {
  auto extensions = CodeLoader().extensions();
  EXPECT_GE(extensions.size(), 30u);
  EXPECT_EQ(std::set<std::string_view>(extensions.begin(), extensions.end()).size(),
            extensions.size());
}

TEST(CodeLoader, minified_files_are_taken_with_a_remark) {
  EXPECT_THAT(load(std::string(6000, 'x'), "a.min.js").remarks,
              ElementsAre("a line of 6000 bytes: generated or minified"));
}

TEST(CodeLoader, millions_of_lines_have_no_places) {
  Document document = load(std::string(kMaxCodeLines + 2, '\n'), "a.c");
  EXPECT_TRUE(document.places.empty());
  EXPECT_EQ(document.remarks.size(), 1u);
}

}  // namespace
}  // namespace vecstore
