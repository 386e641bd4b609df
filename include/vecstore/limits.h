// The limits of VecStore, each named in the error that refuses what exceeds it.
#pragma once

#include <cstddef>

namespace vecstore {

inline constexpr std::size_t kMaxIdBytes = 1024;
inline constexpr std::size_t kMaxK = 10'000;
inline constexpr std::size_t kMaxEf = 65'536;         // rows that a walk through a graph keeps
inline constexpr std::size_t kMaxDimension = 65'536;  // components; bits for binary vectors
inline constexpr std::size_t kMaxSparseEntries = 65'536;
inline constexpr std::size_t kMaxMultiVectors = 65'536;     // vectors in one multi-vector
inline constexpr std::size_t kMaxBatchBytes = 64u << 20;    // as encoded in the log
inline constexpr std::size_t kMaxMetadataBytes = 1u << 20;  // as stored (docs/format/value.md)
inline constexpr std::size_t kMaxMetadataDepth = 64;
inline constexpr std::size_t kMaxTextBytes = 16u << 20;
inline constexpr std::size_t kMaxMetadataRules = 1'000;  // fields in a metadata schema
inline constexpr std::size_t kMaxFilterClauses = 1'000;
inline constexpr std::size_t kMaxFilterDepth = 32;
inline constexpr std::size_t kMaxPatternBytes = 1'024;  // of LIKE, MATCHES and CONTAINS in a filter
inline constexpr std::size_t kMaxPatternStates =
    2'000;  // of a MATCHES pattern, about one per character it can match
inline constexpr std::size_t kMaxHighlights = 1'000;  // of a hit: the first ones
inline constexpr std::size_t kMaxHighlightBytes =
    1u << 20;  // of a text that highlights and passages look at: its beginning
inline constexpr std::size_t kMaxFormulaFields =
    64;                                        // that a formula reads, each as often as it is named
inline constexpr std::size_t kMaxStages = 64;  // queries in a query tree
inline constexpr std::size_t kMaxStageDepth = 8;
inline constexpr std::size_t kMaxFormulaBytes = 4'096;
inline constexpr std::size_t kMaxReportRows = 100'000;  // that a quantization report looks at
inline constexpr std::size_t kMaxFields = 64;      // vector fields in a collection
inline constexpr std::size_t kMaxTextFields = 16;  // in a collection
inline constexpr std::size_t kMaxNameBytes = 128;  // of a collection, alias or field
inline constexpr std::size_t kMaxCollections = 10'000;
inline constexpr std::size_t kMaxKeptVersions = 1'000;  // of a record
inline constexpr std::size_t kMaxSnapshots = 256;  // with names, of a database

}  // namespace vecstore
