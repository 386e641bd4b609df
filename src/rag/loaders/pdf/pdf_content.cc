#include "rag/loaders/pdf/pdf_content.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "rag/loaders/pdf/pdf_encoding.h"
#include "rag/loaders/pdf/pdf_lexer.h"
#include "rag/loaders/pdf/pdf_text_cursor.h"

namespace vecstore {
namespace {

using Kind = PdfToken::Kind;

constexpr std::size_t kMostFormDepth = 12;
constexpr std::size_t kMostStates = 512;  // saved by q
constexpr std::size_t kMostOperands = 200'000;
constexpr std::size_t kMostMarks = 512;
constexpr std::size_t kMostFonts = 5'000;  // held at a time
constexpr std::size_t kOperatorsBetweenChecks = 4096;
constexpr std::size_t kKeptFormBytes = std::size_t{16} << 20;

// Two letters and an apostrophe fit.
constexpr std::uint32_t code_of(std::string_view name) {
  std::uint32_t code = 0;
  for (const char c : name.substr(0, 4)) code = code << 8 | static_cast<unsigned char>(c);
  return name.size() > 3 ? 0 : code;
}

PdfMatrix matrix_of(const PdfObject& array) {
  if (array.size() < 6) return {};
  return {array.at(0).number(), array.at(1).number(), array.at(2).number(),
          array.at(3).number(), array.at(4).number(), array.at(5).number()};
}

// From the user space of the page to the page as it is held.
PdfMatrix upright(const PdfPage& page) {
  switch (page.rotate) {
    case 90:
      return {0, -1, 1, 0, -page.y0, page.x1};
    case 180:
      return {-1, 0, 0, -1, page.x1, page.y1};
    case 270:
      return {0, 1, -1, 0, page.y1, -page.x0};
    default:
      return {1, 0, 0, 1, -page.x0, -page.y0};
  }
}

}  // namespace

// One page being read. Recurses by the depth of forms, which is bounded.
class PdfContentReader::Run {
 public:
  Run(PdfContentReader& reader, const PdfPage& page, PdfGlyphs& out)
      : reader_(reader), out_(out), cursor_(out, page.width(), page.height()) {
    state_.matrix = upright(page);
  }

  Status read(std::string_view bytes, const PdfObject& resources) {
    const PdfObject outer = std::exchange(resources_, resources);
    auto outer_fonts = std::exchange(named_fonts_, {});
    const std::size_t outer_states = std::exchange(states_floor_, states_.size());
    const std::size_t outer_marks = std::exchange(marks_floor_, marks_.size());
    const Status status = read_operators(bytes);
    while (marks_.size() > marks_floor_) end_mark();
    states_.resize(states_floor_);
    states_floor_ = outer_states;
    marks_floor_ = outer_marks;
    resources_ = outer;
    named_fonts_ = std::move(outer_fonts);
    return status;
  }

  void finish() {
    reader_.omissions_.unknown += cursor_.unknown();
    reader_.omissions_.crowded += cursor_.crowded();
  }

 private:
  Status read_operators(std::string_view bytes) {
    PdfLexer lexer(bytes);
    std::vector<PdfToken> outer = std::exchange(operands_, {});
    Status status;
    for (PdfToken token = lexer.next(); token.kind != Kind::kEnd && status.ok();
         token = lexer.next()) {
      if (token.kind != Kind::kWord) {
        if (operands_.size() >= kMostOperands) operands_.clear();
        operands_.push_back(std::move(token));
        continue;
      }
      if (token.text == "ID") lexer.skip_inline_image();
      if (++operators_ % kOperatorsBetweenChecks == 0) status = reader_.file_.check();
      if (status.ok()) status = run(token.text);
      operands_.clear();
    }
    operands_ = std::move(outer);
    return status;
  }

  // The operand so many places before the end.
  double number(std::size_t from_end) const {
    if (from_end >= operands_.size()) return 0;
    const PdfToken& token = operands_[operands_.size() - 1 - from_end];
    return token.kind == Kind::kNumber ? token.number : 0;
  }

  const std::string& last_text() const {
    static const std::string kNone;
    return operands_.empty() ? kNone : operands_.back().text;
  }

