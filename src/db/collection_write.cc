// Collection's writing half: every call is one staged write.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "db/boundary.h"
#include "db/cancel.h"
#include "db/handle.h"
#include "db/index_options.h"
#include "db/validate.h"
#include "db/write_ops.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

using db::Stage;
using db::WriteOps;

// Until what was staged is logged: an error takes all of it back.
Status look(const db::Cancel& cancel) {
  return db::check_cancel(cancel, "the write was called off, nothing of it is stored");
}

Status at_position(const Status& status, std::size_t position) {
  return status.with_context("record at position " + std::to_string(position));
}

const Vector* vector_of(const Record& record, const std::string& field) {
  if (field == kDefaultField && !record.vector.empty()) return &record.vector;
  for (const NamedVector& named : record.vectors)
    if (named.field == field && !named.vector.empty()) return &named.vector;
  return nullptr;
}

bool open_field(const VectorField& field) { return field.dimension == 0; }

bool lacks_dimension(const db::Schema& schema, std::span<const Record> records) {
  for (const VectorField& field : schema.fields)
    for (const Record& record : records)
      if (open_field(field) && vector_of(record, field.name) != nullptr) return true;
  return false;
}

Status take_dimensions(db::Schema& schema, const Record& record) {
  for (VectorField& field : schema.fields) {
    const Vector* vector = vector_of(record, field.name);
    if (!open_field(field) || vector == nullptr) continue;
    if (vector->dimension() > kMaxDimension)
      return invalid_argument("vector has " + std::to_string(vector->dimension()) +
                              " dimensions, the limit is " + std::to_string(kMaxDimension));
    field.dimension = static_cast<std::uint32_t>(vector->dimension());
    VECSTORE_TRY(db::check_quantization(field));
  }
  return {};
}

// Fields without a dimension take it from the first vector, when all the records are fit to enter.
Status adopt_dimensions(db::Store& store, const std::shared_ptr<db::CollectionCore>& core,
                        std::string_view name, std::span<const Record> records) {
  if (!lacks_dimension(*core->read().version->schema, records)) return {};
  return store.alter(core, [&](db::Schema& changed) -> Status {
    Bytes trial;
    for (std::size_t i = 0; i < records.size(); ++i) {
      trial.clear();
      Status status = take_dimensions(changed, records[i]);
      if (status.ok()) status = db::encode_record(changed, name, records[i], trial);
      if (!status.ok()) return records.size() == 1 ? status : at_position(status, i);
    }
    return {};
  });
}

// The steps' vectors as records that adopt_dimensions understands. An update of nothing gives none.
std::vector<Record> givers_of(const Collection& things,
                              std::span<const BatchOperation> operations) {
  std::unordered_set<std::string_view> made;
  std::vector<Record> givers;
  for (const BatchOperation& step : operations) {
    Record& giver = givers.emplace_back();
    giver.id = "-";
    if (step.kind == BatchOperation::Kind::kUpsert) {
      giver = step.record;
      made.insert(step.record.id);
    } else if (step.kind == BatchOperation::Kind::kUpdate &&
               (made.contains(step.update.id) || things.contains(step.update.id).value_or(false))) {
      giver.vectors = step.update.vectors;
    }
  }
  return givers;
}

Status refuse_duplicates(std::size_t count,
                         const std::function<std::string_view(std::size_t)>& id_at) {
  std::unordered_map<std::string_view, std::size_t> seen;
  seen.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto [at, fresh] = seen.emplace(id_at(i), i);
    if (!fresh)
      return invalid_argument("id '" + std::string(id_at(i)) + "' is given twice, at positions " +
                              std::to_string(at->second) + " and " + std::to_string(i));
  }
  return {};
}

using Terms = std::vector<std::vector<text::RowTerms>>;

