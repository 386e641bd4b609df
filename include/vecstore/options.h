// Options as plain structs with measured defaults. Every one is stored with what it describes and returned after reopening.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/metadata_schema.h"
#include "vecstore/metric.h"
#include "vecstore/value.h"
#include "vecstore/vector.h"

namespace vecstore {

// kFull: a write returns after its bytes are on the disk (one fdatasync, shared by concurrent writers). kNormal: after the operating
// system has them; a killed process loses nothing, a power cut at most the last `sync_interval_ms`. kOff: never synced by the log;
// still survives a killed process. No mode ever leaves a store that does not open.
enum class Durability : unsigned char { kFull, kNormal, kOff };
std::string_view durability_name(Durability durability);
Result<Durability> parse_durability(std::string_view name);

enum class LogLevel { kInfo, kWarning, kError };

struct DatabaseOptions {
  bool create = true;      // make the database when the folder holds none
  bool read_only = false;  // takes no lock, writes nothing; sees the state at open, or at the last Database::refresh()
  // With read_only: a thread refreshes this often, so that what another process writes is seen by itself. 0: only when asked.
  int refresh_interval_ms = 0;
  Durability durability = Durability::kNormal;
  int sync_interval_ms = 100;       // kNormal: how much a power cut may take
  int threads = 2;                  // background work and parallel search; 0 runs background work inside the calls
  double background_share = 0.5;    // share of one core that merges may take while nobody waits for them, 0 < share <= 1
  // This share of the queries by a vector (0 to 1) is answered again, exactly and by the background threads, one at a time: CollectionStats::recall
  // then tells how much of the nearest they find. 0.001 costs little.
  double recall_sample = 0;
  bool memory_map = true;           // read segments through read-only maps; false uses pread
  std::uint64_t seal_bytes = 64u << 20;  // a memory segment becomes a file at this size …
  std::uint32_t seal_rows = 32'768;      // … or at this many rows, whichever is first
  int merge_fanout = 8;                  // this many segments of like size become one

  // Told of recoveries, background errors and back-pressure; called from any thread. Unset: silence.
  std::function<void(LogLevel, std::string_view message)> log = {};
  // Ends the opening, while it reads the end of the log. Not looked at once the database is open.
  std::optional<CancelToken> cancel = {};
};

// How the nearest vectors of a field are found. kFlat: every vector is looked at, which is exact. kHnsw: segments get a graph besides
// (Malkov and Yashunin 2018), which finds nearly all of the nearest in a fraction of the time; for dense vectors under cosine, dot and
// euclidean. kAuto: kHnsw where there is such a graph, else kFlat.
enum class IndexKind : unsigned char { kAuto, kFlat, kHnsw };
std::string_view index_kind_name(IndexKind kind);
Result<IndexKind> parse_index_kind(std::string_view name);

// What walks through a graph compare in place of the vectors: a rotated vector in 8, 4, 2 or 1 bits a component and a scale of its own, by an
// estimate that is exact along the vector and unbiased about it (RaBitQ, Gao and Long 2024 and, for more bits, Gao et al. 2024; elsewhere
// 8 and 4 bits are called scalar quantization, SQ8 and SQ4). The nearest by their codes are then compared exactly, by the stored vectors. Fewer
// bits take less memory and need more of those comparisons: docs/guide/quantization.md. kSq2 and kRabitq1 need 192 components. kAuto: kSq4,
// under dot kSq8. Only what has a graph can be given one.
enum class Quantization : unsigned char { kAuto, kSq8, kSq4, kSq2, kRabitq1 };
std::string_view quantization_name(Quantization quantization);  // "auto", "sq8", "sq4", "sq2", "rabitq1"
Result<Quantization> parse_quantization(std::string_view name);

struct HnswOptions {
  std::uint32_t m = 16;                 // neighbours of a row, twice as many on the lowest level; 2 to 128. Memory 8 m bytes a row
  std::uint32_t ef_construction = 200;  // rows kept while neighbours are searched; m to 4,096. Build time against recall
  std::uint32_t ef_search = 50;         // rows kept by a query that does not say otherwise; 1 to kMaxEf
  std::uint32_t min_rows = 8'192;       // smaller segments get no graph: looking at every row is as fast
  std::uint64_t seed = 42;              // rows, options and seed decide the graph to the last byte; of a merge, the graphs merged do too
  bool operator==(const HnswOptions&) const = default;
};

// One vector field of a collection. A record may lack it; a query skips such records.
struct VectorField {
  std::string name = {};
  VectorKind kind = VectorKind::kDense;
  std::uint32_t dimension = 0;  // 0: taken from the first vector written
  Metric metric = Metric::kCosine;
  ElementType storage = ElementType::kF32;  // dense: bytes per component 4, 2, 2, 1; multi: not kI8
  IndexKind index = IndexKind::kAuto;
  HnswOptions hnsw = {};
  Quantization quantization = Quantization::kAuto;
  bool operator==(const VectorField&) const = default;
};

// A part of the records that text queries search.
struct TextField {
  std::string name = "text";  // the record's text; else a path in the metadata, as in a filter: a string, or a list of strings
  std::string analyzer = {};  // empty: the collection's
  double boost = 1;           // of its words in the score, where the query does not say otherwise; above 0, at most 100
  bool operator==(const TextField&) const = default;
};

// How the texts of records are made into words that text queries find.
struct TextOptions {
  // "simple" (words, case folded), "whitespace", "code", "ngram", a language such as "english" (words without stop words, stemmed), or
  // "none": texts are kept but not searched.
  std::string analyzer = "english";
  std::vector<TextField> fields = {};  // empty: the record's text alone. Each costs about as much memory and disk as its words
  bool operator==(const TextOptions&) const = default;
};

struct CollectionOptions {
  // The field "vector"; `dimension` 0 is taken from the first vector written.
  std::uint32_t dimension = 0;
  Metric metric = Metric::kCosine;
  ElementType storage = ElementType::kF32;
  VectorKind kind = VectorKind::kDense;
  IndexKind index = IndexKind::kAuto;
  HnswOptions hnsw = {};
  Quantization quantization = Quantization::kAuto;

  std::vector<VectorField> fields = {};  // further named fields
  TextOptions text = {};
  MetadataSchema metadata = {};          // empty: anything may be written
  // A field of the metadata whose values divide the records, as "tenant" may: those with one value lie together in files, so that what asks for
  // `tenant = 'a'` reads only their part. Empty: records lie in the order in which they were written.
  std::string partition_key = {};
  // So many replaced or deleted versions of each record are kept, at most kMaxKeptVersions: Collection::versions. Each costs what a record does
  // on disk, none of it in queries. 0: none.
  std::uint32_t keep_versions = 0;
  std::string description = {};
  Metadata attributes = {};              // anything the application wants to keep with the collection, such as its model
  bool operator==(const CollectionOptions&) const = default;
};

}  // namespace vecstore
