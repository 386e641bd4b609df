#include "rag/loaders/pdf/pdf_columns.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

PdfSegment segment(double x0, double x1, double y, const std::string& text = "word") {
  PdfWord word{text, x0, x1, y, 10};
  return {{word}, x0, x1, y, 10};
}

std::vector<std::size_t> sizes(const std::vector<PdfColumn>& columns) {
  std::vector<std::size_t> out;
  for (const PdfColumn& column : columns) out.push_back(column.size());
  return out;
}

// Lines of running text in two columns, row by row.
std::vector<PdfSegment> two_columns(std::size_t lines) {
  std::vector<PdfSegment> out;
  for (std::size_t i = 0; i < lines; ++i) {
    const double y = 500 - 12 * static_cast<double>(i);
    out.push_back(segment(50, 280, y, "left"));
    out.push_back(segment(300, 530, y, "right"));
  }
  return out;
}

TEST(PdfColumns, two_columns_are_read_one_after_the_other) {
  const auto segments = two_columns(10);
  const auto columns = find_columns(segments);
  ASSERT_EQ(sizes(columns), (std::vector<std::size_t>{10, 10}));
  EXPECT_EQ(columns[0][9]->words[0].text, "left");
  EXPECT_EQ(columns[1][0]->words[0].text, "right");
}

TEST(PdfColumns, what_spans_the_gutter_stands_between) {
  auto segments = two_columns(10);
  segments.push_back(segment(50, 530, 600));  // a title
  segments.push_back(segment(50, 530, 446));  // between the fifth and the sixth line
  EXPECT_EQ(sizes(find_columns(segments)), (std::vector<std::size_t>{1, 5, 5, 1, 5, 5}));
}

TEST(PdfColumns, lines_of_columns_need_not_be_level) {
  auto segments = two_columns(10);
  for (PdfSegment& one : segments) one.y += one.x0 > 200 ? 5 : 0;
  EXPECT_EQ(sizes(find_columns(segments)), (std::vector<std::size_t>{10, 10}));
}

TEST(PdfColumns, an_index_in_three_columns_is_read_by_columns) {
  std::vector<PdfSegment> segments;
  for (int i = 0; i < 20; ++i) {
    for (const double x : {50.0, 220.0, 390.0}) {
      segments.push_back(segment(x, x + 60 + 10 * (i % 8), 500 - 12 * i));
    }
  }
  EXPECT_EQ(sizes(find_columns(segments)), (std::vector<std::size_t>{20, 20, 20}));
}

TEST(PdfColumns, a_table_stays_whole) {
  std::vector<PdfSegment> segments;
  for (int i = 0; i < 20; ++i) {
    segments.push_back(segment(50, 90 + 4 * (i % 5), 500 - 20 * i));
    segments.push_back(segment(150, 230 + 9 * (i % 7), 500 - 20 * i));
    segments.push_back(segment(350, 380, 500 - 20 * i));
  }
  EXPECT_EQ(find_columns(segments).size(), 1u);
}

TEST(PdfColumns, few_lines_and_none_are_no_columns) {
  EXPECT_TRUE(find_columns({}).empty());
  EXPECT_EQ(find_columns({segment(50, 280, 500), segment(300, 530, 500)}).size(), 1u);
  EXPECT_EQ(find_columns({segment(50, 50, 500), segment(50, 50, 490), segment(50, 50, 480),
                          segment(50, 50, 470), segment(50, 50, 460), segment(50, 50, 450)})
                .size(),
            1u);
}

}  // namespace
}  // namespace vecstore
