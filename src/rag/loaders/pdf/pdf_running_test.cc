#include "rag/loaders/pdf/pdf_running.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

PdfLine line(double y, std::string text) {
  PdfLine out;
  out.text = std::move(text);
  out.y = y;
  out.size = 10;
  return out;
}

std::string text_of(const PdfPageLines& page) {
  std::string out;
  for (const PdfLine& one : page.lines) out += one.text + "|";
  return out;
}

// Pages with these lines at 780, 400, 390, 380 and 30 points.
std::vector<PdfPageLines> pages_with(std::size_t count, std::string (*top)(std::size_t),
                                     std::string (*bottom)(std::size_t)) {
  std::vector<PdfPageLines> pages;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string n(i + 1, 'w');
    pages.push_back({{line(780, top(i)), line(400, "a " + n), line(390, "b " + n),
                      line(380, "c " + n), line(30, bottom(i))},
                     800});
  }
  return pages;
}

TEST(PdfRunning, headers_and_page_numbers_go) {
  auto pages = pages_with(
      4, [](std::size_t) { return std::string("The Manual"); },
      [](std::size_t i) { return std::to_string(i + 7); });
  EXPECT_EQ(remove_running_lines(pages), 8u);
  EXPECT_EQ(text_of(pages[2]), "a www|b www|c www|");
}

TEST(PdfRunning, headers_that_change_by_chapter_go) {
  auto pages = pages_with(
      12, [](std::size_t i) { return "Chapter " + std::string(1 + i / 4, 'I'); },
      [](std::size_t i) {
        return i % 2 ? "left " + std::to_string(i) : std::to_string(i) + " right";
      });
  EXPECT_EQ(remove_running_lines(pages), 24u);
}

TEST(PdfRunning, a_numbered_header_of_a_chapter_of_one_page_goes) {
  auto pages = pages_with(
      6,
      [](std::size_t i) {
        return std::to_string(i + 1) + " " + std::string(5, static_cast<char>('a' + i));
      },
      [](std::size_t) { return std::string("same"); });
  EXPECT_EQ(remove_running_lines(pages), 12u);
}

TEST(PdfRunning, roman_numbers_count_too) {
  auto pages = pages_with(
      5, [](std::size_t) { return std::string("x"); },
      [](std::size_t i) {
        return std::vector<std::string>{"i", "ii", "iii", "iv", "v"}[i];
      });
  EXPECT_EQ(remove_running_lines(pages), 10u);
}

TEST(PdfRunning, text_at_the_edge_of_pages_stays) {
  auto pages = pages_with(
      5, [](std::size_t i) { return "text " + std::string(i + 1, 'y'); },
      [](std::size_t i) { return "end " + std::string(i + 1, 'z'); });
  EXPECT_EQ(remove_running_lines(pages), 0u);
  auto few = pages_with(
      2, [](std::size_t) { return std::string("Title"); },
      [](std::size_t) { return std::string("1"); });
  EXPECT_EQ(remove_running_lines(few), 0u);
}

TEST(PdfRunning, a_line_on_few_of_many_pages_stays) {
  auto pages = pages_with(
      20, [](std::size_t i) { return i < 3 ? "Contents" : "text " + std::string(i, 'y'); },
      [](std::size_t i) { return "end " + std::string(i + 1, 'z'); });
  for (std::size_t i = 3; i < 20; ++i) pages[i].lines[0].y = 700 - static_cast<double>(10 * i);
  EXPECT_EQ(remove_running_lines(pages), 0u);
}

TEST(PdfRunning, the_next_line_begins_the_column) {
  auto pages = pages_with(
      4, [](std::size_t) { return std::string("The Manual"); },
      [](std::size_t i) { return std::to_string(i); });
  for (PdfPageLines& page : pages) page.lines[0].begins_column = true;
  remove_running_lines(pages);
  EXPECT_TRUE(pages[0].lines[0].begins_column);
}

}  // namespace
}  // namespace vecstore
