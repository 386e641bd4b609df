#include "rag/loaders/markup/rtf_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "base/utf8.h"
#include "rag/loaders/charset.h"
#include "rag/loaders/markup/rtf_reader.h"
#include "rag/loaders/markup/rtf_tables.h"
#include "rag/loaders/text_writer.h"

namespace vecstore {
namespace {

using namespace std::string_view_literals;

// Where the text of a group goes.
enum class Place { kBody, kSkipped, kFonts, kStyles, kInfo, kTitle, kAuthor, kCreated, kRevised };

struct Destination {
  std::string_view word;
  Place place;
};

// Groups that begin with another word after "\*" are skipped too.
constexpr std::array kDestinations = {
    Destination{"fonttbl", Place::kFonts},     Destination{"stylesheet", Place::kStyles},
    Destination{"info", Place::kInfo},         Destination{"title", Place::kTitle},
    Destination{"author", Place::kAuthor},     Destination{"creatim", Place::kCreated},
    Destination{"revtim", Place::kRevised},    Destination{"colortbl", Place::kSkipped},
    Destination{"pict", Place::kSkipped},      Destination{"nonshppict", Place::kSkipped},
    Destination{"header", Place::kSkipped},    Destination{"headerl", Place::kSkipped},
    Destination{"headerr", Place::kSkipped},   Destination{"headerf", Place::kSkipped},
    Destination{"footer", Place::kSkipped},    Destination{"footerl", Place::kSkipped},
    Destination{"footerr", Place::kSkipped},   Destination{"footerf", Place::kSkipped},
    Destination{"xe", Place::kSkipped},        Destination{"tc", Place::kSkipped},
    Destination{"sp", Place::kSkipped},        Destination{"filetbl", Place::kSkipped},
    Destination{"fldinst", Place::kSkipped},   Destination{"objdata", Place::kSkipped},
    Destination{"listtable", Place::kSkipped}, Destination{"revtbl", Place::kSkipped}};

constexpr std::array kStarredText = {"shpinst"sv, "shptxt"sv, "docvar"sv};

struct Sign {
  std::string_view word, text;
};

constexpr std::array kSigns = {Sign{"emdash", "\u2014"},
                               Sign{"endash", "\u2013"},
                               Sign{"lquote", "\u2018"},
                               Sign{"rquote", "\u2019"},
                               Sign{"ldblquote", "\u201c"},
                               Sign{"rdblquote", "\u201d"},
                               Sign{"bullet", "\u2022"},
                               Sign{"emspace", " "},
                               Sign{"enspace", " "},
                               Sign{"tab", " "},
                               Sign{"~", " "},
                               Sign{"_", "-"},
                               Sign{"{", "{"},
                               Sign{"}", "}"},
                               Sign{"\\", "\\"}};

struct Group {
  Place place = Place::kBody;
  bool hidden = false;
  bool footnote = false;
  std::int32_t fallback = 1;  // characters after \u that stand for it
  std::int32_t font = -1;
};

class RtfText {
 public:
  RtfText(std::string_view bytes, Document& document) : reader_(bytes), document_(document) {}

  Status run() {
    for (;;) {
      const RtfToken token = reader_.next();
      if (token.kind == RtfToken::Kind::kEndOfFile) break;
      VECSTORE_TRY(take(token));
      if (groups_.empty()) break;  // the outermost one has ended
    }
    flush();
    end_paragraph(2);
    document_.text = writer_.take();
    note("title", title_);
    note("author", author_);
    note("created", iso_time(created_));
    note("modified", iso_time(revised_));
    if (pictures_ > 0) remark(pictures_, "pictures");
    if (objects_ > 0) remark(objects_, "embedded objects");
    return {};
  }

 private:
  Group& group() { return groups_.back(); }

  void note(const char* key, std::string value) {
    std::string line;
    for (char c : value) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    if (!line.empty() && line.size() <= kMaxTitleBytes) document_.metadata[key] = line;
  }

  void remark(std::size_t count, const char* what) {
    document_.remarks.push_back(std::to_string(count) + " " + what + " left out");
  }

  Status take(const RtfToken& token) {
    switch (token.kind) {
      case RtfToken::Kind::kBegin:
        return begin_group();
      case RtfToken::Kind::kEnd:
        end_group();
        return {};
      case RtfToken::Kind::kWord:
        take_word(token);
        return {};
      case RtfToken::Kind::kHex:
        if (!take_fallback(1)) pending_ += static_cast<char>(token.number);
        return {};
      case RtfToken::Kind::kText:
        take_text(token.text);
        return {};
      case RtfToken::Kind::kEndOfFile:
        break;
    }
    return {};
  }

  Status begin_group() {
    flush();
    if (groups_.size() == kMaxRtfDepth) {
      return invalid_argument("groups nested deeper than " + std::to_string(kMaxRtfDepth));
    }
    Group inner = groups_.empty() ? Group() : group();
    inner.footnote = false;
    groups_.push_back(inner);
    starred_ = false;
    skip_ = 0;
    return {};
  }