// How many of the first records would not be refused for id or text: what lies behind is not worth
// analysing.
std::size_t acceptable(std::size_t count,
                       const std::function<const Record*(std::size_t)>& record_at) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Record* record = record_at(i);
    if (record == nullptr) continue;
    bytes += record->text ? record->text->size() : 0;
    const bool bad = !db::check_id(record->id).ok() || bytes > kMaxBatchBytes;
    if (bad || (record->text && !db::check_text(*record->text).ok())) return i;
  }
  return count;
}

// What the text fields of `count` records have, made before other writers have to wait for it.
// `record_at` may give null.
Result<Terms> make_terms(db::Store& store, const db::CollectionCore& core, std::size_t count,
                         const std::function<const Record*(std::size_t)>& record_at,
                         const db::Cancel& cancel = {}) {
  constexpr std::size_t kTogether = 16;
  const auto schema = core.read().version->schema;
  VECSTORE_TRY(store.commits().fault());
  Terms terms(schema->texts.empty() ? 0 : acceptable(count, record_at));
  Mutex mutex;
  Status status;
  const auto work = [&](std::size_t part) {
    const Status made = db::guarded([&]() -> Status {
      VECSTORE_TRY(look(cancel));
      for (std::size_t i = part * kTogether; i < std::min((part + 1) * kTogether, terms.size());
           ++i)
        if (const Record* record = record_at(i)) terms[i] = db::terms_of(schema->texts, *record);
      return {};
    });
    MutexLock lock(mutex);
    if (status.ok()) status = made;
  };
  const std::size_t parts = (terms.size() + kTogether - 1) / kTogether;
  if (parts == 1) {
    work(0);
  } else {
    store.pool().parallel_for(parts, work);
  }
  // unreached: needs an exception, and this build has none
  VECSTORE_TRY(status);
  terms.resize(count);
  return terms;
}

// Stages `body` as one write; `group` when it may log more than one record.
Result<WriteResult> write(const std::shared_ptr<db::Store>& store,
                          const std::shared_ptr<db::CollectionCore>& core, const std::string& name,
                          bool group, const std::function<Status(WriteOps&)>& body) {
  VECSTORE_TRY(store->commits().fault());  // before any work on the folder
  VECSTORE_TRY(store->maintenance().make_room(core));
  WriteResult result;
  const auto staged = [&](Stage& stage) -> Status {
    if (core->dropped()) return not_found("the collection was dropped");
    WriteOps ops(core, name, stage, group);
    VECSTORE_TRY(body(ops));
    result = ops.finish();
    return {};
  };
  VECSTORE_TRY(store->commits().write(staged));
  store->maintenance().after_write(core);
  return result;
}

}  // namespace

Result<WriteResult> Collection::upsert(const Record& record, const WriteCondition& condition) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    const std::string name = state_->name();
    VECSTORE_TRY(adopt_dimensions(*state_->store, state_->core, name, {&record, 1}));
    const auto terms = db::terms_of(state_->core->read().version->schema->texts, record);
    return write(state_->store, state_->core, name, false,
                 [&](WriteOps& ops) { return ops.upsert(record, condition, terms).status(); });
  });
}

Result<WriteResult> Collection::upsert_many(std::span<const Record> records,
                                            const std::optional<CancelToken>& cancel) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    VECSTORE_TRY(look(cancel));
    if (records.empty()) return WriteResult();
    const std::string name = state_->name();
    VECSTORE_TRY(refuse_duplicates(
        records.size(), [&](std::size_t i) -> std::string_view { return records[i].id; }));
    VECSTORE_TRY(adopt_dimensions(*state_->store, state_->core, name, records));
    VECSTORE_ASSIGN(const Terms terms, make_terms(
                                           *state_->store, *state_->core, records.size(),
                                           [&](std::size_t i) { return &records[i]; }, cancel));
    return write(
        state_->store, state_->core, name, records.size() > 1, [&](WriteOps& ops) -> Status {
          for (std::size_t i = 0; i < records.size(); ++i) {
            VECSTORE_TRY(look(cancel));
            if (Status status = ops.upsert(records[i], {}, terms[i]).status(); !status.ok())
              return at_position(status, i);
          }
          return look(cancel);
        });
  });
}

