// The index file of a segment, opened: docs/format/index.md. Opening reads its directory and
// `info`; a field's codes and graph are read and verified when a query first asks for them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/large_buffer.h"
#include "base/sync.h"
#include "db/schema.h"
#include "index/hnsw_index.h"
#include "storage/block_file.h"

namespace vecstore::db {

// Of the segment that an index file belongs to.
struct IndexedSegment {
  std::uint64_t number = 0;
  std::uint32_t rows = 0;
};

class IndexFile {
 public:
  // kDataLoss when the file is damaged or not of that segment and schema.
  static Result<std::unique_ptr<IndexFile>> open(io::FileSystem& files, const std::string& path,
                                                 io::Access access,
                                                 const storage::BlockFileIdentity& identity,
                                                 const IndexedSegment& segment,
                                                 const Schema& schema);

  // Null when the file has nothing for the field. Safe from many threads; the first call for a
  // field takes as long as reading and verifying it.
  Result<const index::HnswIndex*> field(std::uint32_t number) const;

  // Null as well until field(number) was called, or this kAsksToLoad times, which loads it.
  const index::HnswIndex* at_hand(std::uint32_t number) const;
  static constexpr std::uint32_t kAsksToLoad = 1'000;  // reading takes about as long as they lose

  // The links of a field, without its codes. What is not in memory already is read and verified:
  // `bytes` may back it. An empty one when there is none.
  struct GraphBytes {
    Bytes links, upper;
  };
  Result<std::optional<index::HnswGraph>> graph(std::uint32_t number, GraphBytes& bytes) const;

  // What the field's index was made with, without the views; null when there is none.
  const index::HnswIndex::Parts* parts(std::uint32_t number) const;
  // Whether all codes are of as many bits as the schema asks for.
  bool has_codes_of(const Schema& schema) const;

  // True when no field has a graph: none could serve its vectors.
  bool empty() const;
  const storage::BlockFile& file() const { return *file_; }
  // Every field is opened, beyond the checksums.
  Status verify_structure() const;

 private:
  // Loaded once; never changes afterwards.
  struct Field {
    index::HnswIndex::Parts parts;  // without the views
    std::string name;
    mutable Mutex mutex;  // one thread loads
    mutable std::unique_ptr<const index::HnswIndex> loaded VECSTORE_GUARDED_BY(mutex);
    mutable LargeBuffer codes, links;  // copied: a walk reads them all over
    mutable Bytes upper;
    mutable std::atomic<const index::HnswIndex*> ready = nullptr;
    mutable std::atomic<std::uint32_t> asked = 0;  // for what is at hand, in vain
  };

  Status load(const IndexedSegment& segment, const Schema& schema);
  Status load_field(const Object& entry, const Schema& schema, std::uint32_t rows);
  Result<const index::HnswIndex*> open_field(const Field& field) const;
  Result<ByteView> copied(const std::string& name, std::uint64_t size, LargeBuffer& into) const;
  Status damage(const std::string& what) const;

  std::shared_ptr<const storage::BlockFile> file_;
  std::vector<std::unique_ptr<Field>> fields_;  // by number
};

}  // namespace vecstore::db
