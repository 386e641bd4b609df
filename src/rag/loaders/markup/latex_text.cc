#include "rag/loaders/markup/latex_text.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "rag/loaders/markup/latex_tables.h"
#include "rag/loaders/text_writer.h"

namespace vecstore {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

using Role = LatexRole;

struct Group {
  char close;  // '}' or ']'
  Role role;
  std::size_t begin;  // in the source
};

class LatexText {
 public:
  LatexText(std::string_view source, Document& document, bool within)
      : source_(source), document_(document), within_(within) {
    preamble_ = !within && source.find("\\begin{document}") != source.npos;
  }

  void run() {
    while (at_ < source_.size() && !ended_) step();
    while (!groups_.empty()) close_group();
    end_rows();
    document_.text = writer_.take();
    if (within_) return;
    level_headings();
    note("title", title_);
    note("author", author_);
    if (pictures_ > 0) {
      document_.remarks.push_back(std::to_string(pictures_) + " pictures or drawings left out");
    }
  }

 private:
  bool silent() const { return preamble_ || skipped_ > 0; }
  void write(std::string_view text) {
    if (!silent()) writer_.add(text);
  }
  void break_line(int lines) {
    if (!silent()) writer_.break_line(lines);
  }

  // The outermost heading of the file has level 1.
  void level_headings() {
    int top = 7;
    for (const Heading& heading : document_.headings) top = std::min(top, heading.level);
    for (Heading& heading : document_.headings) heading.level -= top - 1;
  }

  // Renders the source of \title or \author.
  void note(const char* key, std::string_view source) {
    if (source.empty() || source.size() > 8 * kMaxTitleBytes) return;
    Document inner;
    LatexText(source, inner, true).run();
    std::ranges::replace(inner.text, '\n', ' ');
    for (std::size_t at = 0; (at = inner.text.find(" , ", at)) != std::string::npos;) {
      inner.text.erase(at, 1);  // before what \and became
    }
    if (!inner.text.empty() && inner.text.size() <= kMaxTitleBytes) {
      document_.metadata[key] = inner.text;
    }
  }

  void step() {
    const char c = source_[at_];
    if (!arguments_.empty() && c != '{' && c != '[' && !starts_argument(c)) arguments_.clear();
    switch (c) {
      case '\\':
        return read_command();
      case '%':
        return skip_comment();
      case '{':
        return open_group('}');
      case '}':
      case ']':
        return read_close(c);
      case '[':
        return has_options_ ? open_group(']') : write_char();
      case '$':
        return read_math();
      case '&':
        ++at_;
        if (table_depth_ == 1 && !silent()) return writer_.separate_cell();
        return write(table_depth_ > 0 ? " " : "&");
      case '~':
        ++at_;
        return write(" ");
      case '\n':
        return read_newline();
      default:
        return read_text(c);
    }
  }

  // White space may stand before an argument, and a command may be one.
  bool starts_argument(char c) const {
    return c == ' ' || c == '\t' || c == '%' || c == '\\' || (c == '\n' && !at_empty_line());
  }

  bool at_empty_line() const {
    const std::size_t next = source_.find_first_not_of(" \t\r", at_ + 1);
    return next != source_.npos && source_[next] == '\n';
  }

  void write_char() { write(source_.substr(at_++, 1)); }

  void read_newline() {
    has_options_ = false;
    if (at_empty_line()) {
      if (!groups_.empty() && groups_.back().close == ']') close_group();  // never closed
      break_line(2);
    }
    write(" ");
    ++at_;
  }

  void read_text(char c) {
    if (c != ' ' && c != '\t') has_options_ = false;
    constexpr std::string_view kSpecial = "\\%{}[]$&~\n`'-";
    std::size_t end = std::min(source_.find_first_of(kSpecial, at_), source_.size());
    if (c == ' ' || c == '\t') end = std::min(source_.find_first_not_of(" \t", at_), end);
    if (end > at_) {
      write(source_.substr(at_, end - at_));
      at_ = end;
      return;
    }
    struct Ligature {
      std::string_view from, to;
    };
    for (const auto& [from, to] : {Ligature{"---", "—"}, Ligature{"--", "–"}, Ligature{"``", "“"},
                                   Ligature{"''", "”"}, Ligature{"`", "‘"}, Ligature{"'", "’"}}) {
      if (!source_.substr(at_).starts_with(from)) continue;
      at_ += from.size();
      return write(to);
    }
    write_char();
  }

