#include "model/collection_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "db/search/test_naive_tree.h"

namespace vecstore::model {

Sequence::Sequence(const Setup& setup) : setup_(setup), random_(setup.seed) {
  setup_.collection.text.fields = {{.name = "text"}, {.name = "tags", .analyzer = "simple"}};
}

void Sequence::open() {
  collection_.reset();
  database_.reset();
  db::Environment environment;
  environment.files = files_;
  environment.clock = &clock_;
  database_ = DatabaseInternals::open("store", setup_.options, environment).value();
  collection_ = database_->get_or_create("things", setup_.collection).value();
}

void Sequence::run() {
  open();
  for (int i = 0; i < setup_.operations && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("seed " + std::to_string(setup_.seed) + ", step " + std::to_string(i));
    clock_.advance(static_cast<std::int64_t>(random_.below(3)));
    step();
  }
  if (setup_.reopen) open();
  compare_all();
  compare_query();
  compare_tree();
  compare_words();
}

void Sequence::step() {
  switch (random_.below(14)) {
    case 0:
    case 1:
    case 2:
      return upsert_one();
    case 3:
      return upsert_batch();
    case 4:
    case 5:
      return change();
    case 6:
      return remove_one();
    case 7:
      return soft_delete_or_restore();
    case 8:
      return expire();
    case 9:
      return remove_some();
    case 10:
      return maintain();
    case 11:
      return compare_all();
    case 12:
      return compare_tree();
    default:
      return compare_query();
  }
}

DenseVector Sequence::random_vector() {
  DenseVector vector(setup_.collection.dimension);
  for (float& x : vector) x = static_cast<float>(random_.below(7)) - 2.5f;
  return vector;
}

Record Sequence::random_record() {
  Record record;
  record.id = random_id();
  if (random_.below(8) != 0) record.vector = Vector(random_vector());
  record.metadata = Metadata{{"n", static_cast<std::int64_t>(random_.below(5))}};
  if (random_.below(2) == 0)
    record.metadata["tags"] = List{"a", static_cast<double>(random_.below(3)) / 2};
  if (random_.below(2) == 0) record.text = std::string(random_.below(50), 'x');
  return record;
}

bool Sequence::there(const std::string& id) const {
  const auto at = model_.find(id);
  return at != model_.end() && at->second.deleted_at == 0;
}

void Sequence::drop_expired() {
  std::erase_if(model_, [&](const auto& entry) {
    return entry.second.expires_at != 0 && entry.second.expires_at <= clock_.now_ms();
  });
}

namespace {

void put(std::map<std::string, Record>& model, Record record, TimeMs now) {
  const auto old = model.find(record.id);
  record.created_at = old == model.end() ? now : old->second.created_at;
  record.updated_at = now;
  model[record.id] = std::move(record);
}

}  // namespace

void Sequence::upsert_one() {
  drop_expired();
  const Record record = random_record();
  const bool known = model_.contains(record.id);
  const bool only_new = random_.below(4) == 0;
  const Result<WriteResult> result =
      collection_->upsert(record, {.if_absent = only_new, .if_version = {}});
  if (only_new && there(record.id)) {
    EXPECT_EQ(result.status().code(), Code::kAborted);
    return;
  }
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->replaced, known ? 1u : 0u);
  put(model_, record, clock_.now_ms());
}

void Sequence::upsert_batch() {
  drop_expired();
  std::map<std::string, Record> batch;
  for (std::uint64_t i = random_.below(6) + 1; i > 0; --i) {
    const Record record = random_record();
    batch[record.id] = record;
  }
  std::vector<Record> records;
  for (const auto& [id, record] : batch) records.push_back(record);
  ASSERT_TRUE(collection_->upsert_many(records).ok());
  for (const Record& record : records) put(model_, record, clock_.now_ms());
}

void Sequence::change() {
  drop_expired();
  Update update;
  update.id = random_id();
  update.metadata_patch =
      Metadata{{"n", static_cast<std::int64_t>(random_.below(5))}, {"tags", Value()}};
  if (random_.below(3) == 0) update.vectors.push_back({kDefaultField, Vector(random_vector())});
  if (random_.below(3) == 0) update.remove_text = true;
  const Result<WriteResult> result = collection_->update(update);
  if (!there(update.id)) {
    EXPECT_EQ(result.status().code(), Code::kNotFound);
    return;
  }
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  Record& record = model_[update.id];
  merge_patch(record.metadata, *update.metadata_patch);
  if (!update.vectors.empty()) record.vector = update.vectors[0].vector;
  if (update.remove_text) record.text.reset();
  record.updated_at = clock_.now_ms();
}

