// Many writes as one, writes on a condition, and records that expire.
#include <vecstore/vecstore.h>

#include <chrono>
#include <cstdio>

using std::chrono::milliseconds;

int main() {
  auto cache = vecstore::VecStore::in_memory({.dimension = 2}).value();

  // A batch is written wholly or not at all: the empty id refuses both.
  const std::vector<vecstore::Record> bad = {{.id = "a", .vector = {1, 0}},
                                             {.id = "", .vector = {0, 1}}};
  const auto refused = cache.upsert_many(bad);
  std::printf("%s; records: %llu\n", refused.status().message().c_str(),
              static_cast<unsigned long long>(cache.count().value()));

  // A matrix: one row per id.
  const std::vector<std::string> ids = {"a", "b", "c"};
  const std::vector<float> rows = {1, 0, 0, 1, 1, 1};
  const auto written = cache.upsert_many(ids, rows).value();
  std::printf("inserted %llu\n", static_cast<unsigned long long>(written.inserted));

  // Only when nobody was there before, and only what is still as it was read.
  const auto taken = cache.upsert({.id = "a", .vector = {0, 1}}, {.if_absent = true});
  std::printf("%s\n", taken.status().to_string().c_str());
  const auto record = cache.get("b").value();
  cache
      .update({.id = "b", .metadata_patch = vecstore::Metadata{{"seen", true}}},
              {.if_version = record.version})
      .value();

  // Gone 20 ms from now, without a clean-up of ours.
  cache.upsert_with_ttl({.id = "soon gone", .vector = {1, 2}}, milliseconds(20)).value();
  const auto before = cache.count().value();
  const auto end = std::chrono::steady_clock::now() + milliseconds(5000);
  while (cache.count().value() == before && std::chrono::steady_clock::now() < end) {
  }
  const auto after = cache.count().value();
  std::printf("records: %llu, then %llu\n", static_cast<unsigned long long>(before),
              static_cast<unsigned long long>(after));
  return !refused.ok() && !taken.ok() && before == 4 && after == 3 ? 0 : 1;
}
