// A text field of one segment as a search sees it, in memory or in a file. Cheap to copy; what it
// looks at must outlive it.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "text/index/field_reader.h"
#include "text/index/memory_field.h"
#include "text/index/postings.h"

namespace vecstore::text {

class FieldView {
 public:
  FieldView() = default;  // of a segment without the field: no rows
  explicit FieldView(const FieldReader& file) : file_(&file) {}
  // The rows below `bound`.
  FieldView(const MemoryField& memory, Row bound) : memory_(&memory), bound_(bound) {}

  FieldStatistics statistics() const;
  std::uint32_t length(Row row) const {
    return file_ != nullptr ? file_->length(row) : memory_ != nullptr ? memory_->length(row) : 0;
  }
  // How many rows have the term.
  Result<std::uint32_t> rows_of(std::string_view term) const;
  // Null when no row has it.
  Result<std::unique_ptr<Postings>> postings(std::string_view term) const;
  // Every term that begins with `prefix`, in any order, with the number of its rows (not 0).
  Status for_each_term(
      std::string_view prefix,
      const std::function<void(std::string_view term, std::uint32_t rows)>& fn) const;

  const FieldReader* file() const { return file_; }
  const MemoryField* memory() const { return memory_; }
  Row bound() const { return file_ != nullptr ? file_->rows() : bound_; }

 private:
  const FieldReader* file_ = nullptr;
  const MemoryField* memory_ = nullptr;
  Row bound_ = 0;
};

}  // namespace vecstore::text
