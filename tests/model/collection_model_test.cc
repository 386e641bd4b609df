// Random operation sequences against a std::map and exact search, compared as they go and after
// reopening.
#include "model/collection_model.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "base/random.h"
#include "base/test_share.h"
#include "soak/trials.h"

namespace vecstore::model {
namespace {

std::uint64_t sequences(std::uint64_t usual) { return usual / kShare + 1; }

void run_many(std::uint64_t first_seed, std::uint64_t count, Setup setup) {
  std::printf("seeds %llu to %llu\n", static_cast<unsigned long long>(first_seed),
              static_cast<unsigned long long>(first_seed + count - 1));
  for (std::uint64_t seed = first_seed; seed < first_seed + count; ++seed) {
    setup.seed = seed;
    Sequence(setup).run();
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
}

DatabaseOptions options(int threads, std::uint32_t seal_rows, bool map) {
  DatabaseOptions made;
  made.threads = threads;
  made.seal_rows = seal_rows;
  made.merge_fanout = 2;
  made.memory_map = map;
  made.durability = seal_rows % 2 == 0 ? Durability::kNormal : Durability::kFull;
  return made;
}

// What the tests below set by hand, drawn from the seed.
Setup some_setup(std::uint64_t seed) {
  Random random(seed);
  const int threads = random.below(3) == 0 ? 2 : 0;
  Setup setup;
  setup.seed = random.next();
  setup.operations = random.below(50) == 0 ? 1000 : 25;
  setup.options =
      options(threads, static_cast<std::uint32_t>(3 + random.below(10)), random.below(2) == 0);
  setup.options.merge_fanout = static_cast<int>(2 + random.below(3));
  if (random.below(3) == 0) setup.collection.hnsw = {.m = 2, .ef_construction = 4, .min_rows = 2};
  if (random.below(4) == 0) setup.collection.storage = ElementType::kF16;
  return setup;
}

TEST(CollectionModel, any_settings_agree_with_a_map) {
  Trials trials({.row = "model", .mode = "any", .first_seed = 800'001, .usual = sequences(500)});
  while (trials.next()) {
    SCOPED_TRACE("seed " + std::to_string(trials.seed()));
    const auto setup = some_setup(trials.seed());
    Sequence(setup).run();
    trials.count(static_cast<std::uint64_t>(setup.operations));
  }
}

TEST(CollectionModel, memory_segments_alone_agree_with_a_map) {
  run_many(1, sequences(3000), {.operations = 25, .options = options(0, 1000, true)});
}

TEST(CollectionModel, tiny_segments_and_merges_agree_with_a_map) {
  run_many(100'001, sequences(4000), {.operations = 25, .options = options(0, 3, true)});
}

TEST(CollectionModel, reading_without_maps_agrees_with_a_map) {
  run_many(200'001, sequences(1500), {.operations = 25, .options = options(0, 4, false)});
}

TEST(CollectionModel, background_seals_and_merges_agree_with_a_map) {
  run_many(300'001, sequences(1000), {.operations = 40, .options = options(2, 3, true)});
}

TEST(CollectionModel, a_long_sequence_agrees_with_a_map) {
  run_many(400'001, sequences(3), {.operations = 3000, .options = options(2, 8, true)});
}

TEST(CollectionModel, graphs_of_tiny_segments_agree_with_a_map) {
  CollectionOptions graphs{.dimension = 3, .metric = Metric::kEuclidean};
  graphs.hnsw = {.m = 2, .ef_construction = 4, .min_rows = 2};
  run_many(600'001, sequences(1000),
           {.operations = 25, .options = options(0, 4, true), .collection = graphs});
  run_many(700'001, sequences(200),
           {.operations = 40, .options = options(2, 4, false), .collection = graphs});
}

TEST(CollectionModel, half_precision_vectors_of_small_halves_are_exact) {
  run_many(
      500'001, sequences(500),
      {.operations = 25,
       .options = options(0, 3, true),
       .collection = {.dimension = 3, .metric = Metric::kEuclidean, .storage = ElementType::kF16}});
}

}  // namespace
}  // namespace vecstore::model
