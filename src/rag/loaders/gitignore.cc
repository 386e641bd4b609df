#include "rag/loaders/gitignore.h"

#include <algorithm>
#include <array>

namespace vecstore {
namespace {

using Bytes256 = std::bitset<256>;

std::size_t index_of(char c) { return static_cast<unsigned char>(c); }

void set_range(Bytes256& bytes, char first, char last) {
  for (std::size_t i = index_of(first); i <= index_of(last); ++i) bytes.set(i);
}

// [:alpha:] and so on, of ASCII. False when there is no class of that name.
bool set_class(Bytes256& bytes, std::string_view name) {
  const bool alnum = name == "alnum", graph = name == "graph" || name == "print";
  if (alnum || name == "alpha" || name == "upper") set_range(bytes, 'A', 'Z');
  if (alnum || name == "alpha" || name == "lower") set_range(bytes, 'a', 'z');
  if (alnum || name == "digit" || name == "xdigit") set_range(bytes, '0', '9');
  if (name == "xdigit") set_range(bytes, 'a', 'f'), set_range(bytes, 'A', 'F');
  if (name == "blank" || name == "space") bytes.set(' '), bytes.set('\t');
  if (name == "space") set_range(bytes, '\n', '\r');
  if (name == "cntrl") set_range(bytes, '\0', '\x1f'), bytes.set(0x7f);
  if (graph) set_range(bytes, '!', '~');
  if (name == "print") bytes.set(' ');
  if (name == "punct") {
    set_range(bytes, '!', '/'), set_range(bytes, ':', '@');
    set_range(bytes, '[', '`'), set_range(bytes, '{', '~');
  }
  constexpr std::array<std::string_view, 12> kNames = {"alnum", "alpha",  "upper", "lower",
                                                       "digit", "xdigit", "blank", "space",
                                                       "cntrl", "graph",  "print", "punct"};
  return std::ranges::count(kNames, name) != 0;
}

// Reads the set that begins at pattern[at] == '['; leaves `at` after its ']'. False when it does
// not end. The order of the cases is that of git's wildmatch.
bool read_set(std::string_view pattern, std::size_t& at, Bytes256& bytes) {
  ++at;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  at += negated;
  bool has_last = false;
  char last = 0;
  for (bool first = true; first || at >= pattern.size() || pattern[at] != ']'; first = false) {
    if (at >= pattern.size()) return false;
    char c = pattern[at];
    const bool range = c == '-' && has_last && at + 1 < pattern.size() && pattern[at + 1] != ']';
    const std::size_t close = pattern.find(']', at + 2);
    if (c == '\\') {
      if (++at >= pattern.size()) return false;
      bytes.set(index_of(last = pattern[at]));
      has_last = true;
    } else if (range) {
      c = pattern[++at];
      if (c == '\\' && ++at >= pattern.size()) return false;
      set_range(bytes, last, pattern[at]);
      has_last = false;
    } else if (c == '[' && pattern.substr(at + 1).starts_with(':')) {
      if (close == pattern.npos) return false;
      if (pattern[close - 1] == ':' && close > at + 2) {
        if (!set_class(bytes, pattern.substr(at + 2, close - at - 3))) return false;
        at = close;
        has_last = false;
      } else {
        bytes.set(index_of(last = c));
        has_last = true;
      }
    } else {
      bytes.set(index_of(last = c));
      has_last = true;
    }
    ++at;
  }
  ++at;
  if (negated) bytes.flip();
  bytes.reset('/');
  return true;
}

// Without a comment's mark, a line break and spaces at the end that are not escaped.
std::string_view trim_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with('#')) return {};
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) {
      end = ++i + 1;
    } else if (line[i] != ' ') {
      end = i + 1;
    }
  }
  return line.substr(0, end);
}

}  // namespace