Result<WriteResult> Collection::upsert_many(std::span<const std::string> ids,
                                            std::span<const float> vectors,
                                            std::span<const Metadata> metadata,
                                            std::span<const std::string> texts,
                                            const std::optional<CancelToken>& cancel) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    const auto mismatch = [&](const char* what, std::size_t count) {
      return invalid_argument(std::to_string(ids.size()) + " ids come with " +
                              std::to_string(count) + " " + what);
    };
    if (!metadata.empty() && metadata.size() != ids.size())
      return mismatch("metadata objects", metadata.size());
    if (!texts.empty() && texts.size() != ids.size()) return mismatch("texts", texts.size());
    if (ids.empty())
      return vectors.empty() ? Result<WriteResult>(WriteResult())
                             : mismatch("vector components", vectors.size());
    if (vectors.size() % ids.size() != 0)
      return invalid_argument(std::to_string(vectors.size()) +
                              " vector components do not divide among " +
                              std::to_string(ids.size()) + " ids");
    const std::size_t dimension = vectors.size() / ids.size();
    std::vector<Record> records(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      records[i].id = ids[i];
      records[i].vector = Vector(vectors.subspan(i * dimension, dimension));
      if (!metadata.empty()) records[i].metadata = metadata[i];
      if (!texts.empty()) records[i].text = texts[i];
    }
    return upsert_many(records, cancel);
  });
}

Result<WriteResult> Collection::update(const Update& update, const WriteCondition& condition) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    const std::string name = state_->name();
    const Record vectors{.id = update.id, .vectors = update.vectors};
    if (lacks_dimension(*state_->core->read().version->schema, {&vectors, 1})) {
      VECSTORE_TRY(get(update.id).status());  // an update of nothing decides nothing
      VECSTORE_TRY(adopt_dimensions(*state_->store, state_->core, name, {&vectors, 1}));
    }
    return write(state_->store, state_->core, name, false,
                 [&](WriteOps& ops) { return ops.update(update, condition).status(); });
  });
}

Result<WriteResult> Collection::update_where(const Filter& filter, const Update& change,
                                             const std::optional<CancelToken>& cancel) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    VECSTORE_ASSIGN(const auto node, filter.node());
    return write(state_->store, state_->core, state_->name(), true, [&](WriteOps& ops) -> Status {
      VECSTORE_ASSIGN(const std::vector<std::string> ids, ops.ids_where(*node, cancel));
      Update one = change;
      for (const std::string& id : ids) {
        VECSTORE_TRY(look(cancel));
        one.id = id;
        VECSTORE_TRY(ops.update(one, {}).status());
      }
      return look(cancel);
    });
  });
}

Result<WriteResult> Collection::remove(std::string_view id, const WriteCondition& condition) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    return write(state_->store, state_->core, state_->name(), false,
                 [&](WriteOps& ops) { return ops.remove(id, condition).status(); });
  });
}

Result<WriteResult> Collection::remove_many(std::span<const std::string> ids) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    return write(state_->store, state_->core, state_->name(), true, [&](WriteOps& ops) -> Status {
      for (const std::string& id : ids) VECSTORE_TRY(ops.remove(id, {}).status());
      return {};
    });
  });
}

Result<WriteResult> Collection::remove_where(const Filter& filter,
                                             const std::optional<CancelToken>& cancel) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    VECSTORE_ASSIGN(const auto node, filter.node());
    return write(state_->store, state_->core, state_->name(), true, [&](WriteOps& ops) -> Status {
      VECSTORE_ASSIGN(const std::vector<std::string> ids, ops.ids_where(*node, cancel));
      for (const std::string& id : ids) {
        VECSTORE_TRY(look(cancel));
        VECSTORE_TRY(ops.remove(id, {}).status());
      }
      return look(cancel);
    });
  });
}

