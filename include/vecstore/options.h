// Options as plain structs with measured defaults. Every one is stored with what it describes and returned after reopening.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
  bool read_only = false;  // takes no lock, writes nothing; sees the state at open
  Durability durability = Durability::kNormal;
  int sync_interval_ms = 100;       // kNormal: how much a power cut may take
  int threads = 2;                  // background work and parallel search; 0 runs background work inside the calls
  double background_share = 0.5;    // share of one core that merges may take, 0 < share <= 1
  bool memory_map = true;           // read segments through read-only maps; false uses pread
  std::uint64_t seal_bytes = 64u << 20;  // a memory segment becomes a file at this size …
  std::uint32_t seal_rows = 32'768;      // … or at this many rows, whichever is first
  int merge_fanout = 8;                  // this many segments of like size become one

  // Told of recoveries, background errors and back-pressure; called from any thread. Unset: silence.
  std::function<void(LogLevel, std::string_view message)> log = {};
};

// One vector field of a collection. A record may lack it; a query skips such records.
struct VectorField {
  std::string name = {};
  VectorKind kind = VectorKind::kDense;
  std::uint32_t dimension = 0;  // 0: taken from the first vector written
  Metric metric = Metric::kCosine;
  ElementType storage = ElementType::kF32;  // dense: bytes per component 4, 2, 2, 1; multi: not kI8
  bool operator==(const VectorField&) const = default;
};

struct CollectionOptions {
  // The field "vector"; `dimension` 0 is taken from the first vector written.
  std::uint32_t dimension = 0;
  Metric metric = Metric::kCosine;
  ElementType storage = ElementType::kF32;
  VectorKind kind = VectorKind::kDense;

  std::vector<VectorField> fields = {};  // further named fields
  std::string description = {};
  Metadata attributes = {};              // anything the application wants to keep with the collection, such as its model
  bool operator==(const CollectionOptions&) const = default;
};

}  // namespace vecstore
