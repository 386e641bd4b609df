#include "text/index/field_view.h"

namespace vecstore::text {

FieldStatistics FieldView::statistics() const {
  if (file_ != nullptr) return file_->statistics();
  return memory_ != nullptr ? memory_->statistics(bound_) : FieldStatistics{};
}

Result<std::uint32_t> FieldView::rows_of(std::string_view term) const {
  if (file_ != nullptr) {
    VECSTORE_ASSIGN(const auto entry, file_->dictionary().find(term));
    return entry ? entry->rows : 0;
  }
  const MemoryTerm* found = memory_ != nullptr ? memory_->find(term) : nullptr;
  return found != nullptr ? found->rows(bound_) : 0;
}

Result<std::unique_ptr<Postings>> FieldView::postings(std::string_view term) const {
  if (file_ != nullptr) {
    VECSTORE_ASSIGN(const auto entry, file_->dictionary().find(term));
    if (!entry) return std::unique_ptr<Postings>();
    return Postings::open(*file_, *entry);
  }
  const MemoryTerm* found = memory_ != nullptr ? memory_->find(term) : nullptr;
  if (found == nullptr) return std::unique_ptr<Postings>();
  return Postings::open(*memory_, *found, bound_);
}

Status FieldView::for_each_term(
    std::string_view prefix, const std::function<void(std::string_view, std::uint32_t)>& fn) const {
  if (file_ != nullptr) {
    Dictionary::Cursor cursor(file_->dictionary());
    VECSTORE_TRY(cursor.seek(prefix));
    for (; !cursor.at_end() && cursor.term().starts_with(prefix);) {
      fn(cursor.term(), cursor.entry().rows);
      VECSTORE_TRY(cursor.next());
    }
    return {};
  }
  if (memory_ == nullptr) return {};
  memory_->for_each_term([&](const MemoryTerm& term) {
    if (!term.text().starts_with(prefix)) return;
    if (const std::uint32_t rows = term.rows(bound_)) fn(term.text(), rows);
  });
  return {};
}

}  // namespace vecstore::text