  // A comment takes its line break and the white space after it along.
  void skip_comment() {
    at_ = std::min(source_.find('\n', at_), source_.size());
    if (at_ < source_.size() && !at_empty_line()) {
      at_ = std::min(source_.find_first_not_of(" \t\r", at_ + 1), source_.size());
    }
  }

  void open_group(char close) {
    const bool argument = !arguments_.empty() && close == '}';
    Role role =
        close == ']' ? Role::kSkipped : (argument ? latex_role(arguments_.front()) : Role::kText);
    if (close == ']' && std::exchange(label_, false)) role = Role::kLabel;
    if (argument) arguments_.erase(0, 1);
    ++at_;
    open_role(role);
    groups_.push_back({close, role, at_});
    waiting_.push_back(std::move(arguments_));
    arguments_.clear();
    has_options_ = false;
  }

  void open_role(Role role) {
    const bool skipped = role == Role::kSkipped || role == Role::kTitle || role == Role::kAuthor;
    if (role == Role::kHeading && !silent()) {
      end_rows();
      writer_.break_line(2);
      headings_open_ = true;
      document_.headings.push_back({level_, {}, writer_.begin_text()});
    }
    if (role == Role::kBracketed) write(" [");
    if (role == Role::kLine) break_line(1);
    skipped_ += skipped;
  }

  void read_close(char c) {
    const bool closes = !groups_.empty() && groups_.back().close == c;
    if (closes) {
      close_group();
      ++at_;
    } else if (c == '}') {
      ++at_;  // one too many
    } else {
      write_char();
    }
  }

  void close_group() {
    const Group group = groups_.back();
    groups_.pop_back();
    arguments_ = std::move(waiting_.back());
    waiting_.pop_back();
    has_options_ = !arguments_.empty();
    const std::string_view inside = source_.substr(group.begin, at_ - group.begin);
    if (group.role == Role::kTitle && title_.empty()) title_ = inside;
    if (group.role == Role::kAuthor && author_.empty()) author_ = inside;
    if (group.role == Role::kSkipped || group.role == Role::kTitle || group.role == Role::kAuthor) {
      --skipped_;
    }
    if (group.role == Role::kBracketed) write("]");
    if (group.role == Role::kLabel) write(": ");
    if (group.role == Role::kLine) break_line(2);
    if (group.role == Role::kHeading && headings_open_) end_heading();
  }

  void end_heading() {
    headings_open_ = false;
    Heading& heading = document_.headings.back();
    heading.title = writer_.line_since(heading.begin);
    const bool usable = !heading.title.empty() && heading.title.size() <= kMaxTitleBytes &&
                        document_.headings.size() <= kMaxHeadings;
    if (!usable) document_.headings.pop_back();
    break_line(2);
  }

  void read_command() {
    const std::size_t begin = at_++;
    if (at_ == source_.size()) return;
    const std::size_t name_begin = at_;
    while (at_ < source_.size() && is_letter(source_[at_])) ++at_;
    const bool word = at_ > name_begin;
    if (!word) at_ += decode_utf8(source_.substr(at_)).size;
    const std::string_view name = source_.substr(name_begin, at_ - name_begin);
    if (word && at_ < source_.size() && source_[at_] == '*') ++at_;
    // A command may be an argument itself: \newcommand\name{text}.
    if (!arguments_.empty() && arguments_.front() == 's') {
      arguments_.erase(0, 1);
      has_options_ = true;
      return;
    }
    arguments_.clear();
    has_options_ = word;
    run_command(name, begin);
  }

  void run_command(std::string_view name, std::size_t begin) {
    if (name == "\\" || name == "tabularnewline") return end_row();
    if (name == "(" || name == "[") return keep_until(name == "(" ? "\\)" : "\\]", begin);
    if (name == "begin" || name == "end") return read_environment(name == "begin", begin);
    if (name == "verb") return read_verb();
    if (name == "item" || name == "bibitem") return read_item(name == "bibitem");
    if (name == "par" || name == "maketitle") return break_line(2);
    if (name == "newline" || name == "linebreak") return break_line(1);
    if (name == "def" || name == "gdef" || name == "edef") return read_definition();
    if (name == "input" || name == "include" || name == "subfile") remark_file(name);
    if (name == "includegraphics" && !silent()) ++pictures_;
    if (is_latex_accent(name)) return read_accent(name[0]);
    if (const int level = latex_heading_level(name); level > 0) {
      level_ = level;
      arguments_ = headings_open_ ? "t" : "h";
    } else if (name == "title" || name == "author") {
      arguments_ = within_ ? "t" : (name == "title" ? "T" : "A");
    } else if (const std::string_view sign = latex_sign(name); !sign.empty()) {
      has_options_ = false;
      write(sign);
      skip_space_after(name);
    } else if (const char* arguments = latex_arguments(name)) {
      arguments_ = arguments;
    } else {
      skip_space_after(name);
    }
  }

