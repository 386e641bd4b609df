#include "rag/answer/prompt_template.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string render(std::string_view text, const std::map<std::string, std::string>& values) {
  const auto made = PromptTemplate::parse(text).value().render(values);
  return made.ok() ? *made : "error: " + made.status().message();
}

TEST(PromptTemplate, places_take_values) {
  EXPECT_EQ(render("Q: {q}\n{q} {{x}} {tone=plainly}", {{"q", "{why}?"}}),
            "Q: {why}?\n{why}? {x} plainly");
  EXPECT_EQ(render("{tone=plainly}", {{"tone", ""}}), "");
  EXPECT_EQ(render("", {}), "");
  EXPECT_EQ(render("{a=}", {}), "");
  EXPECT_THAT(PromptTemplate::parse("{b} {a=1} {b}").value().names(), ElementsAre("b", "a"));
}

TEST(PromptTemplate, what_is_missing_or_too_much_is_named) {
  EXPECT_EQ(render("{question}", {}), "error: the template's place 'question' has no value");
  EXPECT_THAT(render("{question}", {{"question", "x"}, {"qestion", "y"}}),
              HasSubstr("no place 'qestion', did you mean 'question'?"));
}

TEST(PromptTemplate, braces_that_fit_nothing_are_refused_with_their_place) {
  for (const auto& [text, message] :
       {std::pair{"ab{c", "byte 2: '{' is not closed"},
        std::pair{"a}b", "byte 1: '}' closes nothing"}, std::pair{"{}", "byte 0: '' is no name"},
        std::pair{"{a b}", "'a b' is no name"}, std::pair{"{1a}", "'1a' is no name"},
        std::pair{"{", "not closed"}}) {
    const Status status = PromptTemplate::parse(text).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr(message)) << text;
  }
}

}  // namespace
}  // namespace vecstore
