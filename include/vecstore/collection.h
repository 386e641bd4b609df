// A set of records that are searched together.
//
// A handle is move-only and safe from many threads: reads run side by side and never wait for a writer, writes are ordered inside. A
// read sees the newest state at its start and nothing that comes after. Handles of a dropped collection return kNotFound.
#pragma once

#include <cstdint>
#include <functional>
#if !defined(__wasm__)
#include <future>
#endif
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/facets.h"
#include "vecstore/options.h"
#include "vecstore/quantization_report.h"
#include "vecstore/query.h"
#include "vecstore/record.h"
#include "vecstore/stats.h"
#include "vecstore/status.h"
#include "vecstore/tuning.h"
#include "vecstore/versions.h"

namespace vecstore {

struct ScanOptions {
  Filter filter = {};
  bool include_vectors = true;
  bool include_deleted = false;  // soft-deleted records too; their deleted_at is set
  std::string after = {};             // only ids greater than this: continue an earlier scan
};

// Walks the records in id order, all as they were when the scan began, while writes go on. Holds that state until destroyed.
class Scan {
 public:
  Scan(Scan&&) noexcept;
  Scan& operator=(Scan&&) noexcept;
  ~Scan();

  // Up to `count` further records; empty at the end. After kCancelled the next call goes on as if that one had not been made.
  Result<std::vector<Record>> next(std::size_t count = 1000, const std::optional<CancelToken>& cancel = {});