bool GitIgnore::compile(std::string_view pattern, bool anchored, std::vector<Step>& steps) {
  Bytes256 not_slash;
  not_slash.set().reset('/');
  const std::size_t first = pattern.find_first_of("*?[\\");
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '*') {
      const std::size_t end = std::min(pattern.find_first_not_of('*', at), pattern.size());
      // git cuts what comes before the first wildcard off both sides, so "a**/b" matches "ab".
      const bool begins = at == first || pattern[at - 1] == '/';
      const bool folders = anchored && end - at >= 2 && begins;
      const std::string_view rest = pattern.substr(end);
      const std::size_t slash = rest.starts_with('/') ? 1 : (rest.starts_with("\\/") ? 2 : 0);
      if (folders && (rest.empty() || slash > 0)) {
        steps.push_back({rest.empty() ? Step::Kind::kAll : Step::Kind::kFolders});
        at = end + slash;  // the slash belongs to it
      } else {
        steps.push_back({Step::Kind::kRun, not_slash});
        at = end;
      }
      continue;
    }
    Step step{Step::Kind::kOne};
    if (c == '[') {
      if (!read_set(pattern, at, step.bytes)) return false;
    } else if (c == '?') {
      step.bytes = not_slash;
      ++at;
    } else {
      if (c == '\\' && ++at >= pattern.size()) return false;
      step.bytes.set(index_of(pattern[at++]));
    }
    steps.push_back(step);
  }
  return true;
}

bool GitIgnore::read_rule(std::string_view line, Rule& rule) {
  line = trim_line(line);
  rule.negated = line.starts_with('!');
  if (rule.negated) line.remove_prefix(1);
  rule.folder_only = line.ends_with('/');
  if (rule.folder_only) line.remove_suffix(1);
  rule.anchored = line.find('/') != line.npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  if (line.empty()) return false;
  constexpr std::string_view kWild = "*?[\\";
  rule.plain = line.find_first_of(kWild) == line.npos;
  rule.suffix = !rule.anchored && line[0] == '*' && line.find_first_of(kWild, 1) == line.npos;
  rule.literal = rule.suffix ? line.substr(1) : line;
  return rule.plain || rule.suffix || compile(line, rule.anchored, rule.steps);
}

void GitIgnore::add(const std::string& folder, std::string_view file) {
  if (file.starts_with("\xef\xbb\xbf")) file.remove_prefix(3);
  std::vector<Rule>& rules = rules_[folder];
  while (!file.empty()) {
    const std::size_t end = std::min(file.find('\n'), file.size());
    Rule rule;
    if (read_rule(file.substr(0, end), rule)) rules.push_back(std::move(rule));
    file.remove_prefix(std::min(end + 1, file.size()));
  }
}

// Walks the text with the set of steps that may come next, one bit each.
bool GitIgnore::run(const std::vector<Step>& steps, std::string_view text) {
  std::vector<bool> now(steps.size() + 1), next;
  const auto enter = [&](std::vector<bool>& states, std::size_t at) {
    states[at] = true;
    while (at < steps.size() && steps[at].kind != Step::Kind::kOne) states[++at] = true;
  };
  enter(now, 0);
  for (char c : text) {
    next.assign(steps.size() + 1, false);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!now[i]) continue;
      const Step& step = steps[i];
      if (step.kind == Step::Kind::kOne && step.bytes[index_of(c)]) enter(next, i + 1);
      if (step.kind == Step::Kind::kRun && step.bytes[index_of(c)]) enter(next, i);
      if (step.kind == Step::Kind::kAll) enter(next, i);
      // Within a folder's name only the run of folders goes on; after its slash anything may come.
      if (step.kind == Step::Kind::kFolders) c == '/' ? enter(next, i) : void(next[i] = true);
    }
    now.swap(next);
  }
  return now[steps.size()];
}

bool GitIgnore::matches(const Rule& rule, std::string_view path, std::string_view name) {
  const std::string_view text = rule.anchored ? path : name;
  if (rule.plain) return text == rule.literal;
  if (rule.suffix) return text.ends_with(rule.literal);
  return run(rule.steps, text);
}

bool GitIgnore::ignores(std::string_view path, bool is_folder) const {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = path.substr(slash + 1);  // npos + 1 is 0
  std::string_view folder = path.substr(0, slash == path.npos ? 0 : slash);
  for (;;) {
    auto found = rules_.find(folder);
    if (found != rules_.end()) {
      const std::string_view below = path.substr(folder.empty() ? 0 : folder.size() + 1);
      const std::vector<Rule>& rules = found->second;
      for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
        if (rule->folder_only && !is_folder) continue;
        if (matches(*rule, below, name)) return !rule->negated;
      }
    }
    if (folder.empty()) return false;
    const std::size_t above = folder.rfind('/');
    folder = folder.substr(0, above == folder.npos ? 0 : above);
  }
}

}  // namespace vecstore
