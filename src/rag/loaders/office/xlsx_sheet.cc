#include "rag/loaders/office/xlsx_sheet.h"

#include <algorithm>
#include <map>

#include "base/number.h"

namespace vecstore {
namespace {

int int_of(std::string_view text) {
  return static_cast<int>(std::clamp<std::int64_t>(parse_int64(text).value_or(0), 0, 1 << 20));
}

// Of a shared or inline string: its text or those of its runs, without what tells how to say it.
std::string string_of(XmlNode node) {
  std::string out;
  for (XmlNode at = node.first_child(); at; at = at.next()) {
    if (at.name() == "t") out += at.own_text();
    if (at.name() == "r") out += at.child("t").own_text();
  }
  return out;
}

class SheetText {
 public:
  SheetText(const XlsxShared& shared, LoadBudget& budget, OfficeText& text)
      : shared_(shared), budget_(budget), text_(text) {}

  Status write(XmlNode root) {
    first_column_ = std::max<std::int64_t>(1, column_of(root.child("dimension").attribute("ref")));
    std::int64_t number = 0;
    text_.begin_table();
    for (XmlNode row = root.child("sheetData").child("row"); row; row = row.next("row")) {
      const std::int64_t said = parse_int64(row.attribute("r")).value_or(number + 1);
      number = std::clamp<std::int64_t>(said, 0, 1 << 30);
      text_.begin_place(number);
      VECSTORE_TRY(write_row(row));
    }
    text_.end_table();
    return {};
  }

 private:
  Status write_row(XmlNode row) {
    std::int64_t at = first_column_ - 1;
    text_.begin_row();
    for (XmlNode cell = row.child("c"); cell; cell = cell.next("c")) {
      const std::int64_t said = column_of(cell.attribute("r"));
      const std::int64_t column = said > 0 ? said : at + 1;
      for (std::int64_t i = std::min(column - at, kMaxCellGap); i > 0; --i) text_.begin_cell();
      at = column;
      VECSTORE_TRY(write_cell(cell));
    }
    text_.end_row();
    return {};
  }

  Status write_cell(XmlNode cell) {
    const std::string_view type = cell.attribute("t");
    if (type == "inlineStr") return text_.add(string_of(cell.child("is"))), Status();
    const std::string value = cell.child("v").own_text();
    if (type == "s") return write_shared(value);
    if (type == "b")
      return text_.add(value == "1" ? "TRUE" : value == "0" ? "FALSE" : value), Status();
    const auto number = type.empty() || type == "n" ? parse_double(value) : std::nullopt;
    text_.add(number ? show_number(*number, format_of(cell), shared_.from_1904) : value);
    return {};
  }

  // A long string in every cell would be a bomb.
  Status write_shared(std::string_view value) {
    const auto index = parse_int64(value);
    if (!index || *index < 0 || static_cast<std::uint64_t>(*index) >= shared_.strings.size()) {
      return {};
    }
    const std::string& text = shared_.strings[static_cast<std::size_t>(*index)];
    VECSTORE_TRY(budget_.unpack(text.size()));
    text_.add(text);
    return {};
  }

  NumberFormat format_of(XmlNode cell) const {
    const auto style = static_cast<std::size_t>(int_of(cell.attribute("s")));
    return style < shared_.formats.size() ? shared_.formats[style] : NumberFormat::kGeneral;
  }

  const XlsxShared& shared_;
  LoadBudget& budget_;
  OfficeText& text_;
  std::int64_t first_column_ = 1;
};

}  // namespace

std::int64_t column_of(std::string_view reference) {
  std::int64_t column = 0;
  std::size_t letters = 0;
  for (char c : reference) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c < 'A' || c > 'Z') break;
    if (++letters > 3) return 0;
    column = column * 26 + (c - 'A' + 1);
  }
  return column;
}

void XlsxShared::read_strings(XmlNode root) {
  for (XmlNode at = root.child("si"); at; at = at.next("si")) strings.push_back(string_of(at));
}

void XlsxShared::read_formats(XmlNode root) {
  std::map<int, NumberFormat> own;
  for (XmlNode at = root.child("numFmts").child("numFmt"); at; at = at.next("numFmt")) {
    own[int_of(at.attribute("numFmtId"))] = read_number_format(at.attribute("formatCode"));
  }
  for (XmlNode at = root.child("cellXfs").child("xf"); at; at = at.next("xf")) {
    const int id = int_of(at.attribute("numFmtId"));
    auto found = own.find(id);
    formats.push_back(found != own.end() ? found->second : built_in_format(id));
  }
}

Status write_sheet(XmlNode root, const XlsxShared& shared, LoadBudget& budget, OfficeText& text) {
  return SheetText(shared, budget, text).write(root);
}

}  // namespace vecstore