void Sequence::remove_one() {
  drop_expired();
  const std::string id = random_id();
  const WriteResult result = collection_->remove(id).value();
  EXPECT_EQ(result.replaced, model_.erase(id));
}

void Sequence::soft_delete_or_restore() {
  drop_expired();
  const std::string id = random_id();
  const auto at = model_.find(id);
  if (random_.below(2) == 0) {
    EXPECT_EQ(collection_->soft_delete(id).ok(), there(id));
    if (!there(id)) return;
    at->second.deleted_at = clock_.now_ms();
  } else {
    const bool can = at != model_.end() && at->second.deleted_at != 0;
    EXPECT_EQ(collection_->restore(id).ok(), can);
    if (!can) return;
    at->second.deleted_at = 0;
  }
  at->second.updated_at = clock_.now_ms();
}

void Sequence::expire() {
  drop_expired();
  const std::string id = random_id();
  const std::int64_t ttl = static_cast<std::int64_t>(random_.below(8)) + 1;
  EXPECT_EQ(collection_->set_ttl(id, std::chrono::milliseconds(ttl)).ok(), there(id));
  if (!there(id)) return;
  model_[id].expires_at = clock_.now_ms() + ttl;
  model_[id].updated_at = clock_.now_ms();
}

void Sequence::remove_some() {
  drop_expired();
  if (random_.below(2) == 0) {
    const std::size_t deleted =
        std::erase_if(model_, [](const auto& entry) { return entry.second.deleted_at != 0; });
    EXPECT_EQ(collection_->purge().value().replaced, deleted);
    return;
  }
  const auto n = static_cast<std::int64_t>(random_.below(5));
  const std::size_t matching = std::erase_if(model_, [&](const auto& entry) {
    const Value* value = entry.second.metadata.find("n");
    return entry.second.deleted_at == 0 && value && *value == Value(n);
  });
  EXPECT_EQ(collection_->remove_where(field("n") == n).value().replaced, matching);
}

void Sequence::maintain() {
  switch (random_.below(4)) {
    case 0:
      ASSERT_TRUE(collection_->flush().ok());
      return;
    case 1:
      ASSERT_TRUE(collection_->compact().ok());
      return;
    case 2:
      ASSERT_TRUE(database_->wait_for_background().ok());
      return;
    default:
      if (setup_.reopen) open();
  }
}

void Sequence::compare_all() {
  drop_expired();
  Scan scan = collection_->scan({.include_deleted = true}).value();
  const std::vector<Record> records = scan.next(10'000).value();
  ASSERT_EQ(records.size(), model_.size());
  std::size_t i = 0;
  std::size_t active = 0;
  for (const auto& [id, expected] : model_) {
    const Record& found = records[i++];
    EXPECT_EQ(found.id, id);
    EXPECT_EQ(found.vector, expected.vector) << id;
    EXPECT_TRUE(found.metadata == expected.metadata)
        << Value(found.metadata).to_json() << " " << Value(expected.metadata).to_json();
    EXPECT_EQ(found.text, expected.text) << id;
    EXPECT_EQ(found.created_at, expected.created_at) << id;
    EXPECT_EQ(found.updated_at, expected.updated_at) << id;
    EXPECT_EQ(found.expires_at, expected.expires_at) << id;
    EXPECT_EQ(found.deleted_at, expected.deleted_at) << id;
    EXPECT_EQ(collection_->get(id).ok(), expected.deleted_at == 0) << id;
    active += expected.deleted_at == 0 ? 1 : 0;
  }
  EXPECT_EQ(collection_->count().value(), active);
  EXPECT_EQ(collection_->stats().value().records, active);
}

// A walk may miss some of the nearest; what it gives is true, in order, and as many as there are.
void Sequence::compare_walk(const Hits& hits,
                            const std::vector<std::pair<double, std::string>>& all, std::size_t k) {
  ASSERT_EQ(hits.size(), std::min(all.size(), k));
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const std::pair<double, std::string> found(hits[i].distance.value_or(0), hits[i].id);
    EXPECT_TRUE(std::binary_search(all.begin(), all.end(), found)) << hits[i].id;
    if (i == 0) continue;
    EXPECT_LT((std::pair{hits[i - 1].distance.value_or(0), hits[i - 1].id}), found);
  }
}