  const std::string& first_name() const {
    static const std::string kNone;
    const auto name = std::ranges::find(operands_, Kind::kName, &PdfToken::kind);
    return name == operands_.end() ? kNone : name->text;
  }

  PdfMatrix matrix() const {
    return {number(5), number(4), number(3), number(2), number(1), number(0)};
  }

  Status run(const std::string& name) {
    switch (code_of(name)) {
      case code_of("q"):
        if (states_.size() < kMostStates) states_.push_back(state_);
        return {};
      case code_of("Q"):
        if (states_.size() > states_floor_) restore();
        return {};
      case code_of("cm"):
        state_.matrix = matrix() * state_.matrix;
        return {};
      case code_of("Do"):
        return draw(last_text());
      case code_of("BMC"):
      case code_of("BDC"):
        return begin_mark(), Status();
      case code_of("EMC"):
        return end_mark(), Status();
      case code_of("BI"):
        ++out_.images;
        return {};
      default:
        break;
    }
    if (!set_text_state(name)) show_text(name);
    return {};
  }

  void restore() {
    state_ = std::move(states_.back());
    states_.pop_back();
  }

  bool set_text_state(const std::string& name) {
    switch (code_of(name)) {
      case code_of("Tf"):
        state_.size = number(0);
        state_.font = named_font(first_name());
        return true;
      case code_of("Tc"):
        state_.char_spacing = number(0);
        return true;
      case code_of("Tw"):
        state_.word_spacing = number(0);
        return true;
      case code_of("Tz"):
        state_.scale = number(0) / 100;
        return true;
      case code_of("TL"):
        state_.leading = number(0);
        return true;
      case code_of("Ts"):
        state_.rise = number(0);
        return true;
      default:
        return false;
    }
  }

  void show_text(const std::string& name) {
    switch (code_of(name)) {
      case code_of("BT"):
        return cursor_.begin();
      case code_of("Tm"):
        return cursor_.set_matrix(matrix());
      case code_of("TD"):
        state_.leading = -number(0);
        return cursor_.next_line(number(1), number(0));
      case code_of("Td"):
        return cursor_.next_line(number(1), number(0));
      case code_of("T*"):
        return cursor_.next_line(0, -state_.leading);
      case code_of("\""):
        state_.word_spacing = number(2);
        state_.char_spacing = number(1);
        [[fallthrough]];
      case code_of("'"):
        cursor_.next_line(0, -state_.leading);
        [[fallthrough]];
      case code_of("Tj"):
        if (!operands_.empty() && operands_.back().kind == Kind::kString) {
          cursor_.show(state_, last_text());
        }
        return;
      case code_of("TJ"):
        for (const PdfToken& token : operands_) {
          if (token.kind == Kind::kString) cursor_.show(state_, token.text);
          if (token.kind == Kind::kNumber) cursor_.shift(state_, token.number);
        }
        return;
      default:
        return;
    }
  }

  std::shared_ptr<const PdfFont> named_font(const std::string& name) {
    if (named_fonts_.size() >= kMostFonts) named_fonts_.clear();
    auto [at, is_new] = named_fonts_.try_emplace(name);
    if (is_new) at->second = reader_.font(resources_.get("Font").get(name.c_str()));
    return at->second;
  }

  Status draw(const std::string& name) {
    const PdfObject object = resources_.get("XObject").get(name.c_str());
    const std::string kind = object.get("Subtype").name();
    out_.images += kind == "Image";
    if (kind != "Form") return {};
    const std::uint64_t id = object.id();
    if (forms_.size() >= kMostFormDepth || std::ranges::count(forms_, id) != 0) {
      ++reader_.omissions_.loops;
      return {};
    }
    auto bytes = reader_.form_bytes(object);
    if (!bytes.ok()) return reader_.unreadable(bytes.status());
    forms_.push_back(id);
    const PdfGraphicsState before = state_;
    state_.matrix = matrix_of(object.get("Matrix")) * state_.matrix;
    const PdfObject own = object.get("Resources");
    const Status status = read(**bytes, own.is_null() ? resources_ : own);
    state_ = before;
    forms_.pop_back();
    return status;
  }