Result<BatchResult> Collection::apply(std::span<const BatchOperation> operations, BatchMode mode) {
  return db::guarded([&]() -> Result<BatchResult> {
    VECSTORE_TRY(state_->usable());
    const std::string name = state_->name();
    const bool atomic = mode == BatchMode::kAtomic;
    std::vector<Status> refused(operations.size());
    const auto schema = state_->core->read().version->schema;
    if (std::ranges::any_of(schema->fields, open_field)) {
      const std::vector<Record> givers = givers_of(*this, operations);
      if (atomic) VECSTORE_TRY(adopt_dimensions(*state_->store, state_->core, name, givers));
      for (std::size_t i = 0; i < givers.size() && !atomic; ++i)
        refused[i] = adopt_dimensions(*state_->store, state_->core, name, {&givers[i], 1});
    }
    VECSTORE_ASSIGN(const Terms terms, make_terms(*state_->store, *state_->core, operations.size(),
                                                  [&](std::size_t i) -> const Record* {
                                                    return operations[i].kind ==
                                                                   BatchOperation::Kind::kUpsert
                                                               ? &operations[i].record
                                                               : nullptr;
                                                  }));
    BatchResult result;
    VECSTORE_ASSIGN(
        result.total, write(state_->store, state_->core, name, true, [&](WriteOps& ops) -> Status {
          for (std::size_t i = 0; i < operations.size(); ++i) {
            Status status =
                refused[i].ok() ? ops.run(operations[i], terms[i]).status() : refused[i];
            if (!status.ok() && atomic) return at_position(status, i);
            result.steps.push_back(std::move(status));
          }
          return {};
        }));
    return result;
  });
}

Result<WriteResult> Collection::soft_delete(std::string_view id) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    return write(state_->store, state_->core, state_->name(), false,
                 [&](WriteOps& ops) { return ops.soft_delete(id, {}).status(); });
  });
}

Result<WriteResult> Collection::restore(std::string_view id) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    return write(state_->store, state_->core, state_->name(), false,
                 [&](WriteOps& ops) { return ops.restore(id, {}).status(); });
  });
}

Result<WriteResult> Collection::rollback(std::string_view id, std::uint64_t sequence,
                                         const WriteCondition& condition) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    return write(state_->store, state_->core, state_->name(), false,
                 [&](WriteOps& ops) { return ops.rollback(id, sequence, condition).status(); });
  });
}

Result<WriteResult> Collection::purge() {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_TRY(state_->usable());
    return write(state_->store, state_->core, state_->name(), true, [&](WriteOps& ops) -> Status {
      VECSTORE_ASSIGN(const std::vector<std::string> ids, ops.ids_soft_deleted());
      for (const std::string& id : ids) VECSTORE_TRY(ops.remove(id, {}).status());
      return {};
    });
  });
}

namespace {

Result<TimeMs> expiry(const Clock& clock, std::chrono::milliseconds ttl) {
  constexpr std::int64_t kHundredYears = 3'155'760'000'000;
  if (ttl.count() <= 0 || ttl.count() > kHundredYears)
    return invalid_argument("ttl is " + std::to_string(ttl.count()) +
                            " ms, expected 1 ms to a hundred years");
  return clock.now_ms() + ttl.count();
}

}  // namespace

Result<WriteResult> Collection::upsert_with_ttl(Record record, std::chrono::milliseconds ttl) {
  return db::guarded([&]() -> Result<WriteResult> {
    VECSTORE_ASSIGN(record.expires_at, expiry(state_->store->clock(), ttl));
    return upsert(record);
  });
}

Result<WriteResult> Collection::set_ttl(std::string_view id, std::chrono::milliseconds ttl) {
  return db::guarded([&]() -> Result<WriteResult> {
    Update change;
    change.id = id;
    VECSTORE_ASSIGN(change.expires_at, expiry(state_->store->clock(), ttl));
    return update(change);
  });
}

Result<WriteResult> Collection::clear_ttl(std::string_view id) {
  return db::guarded([&]() -> Result<WriteResult> {
    Update change;
    change.id = id;
    change.expires_at = 0;
    return update(change);
  });
}

}  // namespace vecstore
