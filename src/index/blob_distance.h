// Distances between vectors that are not rows of one width: sparse, binary and multi-vectors in
// their stored bytes. Exact and plain: the oracle for the indexes to come.
#pragma once

#include <span>

#include "base/bytes.h"
#include "vecstore/metric.h"
#include "vecstore/status.h"
#include "vecstore/vector.h"

namespace vecstore::index {

// Stored forms. Sparse: count u32, indices u32[count], values f32[count]. Binary: its bytes. Multi:
// count u32, then count vectors of `type` one after the other.
void encode_sparse(const SparseVector& vector, Bytes& out);
void encode_multi(ElementType type, const MultiVector& vector, Bytes& out);
Result<SparseVector> decode_sparse(std::uint32_t dimension, ByteView bytes);
Result<MultiVector> decode_multi(ElementType type, std::uint32_t dimension, ByteView bytes);

// Components missing on one side are 0. Every metric; cosine of a vector without entries is an
// error at write, so none gets here.
double sparse_distance(Metric metric, const SparseVector& a, const SparseVector& b);

// kHamming or kJaccard over whole bytes.
double binary_distance(Metric metric, ByteView a, ByteView b);

// Late interaction (Khattab and Zaharia 2020, section 3): the sum, over the query's vectors, of the
// distance to the nearest of the document's. Under cosine and dot that orders exactly as MaxSim
// does. 0 when the query is empty; infinity when the document is.
double multi_distance(Metric metric, const MultiVector& query, const MultiVector& document);

// Score of a multi-vector hit: MaxSim under cosine and dot, else 1 / (1 + distance).
double multi_score(Metric metric, std::size_t query_vectors, double distance);

}  // namespace vecstore::index
