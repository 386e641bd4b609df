#include "rag/loaders/html_boilerplate.h"

#include <gtest/gtest.h>

#include "rag/loaders/html_text.h"

namespace vecstore {
namespace {

constexpr std::string_view kArticle =
    "<p>A write-ahead log keeps every change before the table files see it, so that a crash loses "
    "nothing that was acknowledged. The log is replayed at the next start.</p>";

// What is left of the body.
std::string kept(std::string body) {
  HtmlTree tree = HtmlTree::parse(body).value();
  return write_html_text(tree, find_boilerplate(tree)).text;
}

std::string kept_beside_article(const std::string& part) {
  std::string text = kept(part + std::string(kArticle));
  std::size_t at = text.find("A write-ahead log");
  EXPECT_NE(at, text.npos) << part;
  return text.substr(0, at);
}

TEST(HtmlBoilerplate, scripts_styles_and_controls_go) {
  EXPECT_EQ(kept_beside_article("<script>var a;</script><style>p{}</style><button>hide</button>"
                                "<select><option>one</select><svg><text>VACUUM</text></svg>"
                                "<noscript>no</noscript><iframe>f</iframe><template>t</template>"),
            "");
}

TEST(HtmlBoilerplate, elements_that_say_so_go) {
  for (const char* part :
       {"<nav>Start page</nav>", "<footer>Made by us</footer>", "<header>Our site</header>",
        "<div role=navigation>Places</div>", "<div hidden>later</div>",
        "<span aria-hidden=true>x</span>", "<div class='navbar dark'>All pages</div>",
        "<ul id=breadcrumbs><li>a</ul>", "<div class=nosearch>Small. Fast.</div>"}) {
    EXPECT_EQ(kept_beside_article(part), "") << part;
  }
}

TEST(HtmlBoilerplate, a_header_within_the_content_stays) {
  EXPECT_EQ(kept("<article><header><h1>The log</h1></header><p>Text.</article>"),
            "The log\n\nText.");
}

TEST(HtmlBoilerplate, a_class_word_does_not_take_half_of_the_page) {
  EXPECT_NE(kept("<div class=sidebar>" + std::string(kArticle) + "</div>"), "");
}

TEST(HtmlBoilerplate, a_table_of_contents_goes_even_when_it_is_most_of_the_page) {
  std::string contents;
  for (int i = 0; i < 30; ++i) {
    contents +=
        "<dt><a href=x>pg_tool</a> - a tool that does some useful thing with databases</dt>";
  }
  EXPECT_EQ(kept_beside_article("<div class=toc><dl>" + contents + "</dl></div>"), "");
}

TEST(HtmlBoilerplate, bars_with_previous_and_next_go) {
  EXPECT_EQ(kept_beside_article(
                "<table><tr><td><a href=a>Prev</a><td><a href=u>Up</a><th>SQL Commands<td>"
                "<a href=h>Home</a><td><a href=n>Next</a></table>"),
            "");
  EXPECT_EQ(kept_beside_article("<p><a href=a>« Previous</a> | <a href=b>Next »</a></p>"), "");
}

TEST(HtmlBoilerplate, lists_of_links_go_and_short_ones_stay) {
  std::string links;
  for (char c : {'a', 'b', 'c', 'd', 'e', 'f'}) {
    links += "<li><a href=" + std::string(1, c) + ">Topic number " + c + "</a>";
  }
  EXPECT_EQ(kept_beside_article("<ul>" + links + "</ul>"), "");
  EXPECT_EQ(kept_beside_article("<ul><li><a href=x>See also the log</a></ul>"),
            "- See also the log\n\n");
}

TEST(HtmlBoilerplate, text_with_many_links_stays) {
  std::string dense = "<p>";
  for (int i = 0; i < 8; ++i) dense += "The word <a href=x>page</a> is explained elsewhere. ";
  EXPECT_NE(kept_beside_article(dense + "</p>"), "");
}

TEST(HtmlBoilerplate, the_main_element_is_the_page) {
  EXPECT_EQ(kept("<div>Welcome back, reader of this site</div><main>" + std::string(kArticle) +
                 "</main><div>Copyright</div>")
                .find("Welcome"),
            std::string::npos);
  EXPECT_EQ(kept("<div>All of it</div><main></main>"), "All of it");
}

}  // namespace
}  // namespace vecstore
