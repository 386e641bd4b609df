// VecStore: an embedded vector database. Include this and write:
//
//   auto db   = vecstore::Database::open("notes.db").value();
//   auto docs = db.get_or_create("docs", {.dimension = 384}).value();
//   docs.upsert({.id = "a", .vector = v, .text = "how to open a file"}).value();
//   auto hits = docs.query({.vector = q, .k = 10, .filter = "year >= 2020"}).value();
//   for (const vecstore::Hit& hit : hits) use(hit.id, hit.score);
#pragma once

#include "vecstore/backup.h"
#include "vecstore/cancel.h"
#include "vecstore/collection.h"
#include "vecstore/database.h"
#include "vecstore/diff.h"
#include "vecstore/embedder.h"
#include "vecstore/filter.h"
#include "vecstore/limits.h"
#include "vecstore/metric.h"
#include "vecstore/options.h"
#include "vecstore/quantization_report.h"
#include "vecstore/query.h"
#include "vecstore/query_json.h"
#include "vecstore/record.h"
#include "vecstore/reranker.h"
#include "vecstore/salvage.h"
#include "vecstore/snapshot.h"
#include "vecstore/stats.h"
#include "vecstore/status.h"
#include "vecstore/tuning.h"
#include "vecstore/value.h"
#include "vecstore/vector.h"
#include "vecstore/versions.h"
