// The scores of one ranking, made comparable with those of another: what vecstore/fusion.h
// describes.
#pragma once

#include <span>
#include <vector>

#include "db/search/fuse.h"
#include "vecstore/fusion.h"

namespace vecstore::db {

// In the order of the rows; finite.
std::vector<double> normalized_scores(Normalization normalization, std::span<const RankedRow> rows);

}  // namespace vecstore::db
