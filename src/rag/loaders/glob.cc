#include "rag/loaders/glob.h"

#include <algorithm>
#include <vector>

namespace vecstore {
namespace {

struct Step {
  enum class Kind { kOne, kAny, kSet, kRun, kFolders };  // c, ?, [..], *, **/
  Kind kind;
  std::string_view text;  // the character, or the inside of the brackets
};

Step read_set(std::string_view pattern) {
  std::size_t from = pattern.size() > 1 && pattern[1] == '!' ? 2 : 1;
  std::size_t end = pattern.find(']', from + 1);  // "[]a]" holds a bracket
  if (end == pattern.npos) return {Step::Kind::kOne, pattern.substr(0, 1)};
  return {Step::Kind::kSet, pattern.substr(1, end - 1)};
}

std::vector<Step> compile(std::string_view pattern) {
  std::vector<Step> steps;
  while (!pattern.empty()) {
    std::size_t used = 1;
    if (pattern.starts_with("**/")) {
      steps.push_back({Step::Kind::kFolders, {}});
      used = 3;
    } else if (pattern == "**") {
      steps.push_back({Step::Kind::kFolders, {}});
      steps.push_back({Step::Kind::kRun, {}});
      used = 2;
    } else if (pattern[0] == '*') {
      steps.push_back({Step::Kind::kRun, {}});
    } else if (pattern[0] == '?') {
      steps.push_back({Step::Kind::kAny, {}});
    } else if (pattern[0] == '[') {
      steps.push_back(read_set(pattern));
      if (steps.back().kind == Step::Kind::kSet) used = steps.back().text.size() + 2;
    } else {
      steps.push_back({Step::Kind::kOne, pattern.substr(0, 1)});
    }
    pattern.remove_prefix(used);
  }
  return steps;
}

bool in_set(std::string_view set, char c) {
  bool negated = set.starts_with('!');
  if (negated) set.remove_prefix(1);
  auto byte = [](char x) { return static_cast<unsigned char>(x); };
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found |= byte(set[i]) <= byte(c) && byte(c) <= byte(set[i + 2]);
      i += 2;
    } else {
      found |= set[i] == c;
    }
  }
  return found != negated;
}

bool accepts(const Step& step, char c) {
  switch (step.kind) {
    case Step::Kind::kOne:
      return step.text[0] == c;
    case Step::Kind::kAny:
    case Step::Kind::kRun:
      return c != '/';
    case Step::Kind::kSet:
      return c != '/' && in_set(step.text, c);
    case Step::Kind::kFolders:
      return true;
  }
  return false;
}

bool may_skip(const Step& step) {
  return step.kind == Step::Kind::kRun || step.kind == Step::Kind::kFolders;
}

// Walks the path with the set of pattern positions that may come next, one bit each.
bool run(const std::vector<Step>& steps, std::string_view path) {
  std::vector<bool> now(steps.size() + 1), next;
  auto enter = [&](std::vector<bool>& states, std::size_t at, bool name_begins) {
    states[at] = true;
    while (at < steps.size() && may_skip(steps[at]) &&
           (steps[at].kind == Step::Kind::kRun || name_begins)) {
      states[++at] = true;
    }
  };
  enter(now, 0, true);
  for (char c : path) {
    next.assign(steps.size() + 1, false);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!now[i] || !accepts(steps[i], c)) continue;
      enter(next, may_skip(steps[i]) ? i : i + 1, c == '/');
    }
    now.swap(next);
  }
  return now[steps.size()];
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view path) {
  if (pattern.find('/') == pattern.npos && pattern != "**") {
    std::size_t slash = path.rfind('/');
    if (slash != path.npos) path.remove_prefix(slash + 1);
  }
  return run(compile(pattern), path);
}

bool any_glob_match(std::span<const std::string> patterns, std::string_view path) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return glob_match(pattern, path); });
}

}  // namespace vecstore
