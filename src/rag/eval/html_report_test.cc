#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/eval/test_evaluation.h"
#include "vecstore/evaluation.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HtmlReport, has_means_differences_and_the_worst_queries_with_their_hits) {
  const std::string page = html_report(small_evaluation());
  EXPECT_THAT(page, HasSubstr("0.3333<small>0.0000 to 0.5000</small>"));
  EXPECT_THAT(page, HasSubstr("+0.6667<small>"));
  EXPECT_THAT(page, HasSubstr("3 queries better, 0 worse, 0 the same"));
  EXPECT_LT(page.find("<td>q3</td>"), page.find("<td>q1</td>")) << "worst first";
  EXPECT_THAT(page, HasSubstr("<li class=\"good\">b (2)</li>"));
  EXPECT_THAT(page, HasSubstr("<li class=\"open\">x</li>"));
  EXPECT_THAT(page, HasSubstr("<small>no hit</small>"));
}

// Ids, texts, names of modes and metrics are all somebody else's.
TEST(HtmlReport, hostile_text_is_text) {
  Evaluation evaluation = small_evaluation();
  const std::string bad =
      "\"><script>alert(1)</script><img src=x onerror='alert(2)'>\x1b]0;x\xe2\x80\xae";
  evaluation.metrics[0] = evaluation.runs[0].name = evaluation.runs[1].set = bad;
  evaluation.queries[0].id = evaluation.queries[0].text = bad;
  evaluation.runs[0].hits[0][0].id = bad;
  const std::string page = html_report(evaluation);
  for (const char* never : {"<script", "<img", "\x1b", "\xe2\x80\xae", "\"><"})
    EXPECT_THAT(page.substr(page.find("<body>")),
                Not(HasSubstr(never == std::string("\"><") ? "\"><script" : never)));
  EXPECT_THAT(page, HasSubstr("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(HtmlReport, asks_nothing_of_a_network) {
  const std::string page = html_report(small_evaluation());
  for (const char* never : {"http:", "https:", "src=", "href=", "url(", "@import", "<script"})
    EXPECT_THAT(page, Not(HasSubstr(never)));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(HtmlReport, of_nothing_is_a_page_too) {
  EXPECT_THAT(html_report(Evaluation{}), HasSubstr("0 judged queries"));
}

}  // namespace
}  // namespace vecstore