  // The text that a mark gives in place of what it shows; none when it gives none.
  std::optional<std::string> actual_text() const {
    for (std::size_t i = 0; i + 1 < operands_.size(); ++i) {
      const bool named = operands_[i].kind == Kind::kName && operands_[i].text == "ActualText";
      if (named && operands_[i + 1].kind == Kind::kString) {
        return spell_out(decode_pdf_string(operands_[i + 1].text));
      }
    }
    if (operands_.size() != 2 || operands_[1].kind != Kind::kName) return std::nullopt;
    const PdfObject text =
        resources_.get("Properties").get(operands_[1].text.c_str()).get("ActualText");
    if (text.kind() != PdfObject::Kind::kString) return std::nullopt;
    return spell_out(decode_pdf_string(text.bytes()));
  }

  void begin_mark() {
    if (marks_.size() >= kMostMarks) return;
    const bool within = std::ranges::count(marks_, true) != 0;
    std::optional<std::string> text = within ? std::nullopt : actual_text();
    marks_.push_back(text.has_value());
    if (text) cursor_.begin_replacement(std::move(*text));
  }

  void end_mark() {
    if (marks_.size() <= marks_floor_) return;
    if (marks_.back()) cursor_.end_replacement();
    marks_.pop_back();
  }

  PdfContentReader& reader_;
  PdfGlyphs& out_;
  PdfTextCursor cursor_;
  PdfGraphicsState state_;
  std::vector<PdfGraphicsState> states_;
  std::vector<PdfToken> operands_;
  PdfObject resources_;
  std::unordered_map<std::string, std::shared_ptr<const PdfFont>> named_fonts_;
  std::vector<std::uint64_t> forms_;                // being drawn
  std::vector<bool> marks_;                         // open; whether they replace text
  std::size_t states_floor_ = 0, marks_floor_ = 0;  // those below belong to who draws this form
  std::size_t operators_ = 0;
};

std::shared_ptr<const PdfFont> PdfContentReader::font(const PdfObject& dict) {
  if (dict.kind() != PdfObject::Kind::kDict) return nullptr;
  const std::uint64_t id = dict.id();
  if (id == 0) return std::make_shared<PdfFont>(PdfFont::load(file_, dict));
  if (fonts_.size() >= kMostFonts) fonts_.clear();
  auto [at, is_new] = fonts_.try_emplace(id);
  if (is_new) at->second = std::make_shared<PdfFont>(PdfFont::load(file_, dict));
  return at->second;
}

Result<std::shared_ptr<const std::string>> PdfContentReader::form_bytes(const PdfObject& form) {
  if (const auto known = forms_.find(form.id()); known != forms_.end()) return known->second;
  VECSTORE_ASSIGN(std::string bytes, file_.stream_bytes(form));
  auto shared = std::make_shared<const std::string>(std::move(bytes));
  if (form.id() != 0 && forms_bytes_ + shared->size() <= kKeptFormBytes) {
    forms_bytes_ += shared->size();
    forms_.emplace(form.id(), shared);
  }
  return shared;
}

Status PdfContentReader::unreadable(const Status& why) {
  if (why.code() == Code::kResourceExhausted) return why;
  ++omissions_.unreadable;
  return {};
}

Result<PdfGlyphs> PdfContentReader::read(const PdfPage& page) {
  PdfGlyphs out;
  const PdfObject contents = page.dict.get("Contents");
  std::string bytes;
  const auto append = [&](const PdfObject& stream) -> Status {
    if (stream.kind() != PdfObject::Kind::kStream) return {};
    const Result<std::string> part = file_.stream_bytes(stream);
    if (!part.ok()) return unreadable(part.status());
    bytes.append(*part).append("\n");
    return file_.check();
  };
  VECSTORE_TRY(append(contents));
  for (std::size_t i = 0; i < contents.size(); ++i) VECSTORE_TRY(append(contents.at(i)));
  Run run(*this, page, out);
  VECSTORE_TRY(run.read(bytes, page.resources));
  run.finish();
  VECSTORE_TRY(budget_.unpack(out.text.size()));
  return out;
}

}  // namespace vecstore
