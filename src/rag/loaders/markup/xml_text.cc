#include "rag/loaders/markup/xml_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "rag/loaders/markup/xml_reader.h"
#include "rag/loaders/text_writer.h"

namespace vecstore {
namespace {

using namespace std::string_view_literals;

// Of DocBook, JATS, TEI and DITA, whose names say what others' do not.
constexpr std::array kSections = {"book"sv,
                                  "article"sv,
                                  "part"sv,
                                  "chapter"sv,
                                  "appendix"sv,
                                  "preface"sv,
                                  "section"sv,
                                  "sect1"sv,
                                  "sect2"sv,
                                  "sect3"sv,
                                  "sect4"sv,
                                  "sect5"sv,
                                  "simplesect"sv,
                                  "refentry"sv,
                                  "refsect1"sv,
                                  "refsect2"sv,
                                  "refsect3"sv,
                                  "refsection"sv,
                                  "refsynopsisdiv"sv,
                                  "glossary"sv,
                                  "bibliography"sv,
                                  "sec"sv,
                                  "div"sv,
                                  "div1"sv,
                                  "div2"sv,
                                  "div3"sv,
                                  "topic"sv,
                                  "concept"sv,
                                  "task"sv,
                                  "reference"sv,
                                  "set"sv,
                                  "dedication"sv,
                                  "colophon"sv,
                                  "app"sv};
constexpr std::array kInfos = {"info"sv,         "bookinfo"sv,  "articleinfo"sv,  "chapterinfo"sv,
                               "sectioninfo"sv,  "sect1info"sv, "refentryinfo"sv, "title-group"sv,
                               "article-meta"sv, "front"sv,     "titleStmt"sv,    "fileDesc"sv,
                               "teiHeader"sv,    "metadata"sv};
constexpr std::array kTitles = {"title"sv, "head"sv, "article-title"sv};
constexpr std::array kParagraphs = {
    "para"sv,        "simpara"sv,       "p"sv,       "formalpara"sv, "abstract"sv,
    "note"sv,        "tip"sv,           "warning"sv, "caution"sv,    "important"sv,
    "table"sv,       "informaltable"sv, "figure"sv,  "example"sv,    "itemizedlist"sv,
    "orderedlist"sv, "variablelist"sv,  "ul"sv,      "ol"sv,         "blockquote"sv};
constexpr std::array kExact = {"programlisting"sv, "screen"sv, "literallayout"sv,
                               "synopsis"sv,       "pre"sv,    "codeblock"sv,
                               "verbatim"sv};
constexpr std::array kItems = {"listitem"sv, "li"sv, "list-item"sv};
constexpr std::array kCells = {"entry"sv, "td"sv, "th"sv};
constexpr std::array kSkipped = {"indexterm"sv, "style"sv, "script"sv};

template <std::size_t n>
bool in(const std::array<std::string_view, n>& names, std::string_view name) {
  return std::ranges::count(names, name) != 0;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

bool is_author(std::string_view name) { return name == "author" || name == "creator"; }

// Whether each element, in the order of the file, has text beside its children: those then stand
// within lines.
Result<std::vector<bool>> find_mixed(std::string_view bytes) {
  std::vector<bool> mixed;
  std::vector<std::size_t> open;
  XmlReader reader(bytes);
  for (XmlToken token = reader.next(); token.kind != XmlToken::Kind::kEndOfFile;
       token = reader.next()) {
    if (token.kind == XmlToken::Kind::kStart) {
      if (open.size() == kMaxXmlDepth) {
        return invalid_argument("byte " + std::to_string(token.at) +
                                ": elements nested deeper than " + std::to_string(kMaxXmlDepth));
      }
      if (!token.empty) open.push_back(mixed.size());
      mixed.push_back(false);
    } else if (token.kind == XmlToken::Kind::kEnd) {
      if (!open.empty()) open.pop_back();
    } else if (!open.empty() && !is_blank(token.inside)) {
      mixed[open.back()] = true;
    }
  }
  if (mixed.empty()) return invalid_argument("no XML: it has no element");
  return mixed;
}

class XmlText {
 public:
  XmlText(std::string_view bytes, const std::vector<bool>& mixed, Document& document)
      : bytes_(bytes), reader_(bytes), mixed_(mixed), document_(document) {}

  void run() {
    for (XmlToken token = reader_.next(); token.kind != XmlToken::Kind::kEndOfFile;
         token = reader_.next()) {
      if (token.kind == XmlToken::Kind::kStart) {
        start(token);
        if (token.empty) close();
      } else if (token.kind == XmlToken::Kind::kEnd) {
        end(token);
      } else {
        add_text(token);
      }
    }
    while (!open_.empty()) close();
    finish();
  }

 private:
  struct Element {
    std::string_view name;
    bool block, mixed, exact, skipped;
    bool heading = false;
    std::size_t begin = 0;  // of the text of a title or author
  };

  void finish() {
    document_.text = writer_.take();
    auto keep = [&](const char* key, const std::string& value) {
      if (!value.empty() && value.size() <= kMaxTitleBytes) document_.metadata[key] = value;
    };
    keep("title", title_);
    keep("author", author_);
    keep("language", language_);
    if (mismatched_ > 0) {
      document_.remarks.push_back(std::to_string(mismatched_) +
                                  " end tags that fit no start tag, the first on line " +
                                  std::to_string(first_mismatch_));
    }
    if (!unknown_.empty()) {
      document_.remarks.push_back("entities are not expanded, such as " + shorten(unknown_));
    }
  }

  bool within(std::string_view name) const { return !open_.empty() && open_.back().name == name; }

  void start(const XmlToken& token) {
    const bool outer_mixed = !open_.empty() && open_.back().mixed;
    Element element{token.name, !outer_mixed && titles_ == 0, mixed_[count_++],
                    in(kExact, token.name), in(kSkipped, token.name)};
    if (open_.empty()) {
      language_ = std::string(xml_attribute(token.inside, "xml:lang"));
      if (language_.empty()) language_ = std::string(xml_attribute(token.inside, "lang"));
    }
    skipped_ += element.skipped;
    if (element.block) break_around(element);
    exact_ += element.exact;
    open_row(token.name);
    const bool varlist = within("varlistentry");
    if (in(kItems, token.name) && skipped_ == 0) writer_.mark_line(varlist ? "" : "- ");
    const bool title = in(kTitles, token.name);
    element.heading = title && titles_ == 0 && element.block && skipped_ == 0 &&
                      section_level() > 0 && document_.headings.size() < kMaxHeadings && rows_ == 0;
    if (element.heading) {
      document_.headings.push_back({section_level(), {}, writer_.begin_text()});
    }
    if (title && titles_++ == 0) element.begin = writer_.begin_text();
    authors_ += is_author(token.name);
    open_.push_back(element);
  }

  // How many sections are open around the title to come; 0 when it is of something else.
  int section_level() const {
    std::size_t top = open_.size();
    while (top > 0 && in(kInfos, open_[top - 1].name)) --top;
    if (top == 0 || !in(kSections, open_[top - 1].name)) return 0;
    return static_cast<int>(std::ranges::count_if(
        open_, [](const Element& element) { return in(kSections, element.name); }));
  }

  void open_row(std::string_view name) {
    if (name == "tr" || (name == "row" && (within("tbody") || within("thead")))) {
      if (rows_++ == 0) {
        writer_.begin_row();
        cells_ = 0;
      }
    }
    if (rows_ > 0 && in(kCells, name) && cells_++ > 0) writer_.separate_cell();
  }

  void break_around(const Element& element) {
    if (skipped_ > 0) return;
    const bool wide = in(kTitles, element.name) || in(kParagraphs, element.name) ||
                      in(kSections, element.name) || element.exact;
    writer_.break_line(wide ? 2 : 1);
  }

  // Whatever its name, an end tag ends the innermost element: find_mixed() takes it so, too.
  void end(const XmlToken& token) {
    if (!within(token.name) && mismatched_++ == 0) {
      first_mismatch_ =
          std::count(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(token.at), '\n') +
          1;
    }
    if (!open_.empty()) close();
  }

  void close() {
    const Element element = open_.back();
    open_.pop_back();
    if (element.heading) {
      Heading& heading = document_.headings.back();
      heading.title = writer_.line_since(heading.begin);
      if (heading.title.empty() || heading.title.size() > kMaxTitleBytes) {
        document_.headings.pop_back();
      }
    }
    const bool early = open_.size() <= 5 && skipped_ == 0;
    if (in(kTitles, element.name) && --titles_ == 0 && early && title_.empty()) {
      title_ = writer_.line_since(element.begin);
    }
    if (is_author(element.name) && --authors_ == 0 && author_.empty()) {
      TextWriter line;
      line.add(author_text_);
      author_ = line.take();
      author_text_.clear();
    }
    if (in(kItems, element.name)) writer_.drop_mark();
    const bool row =
        element.name == "tr" || (element.name == "row" && (within("tbody") || within("thead")));
    if (row && rows_ > 0 && --rows_ == 0) writer_.end_row();
    exact_ -= element.exact;
    if (element.block) break_around(element);
    skipped_ -= element.skipped;
  }

  void add_text(const XmlToken& token) {
    if (skipped_ > 0) return;
    const bool data = token.kind == XmlToken::Kind::kExact;
    const std::string text =
        data ? std::string(token.inside) : decode_xml_text(token.inside, unknown_);
    if (authors_ > 0 && author_.empty() && author_text_.size() < 8 * kMaxTitleBytes) {
      author_text_ += text + " ";
    }
    if (exact_ > 0 && rows_ == 0 && titles_ == 0) {
      writer_.add_exact(text);
    } else {
      writer_.add(text);
    }
  }

  std::string_view bytes_;
  XmlReader reader_;
  const std::vector<bool>& mixed_;
  Document& document_;
  TextWriter writer_;
  std::vector<Element> open_;
  std::size_t count_ = 0;  // elements that began
  std::string title_, author_, author_text_, language_, unknown_;
  std::size_t mismatched_ = 0;
  std::ptrdiff_t first_mismatch_ = 0;
  int skipped_ = 0, exact_ = 0, rows_ = 0, cells_ = 0;
  int titles_ = 0, authors_ = 0;  // that are open
};

}  // namespace

Status read_xml(std::string_view bytes, Document& document) {
  VECSTORE_ASSIGN(const std::vector<bool> mixed, find_mixed(bytes));
  XmlText(bytes, mixed, document).run();
  return {};
}

}  // namespace vecstore
