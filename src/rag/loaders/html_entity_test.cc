#include "rag/loaders/html_entity.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(HtmlEntity, names_and_numbers_become_characters) {
  EXPECT_EQ(decode_html_entity("&amp;"), "&");
  EXPECT_EQ(decode_html_entity("&nbsp;"), " ");
  EXPECT_EQ(decode_html_entity("&mdash;"), "—");
  EXPECT_EQ(decode_html_entity("&#8212;"), "—");
  EXPECT_EQ(decode_html_entity("&#x1F916;"), "🤖");
}

TEST(HtmlEntity, what_is_no_character_stays_as_written) {
  for (const char* text : {"&unknown;", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999999;",
                           "&#;", "&#x;", "&#12a;", "&;", "&", "", "amp;", "&amp"}) {
    EXPECT_EQ(decode_html_entity(text), text);
  }
}

}  // namespace
}  // namespace vecstore