  // TeX passes over the spaces after a command of letters.
  void skip_space_after(std::string_view name) {
    if (!is_letter(name[0])) return;
    const std::size_t next = std::min(source_.find_first_not_of(" \t", at_), source_.size());
    const bool stays = next < source_.size() && (source_[next] == '[' || source_[next] == '\n');
    if (!stays) at_ = next;
  }

  void read_definition() {
    const std::size_t brace = source_.substr(at_, 200).find_first_of("{\n");
    if (brace == source_.npos || source_[at_ + brace] == '\n') return;
    at_ += brace;
    arguments_ = "s";
  }

  void remark_file(std::string_view command) {
    if (silent() || document_.remarks.size() >= 100) return;
    const std::string_view rest = source_.substr(at_, 200);
    const std::size_t end = rest.find('}');
    if (!rest.starts_with('{') || end == rest.npos) return;
    std::string file(rest.substr(1, end - 1));
    if (is_valid_utf8(file)) {
      document_.remarks.push_back("\\" + std::string(command) + "{" + file + "} is not followed");
    }
  }

  void read_accent(char accent) {
    std::size_t size = 0;
    const std::string letter = latex_accent_at(accent, source_.substr(at_), size);
    write(letter);
    at_ += size;
  }

  void read_verb() {
    if (at_ >= source_.size()) return;
    const char mark = source_[at_];
    if (static_cast<unsigned char>(mark) >= 0x80) return;
    const std::size_t line = std::min(source_.find('\n', at_), source_.size());
    const std::size_t end = source_.substr(0, line).find(mark, at_ + 1);
    if (end == source_.npos) return;
    write(source_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
  }

  void read_item(bool bibliography) {
    if (lists_.empty() || silent()) return;
    end_rows();
    writer_.break_line(1);
    std::int64_t& next = lists_.back();
    writer_.mark_line(next > 0 ? std::to_string(next++) + ". " : "- ");
    const std::size_t next_word = source_.find_first_not_of(" \t", at_);
    label_ = !bibliography && next_word != source_.npos && source_[next_word] == '[';
    if (label_) at_ = next_word;
    if (bibliography) arguments_ = "s";
    has_options_ = bibliography || label_;
  }

  void read_environment(bool begins, std::size_t begin) {
    const std::string_view rest = source_.substr(at_, 80);
    const std::size_t end = rest.find('}');
    if (!rest.starts_with('{') || end == rest.npos) return;
    const std::string name(rest.substr(1, end - 1));
    at_ += end + 1;
    if (name == "document") {
      ended_ = !begins && !preamble_;
      preamble_ = false;
      has_options_ = false;
      return;
    }
    has_options_ = begins;
    begins ? begin_environment(name, begin) : end_environment(name);
  }

  void begin_environment(const std::string& name, std::size_t begin) {
    const LatexEnvironment kind = latex_environment(name);
    const std::string close = "\\end{" + name + "}";
    if (kind == LatexEnvironment::kMath) {
      if (keep_block(close, begin)) return;
    } else if (kind == LatexEnvironment::kVerbatim) {
      if (name == "minted" || name.starts_with("filecontents")) skip_braces();
      skip_braces();  // of [options]
      const std::size_t inside = at_;
      if (keep_block(close, inside)) return;
    } else if (kind == LatexEnvironment::kDrawing || kind == LatexEnvironment::kComment) {
      const std::size_t end = find_close(close);
      if (end == source_.npos) return;
      pictures_ += kind == LatexEnvironment::kDrawing && !silent();
      at_ = end + close.size();
      return;
    }
    break_line(name == "document" ? 0 : 2);
    if (kind == LatexEnvironment::kTable) begin_table(name);
    if (kind == LatexEnvironment::kList && !silent()) {
      lists_.push_back(name == "enumerate" || name == "thebibliography" ? 1 : 0);
      if (name == "thebibliography") arguments_ = "s";
    }
    if (name == "minipage") arguments_ = "s";
  }

  void begin_table(const std::string& name) {
    arguments_ = name == "tabular" || name == "longtable" ? "s" : "ss";
    if (++table_depth_ == 1 && !silent()) writer_.begin_row();
  }

  void end_environment(const std::string& name) {
    const LatexEnvironment kind = latex_environment(name);
    if (kind == LatexEnvironment::kTable && table_depth_ > 0 && --table_depth_ == 0) {
      writer_.end_row();
    }
    if (kind == LatexEnvironment::kList && !lists_.empty()) {
      lists_.pop_back();
      writer_.drop_mark();
    }
    break_line(lists_.empty() ? 2 : 1);
  }

  void end_row() {
    const std::size_t next = std::min(source_.find_first_not_of(" *", at_), source_.size());
    at_ = next;
    has_options_ = source_.substr(at_).starts_with('[');
    if (silent()) return;
    if (table_depth_ != 1) return writer_.end_line();
    writer_.end_row();
    writer_.break_line(1);
    writer_.begin_row();
  }

  // A heading or an item ends a table that nobody ended.
  void end_rows() {
    if (table_depth_ > 0) writer_.end_row();
    table_depth_ = 0;
  }

  // Passes over "[…]" or "{…}" on the same line.
  void skip_braces() {
    if (at_ >= source_.size() || (source_[at_] != '[' && source_[at_] != '{')) return;
    const std::string_view rest = source_.substr(at_, 1'000);
    const std::size_t end = rest.find_first_of(source_[at_] == '[' ? "]\n" : "}\n");
    if (end != rest.npos && rest[end] != '\n') at_ += end + 1;
  }

  // Where `close` stands after at_. What was not found once is not looked for again.
  std::size_t find_close(const std::string& close) {
    if (unclosed_.contains(close)) return source_.npos;
    const std::size_t end = source_.find(close, at_);
    if (end == source_.npos && unclosed_.size() < 1'000) unclosed_.insert(close);
    return end;
  }

  // Writes the source from `begin` to `close` as a block of its own; formulas with their
  // delimiters.
  bool keep_block(const std::string& close, std::size_t begin) {
    const std::size_t end = find_close(close);
    if (end == source_.npos) return false;
    const bool formula = begin < at_;
    std::string_view block = source_.substr(begin, end + (formula ? close.size() : 0) - begin);
    block.remove_prefix(std::min(block.find_first_not_of("\r\n"), block.size()));
    block = block.substr(0, block.find_last_not_of(" \t\r\n") + 1);  // npos + 1 is 0
    if (!silent()) {
      writer_.break_line(2);
      writer_.add_exact(block);
      writer_.break_line(2);
    }
    at_ = end + close.size();
    has_options_ = false;
    return true;
  }

  // Formulas stay as they are.
  void keep_until(std::string_view close, std::size_t begin) {
    has_options_ = false;
    const std::size_t end = find_close(std::string(close));
    if (end == source_.npos) return;
    at_ = end + close.size();
    const bool block = close == "\\]" || close == "$$";
    if (block) break_line(2);
    write(source_.substr(begin, at_ - begin));
    if (block) break_line(2);
  }

  void read_math() {
    const std::size_t begin = at_;
    if (source_.substr(at_).starts_with("$$")) {
      at_ += 2;
      return keep_until("$$", begin);
    }
    ++at_;
    std::size_t end = at_;
    for (; end < source_.size() && source_[end] != '$'; ++end) {
      if (source_[end] == '\\') ++end;
      if (end - begin > 5'000) break;
    }
    if (end >= source_.size() || source_[end] != '$') return;
    write(source_.substr(begin, end + 1 - begin));
    at_ = end + 1;
  }

  std::string_view source_;
  Document& document_;
  const bool within_;  // of \title or \author
  TextWriter writer_;
  std::size_t at_ = 0;
  std::vector<Group> groups_;
  std::string arguments_;             // of the last command, that are still to come
  std::vector<std::string> waiting_;  // arguments_ outside of each open group
  std::vector<std::int64_t> lists_;   // the next item's number, or 0
  std::set<std::string> unclosed_;
  std::string_view title_, author_;
  int level_ = 0;    // of the heading that comes
  int skipped_ = 0;  // open groups that are left out
  int table_depth_ = 0;
  std::size_t pictures_ = 0;
  bool preamble_ = false, ended_ = false;
  bool headings_open_ = false;
  bool label_ = false;        // "[" begins the label of an item
  bool has_options_ = false;  // "[" begins options, not text
};

}  // namespace

void read_latex(std::string_view source, Document& document) {
  LatexText(source, document, false).run();
}

}  // namespace vecstore
