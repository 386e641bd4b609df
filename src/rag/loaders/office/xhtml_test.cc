#include "rag/loaders/office/xhtml.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(OpenEmptyElements, elements_that_html_does_not_know_as_empty_get_an_end) {
  EXPECT_EQ(open_empty_elements("<title/><p id='a' />x<br/><a name=\"/>\"/><img src='b'/>"),
            "<title></title><p id='a' ></p>x<br/><a name=\"/>\"></a><img src='b'/>");
}

TEST(OpenEmptyElements, what_is_no_element_stays) {
  for (const char* text :
       {"", "a < b", "<", "<p>x</p>", "<!-- <i/> -->", "<![CDATA[<i/>]]>", "<!-- <i/>", "<i '/>",
        "<?xml version='1.0'?>", "</p>", "<!DOCTYPE html>"}) {
    EXPECT_EQ(open_empty_elements(text), text);
  }
}

TEST(OpenEmptyElements, quotes_that_do_not_end_take_no_time) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "<a '";
  EXPECT_EQ(open_empty_elements(text), text);
}

}  // namespace
}  // namespace vecstore