void Sequence::compare_query() {
  drop_expired();
  const DenseVector query = random_vector();
  const auto limit = static_cast<std::int64_t>(random_.below(5));
  const std::size_t k = random_.below(8) + 1;
  std::vector<std::pair<double, std::string>> expected;
  for (const auto& [id, record] : model_) {
    const Value* n = record.metadata.find("n");
    if (record.deleted_at != 0 || record.vector.empty() || !n || *n->as_int() > limit) continue;
    double sum = 0;
    for (std::size_t i = 0; i < query.size(); ++i)
      sum += std::pow(
          static_cast<double>(query[i]) - static_cast<double>((*record.vector.dense())[i]), 2);
    expected.emplace_back(static_cast<double>(std::sqrt(static_cast<float>(sum))), id);
  }
  std::sort(expected.begin(), expected.end());
  Query asked{.vector = Vector(query), .k = k, .filter = field("n") <= limit};
  asked.plan = Plan::kWalk;
  compare_walk(collection_->query(asked).value(), expected, k);
  expected.resize(std::min(expected.size(), k));

  asked.plan = Plan::kScan;
  const Hits hits = collection_->query(asked).value();
  ASSERT_EQ(hits.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(hits[i].id, expected[i].second);
    EXPECT_EQ(hits[i].distance, expected[i].first);
  }
}

// Words of a text field are found in those records that have them now, and in no others.
void Sequence::compare_words() {
  drop_expired();
  std::set<std::string> tagged, all_x, found;
  const std::string word(random_.below(50) + 1, 'x');
  for (const auto& [id, record] : model_) {
    if (record.deleted_at != 0) continue;
    if (const Value* tags = record.metadata.find("tags"); tags && tags->as_list())
      tagged.insert(id);
    if (record.text == word) all_x.insert(id);
  }
  const Hits by_tag = collection_->query({.text = "a", .text_fields = {"tags"}, .k = 100}).value();
  for (const Hit& hit : by_tag) found.insert(hit.id);
  EXPECT_EQ(found, tagged);
  found.clear();
  const Hits by_text = collection_->query({.text = word, .k = 100}).value();
  for (const Hit& hit : by_text) found.insert(hit.id);
  EXPECT_EQ(found, all_x);
}

// A tree over whatever the changes have made of the collection, exactly as it is defined.
void Sequence::compare_tree() {
  drop_expired();
  std::map<std::string, Record> active;
  for (const auto& [id, record] : model_)
    if (record.deleted_at == 0) active.emplace(id, record);
  Query tree{.k = random_.below(8) + 1, .offset = random_.below(3)};
  tree.filter = field("n") <= static_cast<std::int64_t>(random_.below(5));
  if (random_.below(2) == 0) tree.vector = random_vector();
  if (random_.below(2) == 0) tree.mmr = Mmr{.lambda = 0.5};
  if (random_.below(2) == 0) tree.group_by = GroupBy{"tags", 1 + random_.below(2)};
  for (std::uint64_t i = random_.below(3) + 1; i > 0; --i) {
    Query stage{.vector = random_vector(), .k = random_.below(12) + 1, .plan = Plan::kScan};
    if (random_.below(3) == 0) stage.filter = field("n") >= 2;
    tree.prefetch.push_back(stage);
  }
  const std::vector<VectorField> fields = {
      {.name = kDefaultField, .metric = setup_.collection.metric}};
  const std::vector<db::NaiveFormula> no_formulas;
  const db::NaiveTree naive{active, fields, no_formulas, {}};
  const std::vector<db::RankedRow> expected = naive.answer(tree);
  const Hits hits = collection_->query(tree).value();
  ASSERT_EQ(hits.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(hits[i].id, expected[i].id);
    EXPECT_EQ(hits[i].score, expected[i].score);
  }
}

}  // namespace vecstore::model
