#include "rag/loaders/gitignore.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "base/random.h"
#include "base/test_folder.h"
#include "rag/loaders/folder_walk.h"

namespace vecstore {
namespace {

bool ignores(std::string_view file, std::string_view path, bool is_folder = false) {
  GitIgnore rules;
  rules.add("", file);
  return rules.ignores(path, is_folder);
}

TEST(GitIgnore, names_match_anywhere_and_paths_from_the_file) {
  EXPECT_TRUE(ignores("a.txt", "b/a.txt"));
  EXPECT_TRUE(ignores("*.log", "b/c.log"));
  EXPECT_FALSE(ignores("/a.txt", "b/a.txt"));
  EXPECT_TRUE(ignores("b/a.txt", "b/a.txt"));
  EXPECT_FALSE(ignores("b/a.txt", "c/b/a.txt"));
  EXPECT_FALSE(ignores("b/*.txt", "b/c/a.txt"));
}

TEST(GitIgnore, folders_runs_of_folders_and_negation) {
  EXPECT_TRUE(ignores("build/", "x/build", true));
  EXPECT_FALSE(ignores("build/", "x/build"));
  EXPECT_TRUE(ignores("**/b", "b"));
  EXPECT_TRUE(ignores("a/**/b", "a/b"));
  EXPECT_TRUE(ignores("a/**/b", "a/x/y/b"));
  EXPECT_FALSE(ignores("a/**/b", "a/xb"));
  EXPECT_TRUE(ignores("a/**", "a/b/c"));
  EXPECT_FALSE(ignores("a/**", "a", true));
  EXPECT_FALSE(ignores("*.txt\n!b.txt", "b.txt"));
  EXPECT_TRUE(ignores("!b.txt\n*.txt", "b.txt"));
}

TEST(GitIgnore, comments_spaces_and_escapes) {
  EXPECT_FALSE(ignores("#a", "#a"));
  EXPECT_TRUE(ignores("\\#a", "#a"));
  EXPECT_TRUE(ignores("\\!a", "!a"));
  EXPECT_TRUE(ignores("a  \r\n", "a"));
  EXPECT_TRUE(ignores("a\\ ", "a "));
  EXPECT_TRUE(
      ignores("\xef\xbb\xbf"
              "a",
              "a"));
  EXPECT_TRUE(ignores("a[]-c]b", "a_b"));
  EXPECT_FALSE(ignores("a[]-c]b", "a-b"));
  EXPECT_TRUE(ignores("a[[:digit:]x]", "a7"));
  EXPECT_FALSE(ignores("a[!0-9]", "a7"));
  EXPECT_FALSE(ignores("a[", "a["));
  EXPECT_FALSE(ignores("a\\", "a"));
}

TEST(GitIgnore, a_deeper_file_goes_before_one_above) {
  GitIgnore rules;
  rules.add("", "*.txt\n");
  rules.add("a/b", "!keep.txt\n/x\n");
  EXPECT_TRUE(rules.ignores("a/keep.txt", false));
  EXPECT_FALSE(rules.ignores("a/b/keep.txt", false));
  EXPECT_TRUE(rules.ignores("a/b/c.txt", false));
  EXPECT_TRUE(rules.ignores("a/b/x", false));
  EXPECT_FALSE(rules.ignores("a/b/c/x", false));
}

TEST(GitIgnore, time_is_bounded_by_pattern_times_path) {
  std::string stars, path(4000, 'a');
  for (int i = 0; i < 500; ++i) stars += "*a";
  EXPECT_FALSE(ignores(stars + "b/c", path));
  EXPECT_FALSE(ignores(stars + "?b", path));
}

// What a command prints, split at NUL bytes.
std::set<std::string> run(const std::string& command) {
  std::set<std::string> out;
  std::FILE* pipe = popen(command.c_str(), "r");
  std::string word;
  for (int c; pipe && (c = std::fgetc(pipe)) != EOF;) {
    if (c != 0) {
      word += static_cast<char>(c);
    } else {
      out.insert(word);
      word.clear();
    }
  }
  if (pipe) pclose(pipe);
  return out;
}

class RandomTree {
 public:
  RandomTree(const TestFolder& folder, std::uint64_t seed) : folder_(folder), random_(seed) {}

  void make() {
    fill("", 0);
    write(".gitignore", patterns());
  }

 private:
  std::string pick(const std::vector<std::string>& words) {
    return words[random_.next() % words.size()];
  }

  void write(const std::string& path, const std::string& bytes) { folder_.write(path, bytes); }

  void fill(const std::string& above, int depth) {
    for (const char* name : {"a", "b", "ab", "a.txt", "b.log", "x y", "c[1]"}) {
      if (random_.next() % 3 == 0) write(above + name + ".f", "x");
    }
    for (const char* name : {"a", "b", "ab", "dir"}) {
      if (depth < 3 && random_.next() % 2 == 0) fill(above + name + "/", depth + 1);
    }
    write(above + "leaf", "x");
    if (random_.next() % 4 == 0) write(above + ".gitignore", patterns());
  }

  std::string patterns() {
    std::string out;
    for (std::uint64_t count = 1 + random_.next() % 4; count > 0; --count) {
      if (random_.next() % 4 == 0) out += "!";
      if (random_.next() % 4 == 0) out += "/";
      for (std::uint64_t parts = 1 + random_.next() % 3; parts > 0; --parts) {
        out += pick({"a",    "b",     "*",           "**",       "a*",  "*.f",  "?",
                     "leaf", "[ab]*", "[!a]",        "dir",      "ab",  "*a*",  "a**",
                     "\\a",  "x y.f", "[[:alpha:]]", "c\\[1].f", "***", "[]a]", "[a-b].f"});
        if (parts > 1) out += "/";
      }
      if (random_.next() % 4 == 0) out += "/";
      out += pick({"\n", "\n", "  \n", "\r\n"});
    }
    return out;
  }

  const TestFolder& folder_;
  Random random_;
};

std::string rules_in(const TestFolder& folder) {
  std::string out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (entry.path().filename() != ".gitignore") continue;
    std::ifstream file(entry.path());
    out += "\n" + entry.path().string() + ":\n";
    out.append(std::istreambuf_iterator<char>(file), {});
  }
  return out;
}

TEST(GitIgnore, random_trees_are_read_as_git_reads_them) {
  if (std::system("git --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no git";
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    TestFolder folder;
    RandomTree(folder, seed).make();
    const std::string git = "cd '" + folder.string() + "' && git -c core.excludesFile=/dev/null ";
    ASSERT_EQ(std::system((git + "init -q . 2>/dev/null").c_str()), 0);
    const std::set<std::string> expected =
        run(git + "ls-files -z --others --exclude-per-directory=.gitignore");
    std::set<std::string> found;
    for (const FoundFile& file : walk_folder(folder.string()).value().files) {
      found.insert(file.relative);
    }
    std::set<std::string> visible;  // names with a dot in front are left out here
    for (const std::string& path : expected) {
      if (!path.starts_with('.') && path.find("/.") == path.npos) visible.insert(path);
    }
    EXPECT_EQ(found, visible) << "seed " << seed << rules_in(folder);
  }
}

}  // namespace
}  // namespace vecstore
