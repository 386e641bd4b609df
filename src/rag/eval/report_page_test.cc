#include "rag/eval/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(ReportPage, forbids_scripts_and_networks) {
  const std::string page = report_page("<p>x</p>");
  EXPECT_THAT(page, testing::HasSubstr("default-src 'none'; style-src 'unsafe-inline'"));
  EXPECT_THAT(page, testing::EndsWith("<p>x</p></body></html>\n"));
}

TEST(ReportPage, numbers_are_for_people) {
  EXPECT_EQ(percent_text(0.95), "95 %");
  EXPECT_EQ(percent_text(0.3164), "31.6 %");
  EXPECT_EQ(interval_text({-0.5, 0.25}), "−0.5000 to 0.2500");
  EXPECT_EQ(resampling_text({}, "queries"),
            "Intervals: 95 %, bootstrap over queries; 10000 draws, seed 1.");
  EXPECT_EQ(report_tag("td", "x", "n"), "<td class=\"n\">x</td>");
  EXPECT_EQ(report_tag("td", "x"), "<td>x</td>");
}

}  // namespace
}  // namespace vecstore