  void end_group() {
    flush();
    if (group().footnote) writer_.add("]");
    const Place place = group().place;
    groups_.pop_back();
    const bool outer = groups_.empty() || group().place != place;
    if (place == Place::kStyles && !outer) end_style();
    if (outer) style_ = {};
    skip_ = 0;
  }

  void take_text(std::string_view text) {
    text.remove_prefix(take_fallback(text.size()));
    if (!text.empty()) starred_ = false;
    pending_ += text;
  }

  // How many of `count` characters stand for a \u before them.
  std::size_t take_fallback(std::size_t count) {
    const std::size_t taken = std::min(count, static_cast<std::size_t>(skip_));
    skip_ -= static_cast<std::int32_t>(taken);
    return taken;
  }

  void take_word(const RtfToken& token) {
    if (token.word == "bin") reader_.skip(static_cast<std::size_t>(std::max(token.number, 0)));
    if (token.word == "u" && token.has_number) return take_code_point(token.number);
    if (take_fallback(1) > 0) return;
    flush();
    if (token.word == "*") {
      starred_ = true;
      return;
    }
    const bool opened = open_destination(token.word);
    starred_ = false;
    if (opened || group().place == Place::kSkipped) return;
    if (take_property(token) || take_table_word(token)) return;
    if (group().place == Place::kBody) take_layout(token);
    auto sign = std::ranges::find(kSigns, token.word, &Sign::word);
    if (sign != kSigns.end()) write(sign->text);
  }

  bool open_destination(std::string_view word) {
    auto known = std::ranges::find(kDestinations, word, &Destination::word);
    if (known != kDestinations.end()) {
      pictures_ += word == "pict" && group().place == Place::kBody;
      if (group().place != Place::kSkipped) group().place = known->place;
      return true;
    }
    if (starred_ && std::ranges::count(kStarredText, word) == 0) {
      group().place = Place::kSkipped;
      return true;
    }
    return false;
  }

  // Of characters; they hold in every group.
  bool take_property(const RtfToken& token) {
    const std::string_view word = token.word;
    const bool on = !token.has_number || token.number != 0;
    if (word == "uc") {
      group().fallback = std::clamp(token.number, 0, 255);
    } else if (word == "v" || word == "deleted") {
      group().hidden = on;
    } else if (word == "plain") {
      group().hidden = false;
    } else if (word == "f") {
      group().font = token.number;
    } else if (word == "deff") {
      default_font_ = token.number;
    } else if (word == "ansicpg") {
      charset_ = charset_of_code_page(token.number);
    } else if (word == "mac") {
      charset_ = "macintosh";
    } else if (word == "pc" || word == "pca") {
      charset_ = word == "pc" ? "cp437" : "cp850";
    } else {
      return false;
    }
    return true;
  }

