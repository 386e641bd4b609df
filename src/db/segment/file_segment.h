// A segment file, opened: docs/format/segment.md. Opening reads its directory and `info`; columns
// are read and verified as they are used.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/sync.h"
#include "db/schema.h"
#include "db/segment/file_text.h"
#include "db/segment/index_file.h"
#include "db/segment/stored_segment.h"
#include "storage/block_file.h"

namespace vecstore::db {

class FileSegment : public StoredSegment {
 public:
  static Result<std::shared_ptr<FileSegment>> open(io::FileSystem& files, const std::string& path,
                                                   io::Access access,
                                                   const storage::BlockFileIdentity& identity,
                                                   std::uint32_t collection, const Schema& schema);

  // The same where parts of the file may be damaged: a footer that can be told from the rest, and
  // `info`, which the sizes of the other blocks stand in for. Rows are read and verified as ever.
  // For salvage.
  static Result<std::shared_ptr<FileSegment>> open_damaged(
      io::FileSystem& files, const std::string& path, const storage::BlockFileIdentity& identity,
      std::uint32_t collection, const Schema& schema);

  // Rows that were replaced or deleted, several of an id perhaps: docs/format/segment.md.
  bool is_history() const { return history_; }
  Row rows() const override { return rows_; }
  std::uint64_t number() const override { return number_; }
  std::uint64_t dead_at(Row row) const override;
  Result<RowInfo> info(Row row) const override;
  Result<std::string_view> id(Row row, Bytes& scratch) const override;
  Result<ByteView> metadata(Row row, Bytes& scratch) const override;
  Result<std::optional<std::string_view>> text(Row row, Bytes& scratch) const override;
  bool has_field(std::uint32_t field) const override;
  Result<bool> has_vector(std::uint32_t field, Row row) const override;
  bool all_have_vector(std::uint32_t field) const override {
    return has_field(field) && !fields_[field]->cells && fields_[field]->has.empty();
  }
  Result<index::DenseRows> dense(std::uint32_t field, Row first, std::uint32_t limit,
                                 Bytes& scratch, std::vector<float>& factor_scratch) const override;
  Result<ByteView> vector_bytes(std::uint32_t field, Row row, Bytes& scratch) const override;
  Result<std::optional<Row>> find(std::string_view id, std::uint64_t hash, Row bound,
                                  const std::function<bool(Row)>& accept) const override;
  void prefetch_id_place(Row row) const override { ids_->prefetch_place(row); }
  void prefetch_id(Row row) const override { ids_->prefetch(row); }
  void prefetch_dense(std::uint32_t field, Row row) const override;
  Result<const index::HnswIndex*> index(std::uint32_t field) const override;
  const index::HnswIndex* index_at_hand(std::uint32_t field) const override;
  Result<query::SharedCodes> codes(std::uint32_t field, Row rows) const override
      VECSTORE_EXCLUDES(codes_mutex_);
  // Reads ahead what queries look at first: a graph with its codes, or makes the codes.
  Status prepare_for_queries() const;
  Result<const meta::Columns*> columns() const override;
  // Of all rows, whatever the bound: a file has no rows that are not committed.
  Result<text::FieldView> text_index(std::uint32_t field, Row) const override {
    return texts_[field].view(*this);
  }
  bool has_times() const override { return has_times_; }
  SegmentBytes bytes() const override;
  bool is_indexed() const override { return index_file() != nullptr && !index_file()->empty(); }

  // The row whose id is the `position`-th in byte order; of one id, in a history, older ones first.
  Result<Row> in_id_order(Row position) const;
  // Every column's structure, beyond the checksums: what `check` runs.
  Status verify_structure() const;
  const std::shared_ptr<const storage::BlockFile>& file() const { return file_; }

  // Queries use it from now on. Once, by one thread; readers may be about.
  void set_index(std::unique_ptr<const IndexFile> index) VECSTORE_EXCLUDES(codes_mutex_);
  // Null until there is one.
  const IndexFile* index_file() const override { return index_.load(std::memory_order_acquire); }

 protected:
  void store_dead(Row row, std::uint64_t sequence) override;

 private:
  // Present only when some row has a value.
  struct Cells {
    storage::Block ends;
    storage::Block data;
    Result<std::optional<ByteView>> at(Row row, Bytes& scratch) const;
    void prefetch_place(Row row) const;
    void prefetch(Row row) const;
  };
  struct Field {
    VectorField of;
    std::size_t stride = 0;
    storage::Block rows;     // dense
    storage::Block factors;  // when has_factors(of)
    Bytes has;               // empty: every row
    std::optional<Cells> cells;
  };
  struct FreeMarks {
    void operator()(std::uint64_t* marks) const { std::free(marks); }
  };

  Result<Object> read_info() const;
  Result<Object> guess_info(std::uint32_t collection, const Schema& schema) const;
  Status load(const Object& info, std::uint32_t collection, const Schema& schema);
  std::shared_ptr<index::CodedRows> codes_of_field(std::uint32_t field) const
      VECSTORE_EXCLUDES(codes_mutex_);
  Result<const meta::Columns*> load_columns() const VECSTORE_EXCLUDES(columns_mutex_);
  Result<std::optional<Cells>> load_cells(const std::string& name) const;
  Status load_field(const Object& entry, const Schema& schema);
  Status verify_text(std::uint32_t field) const;
  Status check_size(const std::string& block, std::uint64_t found, std::uint64_t expected) const;
  Status damage(const std::string& what) const;

  std::shared_ptr<const storage::BlockFile> file_;
  std::uint64_t number_ = 0;
  Row rows_ = 0;
  bool has_times_ = false;
  bool history_ = false;  // an id may have several rows
  SegmentBytes bytes_;
  storage::Block infos_;
  storage::Block order_;
  storage::Block map_;
  std::size_t slots_ = 0;
  std::optional<Cells> ids_;
  std::optional<Cells> metadata_;
  std::optional<Cells> text_;
  std::vector<FileText> texts_;
  std::vector<std::optional<Field>> fields_;
  storage::Block column_data_;
  mutable Mutex columns_mutex_;  // one thread loads what others then see
  mutable std::unique_ptr<const meta::Columns> owned_columns_ VECSTORE_GUARDED_BY(columns_mutex_);
  mutable std::atomic<const meta::Columns*> columns_ = nullptr;
  mutable Mutex codes_mutex_;
  mutable std::vector<std::shared_ptr<index::CodedRows>> codes_
      VECSTORE_GUARDED_BY(codes_mutex_);  // by field; until there is an index
  std::unique_ptr<const IndexFile> owned_index_;
  std::atomic<const IndexFile*> index_ = nullptr;  // published after what it points to is whole
  // Zero pages until a row dies: opening stays cheap whatever the number of rows.
  std::unique_ptr<std::uint64_t, FreeMarks> dead_;
};

}  // namespace vecstore::db
