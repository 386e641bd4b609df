#include "rag/loaders/office/data_table.h"

namespace vecstore {
namespace {

class TableKind {
 public:
  explicit TableKind(const TableNames& names) : names_(names) {}

  bool enter(XmlNode node) {
    if (nested_) return false;
    const std::string_view name = node.name();
    if (name == names_.table) nested_ = true;
    if (name == names_.row) cells_ = 0;
    if (name == names_.cell) two_cells_ |= ++cells_ > 1;
    return !nested_;
  }
  void leave(XmlNode) {}
  bool is_data() const { return two_cells_ && !nested_; }

 private:
  const TableNames& names_;
  int cells_ = 0;
  bool two_cells_ = false;
  bool nested_ = false;
};

}  // namespace

bool is_data_table(XmlNode table, const TableNames& names) {
  TableKind kind(names);
  walk(table, kind);
  return kind.is_data();
}

}  // namespace vecstore