  // Of fonts, styles and times.
  bool take_table_word(const RtfToken& token) {
    const std::string_view word = token.word;
    const Place place = group().place;
    if (place == Place::kFonts && (word == "fcharset" || word == "cpg")) {
      const std::string charset =
          word == "cpg" ? charset_of_code_page(token.number) : charset_of_font(token.number);
      if (!charset.empty() && fonts_.size() < 10'000) fonts_[group().font] = charset;
      return true;
    }
    if (place == Place::kStyles && word == "s") style_.number = token.number;
    if (place == Place::kStyles && word == "outlinelevel")
      style_.level = std::clamp(token.number, -1, 9) + 1;
    if (place != Place::kCreated && place != Place::kRevised) return place == Place::kStyles;
    RtfTime& time = place == Place::kCreated ? created_ : revised_;
    if (word == "yr") time.year = token.number;
    if (word == "mo") time.month = token.number;
    if (word == "dy") time.day = token.number;
    if (word == "hr") time.hour = token.number;
    if (word == "min") time.minute = token.number;
    if (word == "sec") time.second = token.number;
    return true;
  }

  void end_style() {
    if (style_.level == 0) style_.level = level_of_style_name(style_.name);
    if (style_.level >= 1 && style_.level <= 9) levels_[style_.number] = style_.level;
    style_ = {};
  }

  void take_layout(const RtfToken& token) {
    const std::string_view word = token.word;
    if (word == "par" || word == "page" || word == "sect" || word == "column" || word == "\n") {
      end_paragraph(in_list_ ? 1 : 2);
    } else if (word == "line") {
      writer_.end_line();
    } else if (word == "pard") {
      level_ = 0;
      in_table_ = in_list_ = false;
    } else if (word == "s") {
      auto found = levels_.find(token.number);
      level_ = found == levels_.end() ? 0 : found->second;
    } else if (word == "outlinelevel") {
      level_ = token.number >= 0 && token.number < 9 ? token.number + 1 : 0;
    } else if (word == "listtext" || word == "pntext") {
      in_list_ = true;
    } else if (word == "footnote") {
      group().footnote = true;
      write(" [");
    } else if (word == "object") {
      ++objects_;
    } else {
      take_row_word(word);
    }
  }

  void take_row_word(std::string_view word) {
    if (word == "intbl") in_table_ = true;
    if (word == "trowd" && !row_open_) {
      end_paragraph(follows_row_ ? 1 : 2);
      writer_.begin_row();
      row_open_ = true;
    }
    if (word == "cell" || word == "nestcell") writer_.separate_cell();
    if (word == "row") end_row();
  }

  void end_row() {
    writer_.end_row();
    writer_.break_line(1);
    row_open_ = in_table_ = false;
    follows_row_ = true;
  }

  void end_paragraph(int lines) {
    if (heading_open_) {
      Heading& heading = document_.headings.back();
      heading.title = writer_.line_since(heading.begin);
      if (heading.title.empty() || heading.title.size() > kMaxTitleBytes) {
        document_.headings.pop_back();
      }
    }
    heading_open_ = false;
    writer_.break_line(lines);
  }

  void take_code_point(std::int32_t number) {
    flush();
    starred_ = false;
    skip_ = group().fallback;
    const char32_t unit = static_cast<char32_t>(number) & 0xFFFF;
    if ((unit & 0xFC00) == 0xD800) {
      high_ = unit;
      return;
    }
    char32_t value = unit;
    if ((unit & 0xFC00) == 0xDC00) {
      value = high_ == 0 ? 0xFFFD : 0x10000 + ((high_ & 0x3FF) << 10) + (unit & 0x3FF);
      document_.replaced += high_ == 0;
    }
    high_ = 0;
    if (value == 0xF0B7) value = 0x2022;  // the bullet of the font Symbol
    std::string text;
    if (value >= ' ') append_utf8(text, value);
    write(text);
  }

  const std::string& charset() {
    const std::int32_t font = group().font < 0 ? default_font_ : group().font;
    auto found = fonts_.find(font);
    const bool own = found == fonts_.end() || found->second == "windows-1252";
    return own ? charset_ : found->second;
  }

  // Writes the bytes that wait for the rest of their characters.
  void flush() {
    if (pending_.empty()) return;
    if (groups_.empty() || group().place == Place::kSkipped) return pending_.clear();
    const std::string& name = charset();
    auto found = decoders_.find(name);
    if (found == decoders_.end()) {
      auto decoder = CharsetDecoder::open(name);
      if (!decoder) decoder = CharsetDecoder::open("windows-1252");
      found = decoders_.emplace(name, std::move(decoder)).first;
    }
    std::string text;
    document_.replaced +=
        found->second ? found->second->decode(pending_, text) : append_valid_utf8(text, pending_);
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t'; });
    pending_.clear();
    write(text);
  }

  void write(std::string_view text) {
    const Place place = group().place;
    if (place == Place::kTitle && title_.size() <= kMaxTitleBytes) title_ += text;
    if (place == Place::kAuthor && author_.size() <= kMaxTitleBytes) author_ += text;
    if (place == Place::kStyles && style_.name.size() < 100) {
      style_.name += text.substr(0, text.find(';'));
    }
    if (place != Place::kBody || group().hidden) return;
    if (row_open_ && !in_table_) end_row();
    const bool words = text.find_first_not_of(' ') != text.npos;
    if (words) follows_row_ = false;
    if (words && level_ > 0 && !heading_open_ && !row_open_ &&
        document_.headings.size() < kMaxHeadings) {
      document_.headings.push_back({level_, {}, writer_.begin_text()});
      heading_open_ = true;
    }
    writer_.add(text);
  }

  struct Style {
    std::int32_t number = 0;
    int level = 0;
    std::string name = {};
  };

  RtfReader reader_;
  Document& document_;
  TextWriter writer_;
  std::vector<Group> groups_;
  std::map<std::int32_t, std::string> fonts_;  // their charsets
  std::map<std::int32_t, int> levels_;         // of styles that are headings
  std::map<std::string, std::optional<CharsetDecoder>> decoders_;
  std::string charset_ = "windows-1252";
  std::string pending_;
  std::string title_, author_;
  RtfTime created_, revised_;
  Style style_;
  std::int32_t default_font_ = -1;
  std::int32_t skip_ = 0;  // characters to pass over after \u
  char32_t high_ = 0;      // surrogate that waits for its second half
  int level_ = 0;          // of the current paragraph; 0 is text
  std::size_t pictures_ = 0, objects_ = 0;
  bool starred_ = false;
  bool heading_open_ = false;
  bool in_table_ = false, row_open_ = false, in_list_ = false;
  bool follows_row_ = false;
};

}  // namespace

Status read_rtf(std::string_view bytes, Document& document) {
  return RtfText(bytes, document).run();
}

}  // namespace vecstore
