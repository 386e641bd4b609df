#include "rag/loaders/notebook/notebook_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/loaders/notebook/terminal_text.h"
#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

using testing::ElementsAre;

Document load(std::string_view notebook) {
  auto documents = NotebookLoader().load({notebook, "a.ipynb", {}});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  if (!documents.ok()) return {};
  EXPECT_EQ(broken_invariant(documents->front()), "");
  return std::move(documents)->front();
}

constexpr std::string_view kNotebook = R"json({
 "cells": [
  {"cell_type": "markdown", "metadata": {}, "source": ["# Iris\n", "\n", "A data set.\n", "## Load"]},
  {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": ["# not a heading\n", "frame.head()"],
   "outputs": [
    {"output_type": "stream", "name": "stdout", "text": ["10%\r50%\r100%\n", "\u001b[31mdone\u001b[0m\n"]},
    {"output_type": "execute_result", "data": {"text/html": ["<table></table>"], "text/plain": ["   a  b\n", "0  1  2"]}},
    {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo=", "text/plain": ["<Figure>"]}},
    {"output_type": "error", "ename": "ValueError", "evalue": "no such column", "traceback": ["\u001b[0;31m"]}]
},
  {"cell_type": "markdown", "source": ""},
  {"cell_type": "raw", "source": "as ``` it is"},
  {"cell_type": "code", "source": "x = '```'", "outputs": []}],
 "metadata": {"authors": [{"name": "Ann"}, {"name": "Bob"}],
  "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
  "language_info": {"name": "python"}},
 "nbformat": 4, "nbformat_minor": 5
})json";

TEST(NotebookLoader, cells_become_markdown) {
  Document document = load(kNotebook);
  EXPECT_EQ(document.text,
            "# Iris\n\nA data set.\n## Load\n\n"
            "```python\n# not a heading\nframe.head()\n```\n\n"
            "```\n100%\ndone\n```\n\n"
            "```\n   a  b\n0  1  2\n```\n\n"
            "```\nValueError: no such column\n```\n\n"
            "as ``` it is\n\n"
            "````python\nx = '```'\n````");
  ASSERT_EQ(document.headings.size(), 2u);
  EXPECT_EQ(document.headings[1].title, "Load");
  EXPECT_EQ(document.headings[1].begin, document.text.find("## Load"));
  EXPECT_EQ(document.place, "cell");
  ASSERT_EQ(document.places.size(), 4u);
  EXPECT_EQ(document.places[1].begin, document.text.find("```python"));
  EXPECT_EQ(document.places[1].number, 2);
  EXPECT_EQ(document.places[2].number, 4);  // the empty one counts
  EXPECT_THAT(document.remarks, ElementsAre("1 pictures or widgets in outputs left out"));
  EXPECT_EQ(document.metadata, (Metadata{{"title", "Iris"},
                                         {"author", "Ann, Bob"},
                                         {"language", "python"},
                                         {"kernel", "Python 3 (ipykernel)"}}));
}

TEST(NotebookLoader, notebooks_of_format_3_are_read) {
  Document document = load(R"({"worksheets": [{"cells": [
    {"cell_type": "heading", "level": 2, "source": "Old"},
    {"cell_type": "code", "input": "1 + 1", "outputs": [{"output_type": "pyout", "text": ["2"]}]}]}],
    "nbformat": 3})");
  EXPECT_EQ(document.text, "## Old\n\n```\n1 + 1\n```\n\n```\n2\n```");
  ASSERT_EQ(document.headings.size(), 1u);
  EXPECT_EQ(document.headings[0].level, 2);
}

TEST(NotebookLoader, html_is_read_where_there_is_no_plainer_output) {
  EXPECT_EQ(load(R"({"cells": [{"cell_type": "code", "source": "", "outputs":
      [{"data": {"text/html": "<p>a <b>b</b></p>"}}]}]})")
                .text,
            "```\na b\n```");
}

TEST(NotebookLoader, other_json_is_an_error) {
  for (const char* bytes : {"", "{", "{}", "[]", "{\"cells\": 1", "\x01\x02"}) {
    EXPECT_FALSE(NotebookLoader().load({bytes, "a.ipynb", {}}).ok()) << bytes;
  }
  EXPECT_EQ(load("{\"cells\": {}}").text, "");
  EXPECT_EQ(load("{\"cells\": [1, {}, {\"cell_type\": 3, \"source\": [1, null]}]}").text, "");
}

TEST(TerminalText, shows_what_stays_on_the_screen) {
  EXPECT_EQ(terminal_text("a\r\nb\r"), "a\nb");
  EXPECT_EQ(terminal_text("\x1b[1;31mred\x1b[0m \x1b"
                          "7x\x1b[12"),
            "red x");
  EXPECT_EQ(terminal_text("one\rtwo\r\r\nthree\ttab\x07"), "two\nthree\ttab");
  EXPECT_EQ(terminal_text("\x1b"), "");
  EXPECT_EQ(terminal_text("\x1bä\x1b[1ä"), "ää");
}

}  // namespace
}  // namespace vecstore
