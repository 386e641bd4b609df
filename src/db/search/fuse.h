// Two rankings of a collection's rows into one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "query/segment.h"
#include "vecstore/query.h"

namespace vecstore::db {

struct RankedRow {
  std::uint32_t segment = 0;  // position in the snapshot
  query::Row row = 0;
  std::string id = {};
  double score = 0;
  double distance = 0;
  std::optional<ArmScore> by_vector = {};
  std::optional<ArmScore> by_text = {};
};

// Each is best first and has a row once. Best first, ties by id; every row of either.
std::vector<RankedRow> fuse(const Fusion& fusion, std::vector<RankedRow> by_vector,
                            std::vector<RankedRow> by_text);

}  // namespace vecstore::db