 private:
  friend class Collection;
  struct State;
  explicit Scan(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Collection {
 public:
  Collection(Collection&&) noexcept;
  Collection& operator=(Collection&&) noexcept;
  ~Collection();

  std::string name() const;
  // With dimensions filled in once known.
  CollectionOptions options() const;

  // Inserts, or replaces the whole record: clears expiry and soft deletion, keeps created_at.
  Result<WriteResult> upsert(const Record& record, const WriteCondition& condition = {});
  // All or nothing; an id given twice is refused with both positions. At most kMaxBatchBytes. kCancelled: nothing is stored, but a dimension
  // that was taken from these records stays; once they are logged the token is not looked at.
  Result<WriteResult> upsert_many(std::span<const Record> records, const std::optional<CancelToken>& cancel = {});
  // `vectors` holds ids.size() rows of the field "vector", one after the other; `metadata` and `texts` are empty or one per id.
  Result<WriteResult> upsert_many(std::span<const std::string> ids, std::span<const float> vectors,
                                  std::span<const Metadata> metadata = {},
                                  std::span<const std::string> texts = {},
                                  const std::optional<CancelToken>& cancel = {});
  // kNotFound when there is no such record.
  Result<WriteResult> update(const Update& update, const WriteCondition& condition = {});
  // Applies `change` (its id is ignored) to every match, atomically. kCancelled: nothing is changed; once it is logged the token is not looked at.
  Result<WriteResult> update_where(const Filter& filter, const Update& change,
                                   const std::optional<CancelToken>& cancel = {});
  // `replaced` counts what was there; missing ids are no error.
  Result<WriteResult> remove(std::string_view id, const WriteCondition& condition = {});
  Result<WriteResult> remove_many(std::span<const std::string> ids);
  // Every match, atomically; cancelled as update_where is.
  Result<WriteResult> remove_where(const Filter& filter, const std::optional<CancelToken>& cancel = {});
  // Steps in order. kAtomic returns the first refusal as its error.
  Result<BatchResult> apply(std::span<const BatchOperation> operations,
                            BatchMode mode = BatchMode::kAtomic);

  // A soft-deleted record is in no answer but list_deleted and can be restored; purge removes it for good.
  Result<WriteResult> soft_delete(std::string_view id);
  Result<WriteResult> restore(std::string_view id);
  Result<std::vector<Record>> list_deleted(const std::optional<CancelToken>& cancel = {}) const;
  Result<WriteResult> purge();

  // The record expires `ttl` from now; clear_ttl makes it stay.
  Result<WriteResult> upsert_with_ttl(Record record, std::chrono::milliseconds ttl);
  Result<WriteResult> set_ttl(std::string_view id, std::chrono::milliseconds ttl);
  Result<WriteResult> clear_ttl(std::string_view id);

  // kNotFound when absent, deleted or expired. Vectors come back as stored by the user.
  Result<Record> get(std::string_view id) const;
  // What writes made of it, newest first: the present state, then the last `keep_versions` older ones with the removals between. `records` reads
  // what each was. Empty when nothing is known of the id. Cost: a look-up in each segment, and reading what is asked for.
  Result<std::vector<RecordVersion>> versions(std::string_view id, bool records = false) const;
  // As that write made it. kNotFound when it is no longer kept, or removed the record.
  Result<Record> get_version(std::string_view id, std::uint64_t sequence) const;
  // Writes it anew as that write made it, deletes it where that write removed it: history is never rewritten. An expiry that has passed is
  // left out. Nothing happens when it is as asked already (sequence 0). kNotFound when that version is no longer kept.
  Result<WriteResult> rollback(std::string_view id, std::uint64_t sequence, const WriteCondition& condition = {});
  // The option of that name from now on, durable like a write. What is beyond it goes with merges, at the latest with compact().
  Status set_keep_versions(std::uint32_t count);

  // In the order asked; absent ids are left out.
  Result<std::vector<Record>> get_many(std::span<const std::string> ids, const std::optional<CancelToken>& cancel = {}) const;
  Result<bool> contains(std::string_view id) const;
  // Neither deleted nor expired, and passing the filter.
  Result<std::uint64_t> count(const Filter& filter = {}, const std::optional<CancelToken>& cancel = {}) const;
  Result<Scan> scan(const ScanOptions& options = {}) const;

  Result<Hits> query(const Query& query) const;
  // The same as one by one, against one state, in parallel; the first error ends it.
  Result<std::vector<Hits>> query_many(std::span<const Query> queries) const;
  // The same for each `dimension` components of `vectors` in turn, all else as `common` says, which has no vector of its own: the rows of a
  // matrix, without a Query for each.
  Result<std::vector<Hits>> query_many(std::span<const float> vectors, std::size_t dimension, const Query& common) const;

#if !defined(__wasm__)
  // query() on a thread of the database, over the state at the time of the call; with options.threads 0 the answer is there on return. The
  // query's token calls it off, its timeout counts from the call. The handle may go before the answer comes; closing the database waits
  // for the queries that run, and those still in line fail as all calls on a closed database do. Memory too short for the future itself is
  // std::bad_alloc.
  std::future<Result<Hits>> query_async(Query query) const;
#endif

  // How often each value of a field (a path, as in a filter) stands in the records that pass. `limit` 1 to kMaxK.
  Result<Facet> facet(std::string_view field, const Filter& filter = {}, std::size_t limit = 10,
                      const std::optional<CancelToken>& cancel = {}) const;
  Result<Summary> summarize(std::string_view field, const Filter& filter = {},
                            const std::optional<CancelToken>& cancel = {}) const;

  Result<CollectionStats> stats() const;

  // Graphs of the field are coded so from now on, durable like a write. Those that are there get their new codes from the stored vectors in the
  // background (Database::wait_for_background; compact() too): their links stay, so that costs a pass over the vectors; until then queries use
  // the old ones. kNotFound when there is no such field, kInvalidArgument when its vectors cannot be coded so.
  Status set_quantization(std::string_view field, Quantization quantization);
  // Every quantization that the field can be given, measured on a sample of its vectors; changes nothing. kFailedPrecondition with fewer than
  // two vectors, kCancelled when the token says so. Cost: rows x queries distances for each, about a second at the defaults, and the sample in memory.
  Result<QuantizationReport> quantization_report(const QuantizationReportOptions& options = {}) const;

  // The ef_search of the field's options from now on, durable like a write. kNotFound when there is no such field, kInvalidArgument beyond
  // 1 to kMaxEf.
  Status set_ef_search(std::string_view field, std::uint32_t ef_search);
  // Tries every quantization that the field can be given with walks of many widths, on its own graphs, and says which setting serves the goal
  // best; changes nothing: set_quantization and set_ef_search do. kFailedPrecondition when the field has no graph, kCancelled when the token
  // says so. Cost: an exact search and some fifty walks for each query, a pass over the vectors and memory for a set of codes for each
  // quantization: about ten seconds for 60,000 vectors of 384 components.
  Result<TuneReport> tune(const TuneOptions& options = {}) const;

  // Everything written so far into segment files, synced. Never needed: it happens by itself.
  Status flush();
  // Merges everything into as few files as possible without dead rows, then says what that gave. Never needed. kCancelled: what was complete
  // stays, the rest is as before; a graph under work may hold that up by 0.2 s, writing what was in memory by 0.5 s.
  Result<CompactResult> compact(const std::optional<CancelToken>& cancel = {});

 private:
  friend class Database;
  struct State;
  explicit Collection(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace vecstore
