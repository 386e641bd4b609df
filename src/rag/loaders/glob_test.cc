#include "rag/loaders/glob.h"

#include <gtest/gtest.h>

#include <vector>

namespace vecstore {
namespace {

struct Case {
  const char* pattern;
  const char* path;
  bool matches;
};

TEST(Glob, patterns_match_what_they_should) {
  const Case cases[] = {
      {"*.md", "a.md", true},
      {"*.md", "docs/a.md", true},
      {"*.md", "a.mdx", false},
      {"*.md", ".md", true},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"[a-c]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"[!a-c]x", "dx", true},
      {"[]x]", "]", true},
      {"[abc", "[abc", true},
      {"docs/*.md", "docs/a.md", true},
      {"docs/*.md", "docs/b/a.md", false},
      {"docs/*.md", "x/docs/a.md", false},
      {"docs/**/*.md", "docs/a.md", true},
      {"docs/**/*.md", "docs/a/b/c.md", true},
      {"**/build", "build", true},
      {"**/build", "a/b/build", true},
      {"**/build", "a/rebuild", false},
      {"docs/**", "docs/a/b", true},
      {"docs/**", "docsx/a", false},
      {"**", "a/b/c", true},
      {"*", "a/b", true},
      {"a/*", "a/b/c", false},
      {"", "", true},
      {"", "a", false},
      {"*a*b*c*", "xxaxxbxxcxx", true},
      {"*a*b*c*", "xxaxxcxxbxx", false},
      {"A.md", "a.md", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(glob_match(c.pattern, c.path), c.matches) << c.pattern << " on " << c.path;
  }
}

TEST(Glob, time_does_not_explode) {
  std::string pattern, path(5'000, 'a');
  for (int i = 0; i < 50; ++i) pattern += "a*";
  EXPECT_FALSE(glob_match(pattern + "b", path));
}

TEST(Glob, one_of_several_is_enough) {
  std::vector<std::string> patterns = {"*.txt", "*.md"};
  EXPECT_TRUE(any_glob_match(patterns, "a.md"));
  EXPECT_FALSE(any_glob_match(patterns, "a.html"));
  EXPECT_FALSE(any_glob_match({}, "a"));
}

}  // namespace
}  // namespace vecstore
