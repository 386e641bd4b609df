#include "rag/loaders/office/odf_sheet.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/number.h"
#include "rag/loaders/office/xlsx_sheet.h"

namespace vecstore {
namespace {

struct Cell {
  std::int64_t column = 0;  // from 1
  std::string text = {};
};

std::int64_t repeats(XmlNode node, std::string_view name) {
  return std::clamp<std::int64_t>(parse_int64(node.attribute(name)).value_or(1), 1, 1 << 24);
}

struct CellText {
  OdfSheetRead& read;
  std::string text = {};
  bool enter(XmlNode node) {
    const std::string_view name = node.name();
    if (node.is_text() && node.parent().name() != "table-cell") text += node.text();
    if (name == "p" || name == "s" || name == "tab" || name == "line-break") text += ' ';
    if (name == "annotation") ++read.annotations;
    return name != "annotation" && name != "ruby-text" && name != "table" && name != "object";
  }
  void leave(XmlNode) {}
};

class OdfSheet {
 public:
  OdfSheet(LoadBudget& budget, OfficeText& text) : budget_(budget), text_(text) {}

  // For walk(): rows may lie in groups within groups.
  bool enter(XmlNode node) {
    if (node.name() != "table-row") return node.name() != "shapes" && status_.ok();
    if (status_.ok()) status_ = read_row(node);
    return false;
  }
  void leave(XmlNode) {}

  Status status_ = {};
  OdfSheetRead read_ = {};

 private:
  Status read_row(XmlNode row) {
    std::vector<Cell> cells;
    std::int64_t column = 1;
    for (XmlNode at = row.first_child(); at; at = at.next()) {
      const std::string_view name = at.name();
      if (name != "table-cell" && name != "covered-table-cell") continue;
      const std::int64_t times = repeats(at, "number-columns-repeated");
      VECSTORE_TRY(add_cell(text_of(at), column, times, cells));
      column = std::min<std::int64_t>(column + times, 1 << 24);
    }
    const std::int64_t times = repeats(row, "number-rows-repeated");
    if (!cells.empty()) VECSTORE_TRY(write_rows(cells, times));
    row_ = std::min<std::int64_t>(row_ + times, std::int64_t{1} << 40);
    return {};
  }

  std::string text_of(XmlNode cell) {
    const std::string_view type = cell.attribute("value-type");
    CellText shown{read_};
    walk(cell, shown);
    if (type == "date") return std::string(cell.attribute("date-value"));
    return shown.text.find_first_not_of(' ') == std::string::npos ? std::string() : shown.text;
  }

  Status add_cell(std::string text, std::int64_t column, std::int64_t times,
                  std::vector<Cell>& cells) {
    if (text.empty()) return {};
    read_.repeats_cut |= times > kMaxOdfRepeats;
    times = std::min(times, kMaxOdfRepeats);
    VECSTORE_TRY(budget_.unpack(static_cast<std::uint64_t>(times - 1) * text.size()));
    for (std::int64_t i = 0; i < times; ++i) cells.push_back({column + i, text});
    return {};
  }

  Status write_rows(const std::vector<Cell>& cells, std::int64_t times) {
    std::uint64_t size = 0;
    for (const Cell& cell : cells) size += cell.text.size() + 3;
    read_.repeats_cut |= times > kMaxOdfRepeats;
    times = std::min(times, kMaxOdfRepeats);
    VECSTORE_TRY(budget_.unpack(static_cast<std::uint64_t>(times - 1) * size));
    for (std::int64_t i = 0; i < times; ++i) write_row(cells, row_ + i);
    return {};
  }

  void write_row(const std::vector<Cell>& cells, std::int64_t number) {
    text_.begin_place(number);
    text_.begin_row();
    std::int64_t at = 0;
    for (const Cell& cell : cells) {
      for (std::int64_t i = std::min(cell.column - at, kMaxCellGap); i > 0; --i) text_.begin_cell();
      at = cell.column;
      text_.add(cell.text);
    }
    text_.end_row();
  }

  LoadBudget& budget_;
  OfficeText& text_;
  std::int64_t row_ = 1;
};

}  // namespace

Result<OdfSheetRead> write_odf_sheet(XmlNode table, LoadBudget& budget, OfficeText& text) {
  OdfSheet sheet(budget, text);
  text.begin_table();
  walk(table, sheet);
  text.end_table();
  if (!sheet.status_.ok()) return sheet.status_;
  return sheet.read_;
}

}  // namespace vecstore
