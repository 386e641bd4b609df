// What .gitignore files leave out, as git means it (gitignore(5)).
//
// Knows nested files, negation, patterns for folders alone, anchored ones, `**`, sets with classes
// and escapes. Rules of the repository's configuration (info/exclude, core.excludesFile) are not
// read.
#pragma once

#include <bitset>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vecstore {

class GitIgnore {
 public:
  // Adds the rules of the file in `folder`: "" or "a/b", relative to where paths begin.
  void add(const std::string& folder, std::string_view file);

  // Whether the rules for `path` itself leave it out; whoever walks does not enter a folder that is
  // left out, and asks nothing about what lies in it. Time: a pattern times the path, for each rule
  // of the folders above it.
  bool ignores(std::string_view path, bool is_folder) const;

 private:
  struct Step {
    enum class Kind { kOne, kRun, kAll, kFolders };  // a set of bytes, *, /** at the end, **/
    Kind kind;
    std::bitset<256> bytes = {};
  };

  struct Rule {
    bool negated = false, folder_only = false, anchored = false;
    std::string literal = {};  // without wildcards, or what follows the first '*'
    bool plain = false;        // the whole pattern is `literal`
    bool suffix = false;       // it is '*' and `literal`
    std::vector<Step> steps = {};
  };

  static bool read_rule(std::string_view line, Rule& rule);
  static bool compile(std::string_view pattern, bool anchored, std::vector<Step>& steps);
  static bool matches(const Rule& rule, std::string_view path, std::string_view name);
  static bool run(const std::vector<Step>& steps, std::string_view text);

  std::map<std::string, std::vector<Rule>, std::less<>> rules_;  // by folder
};

}  // namespace vecstore
