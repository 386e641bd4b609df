// VecStore's text search through its public interface: records of an id and a text, one segment,
// the caller's thread alone. With `vectors=1` each record has one as well, for hybrid queries.
//
//   RUNNER build base=FILE index=FOLDER [vectors=1]      FILE: a passage in each line, words apart
//   by single spaces
//   RUNNER floor base=FILE queries=FILE index=FOLDER     the cost of a call among 100 passages
//   RUNNER serve queries=FILE index=FOLDER [ask=hybrid|vector]    FILE: lines of KIND, a tab, words
//
// `serve` obeys `query k=10 kind=union3 [count=N] [answers=FILE]` and `memory` as
// bench/peers/runner.h tells; of each query FILE gets k rows (i32, -1 where there are fewer), then
// their k scores (f32).
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <random>
#include <sstream>

#include "bench/peers/runner.h"
#include "vecstore/vecstore.h"

namespace {

using bench::Settings;
using namespace vecstore;

constexpr std::size_t kBatch = 1'000;
constexpr std::size_t kFloorRows = 100;
constexpr std::size_t kFloorQueries = 2'000;
constexpr std::size_t kIdDigits = 8;  // ids in the order of rows, in which peers order equal scores
constexpr std::uint32_t kDimension = 384;

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) bench::fail(result.status().message());
  return std::move(result).value();
}
void must(const Status& status) {
  if (!status.ok()) bench::fail(status.message());
}

std::string id_of(std::size_t row) {
  std::string digits = std::to_string(row);
  return std::string(kIdDigits - digits.size(), '0') + digits;
}

std::ifstream opened(const Settings& settings, const std::string& name) {
  std::ifstream file(settings.at(name));
  if (!file) bench::fail("cannot open " + settings.at(name));
  return file;
}

DenseVector some_vector(std::mt19937& random) {
  std::normal_distribution<float> normal;
  DenseVector vector(kDimension);
  for (float& x : vector) x = normal(random);
  return vector;
}

struct Question {
  std::string kind;
  Query query;
};

std::vector<Question> read_questions(const Settings& settings) {
  std::ifstream file = opened(settings, "queries");
  const auto ask = settings.find("ask");
  std::mt19937 random(2);
  std::vector<Question> questions;
  for (std::string line; std::getline(file, line);) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) bench::fail("a query without a kind: " + line);
    Question question{line.substr(0, tab), {}};
    question.query.include = {.metadata = false, .text = false};
    if (ask == settings.end() || ask->second == "hybrid")
      question.query.text = line.substr(tab + 1);
    if (ask != settings.end()) question.query.vector = Vector(some_vector(random));
    if (question.kind.starts_with("phrase") && !question.query.text.empty()) {
      question.query.text_syntax = TextSyntax::kQuery;
      question.query.text = '"' + question.query.text + '"';
    }
    questions.push_back(std::move(question));
  }
  return questions;
}

// The store in `folder`, of the first `most` passages.
void fill(const Settings& settings, const std::string& folder, const std::string& analyzer,
          std::size_t most) {
  const DatabaseOptions options{.durability = Durability::kOff,
                                .threads = 0,
                                .seal_bytes = 1ull << 40,
                                .seal_rows = 1u << 30};
  Database database = must(Database::open(folder, options));
  CollectionOptions collection_options;
  collection_options.text.analyzer = analyzer;
  collection_options.index = IndexKind::kHnsw;
  Collection collection = must(database.create_collection("passages", collection_options));
  std::ifstream file = opened(settings, "base");
  std::mt19937 random(1);
  std::vector<Record> batch;
  std::size_t row = 0;
  for (std::string line; row < most && std::getline(file, line); ++row) {
    Record& record = batch.emplace_back();
    record.id = id_of(row);
    if (settings.contains("vectors")) record.vector = Vector(some_vector(random));
    record.text = std::move(line);
    if (batch.size() < kBatch) continue;
    must(collection.upsert_many(batch));
    batch.clear();
  }
  must(collection.upsert_many(batch));
  must(collection.flush());
  must(collection.compact());
  must(database.wait_for_background());
  must(database.close());
}

std::uint64_t bytes_in(const std::string& folder) {
  Database database = must(Database::open(folder, {.threads = 0}));
  return must(database.stats()).file_bytes;
}

void build(const Settings& settings) {
  const std::string& folder = settings.at("index");
  const double wall = bench::wall_seconds(), cpu = bench::cpu_seconds();
  fill(settings, folder, "whitespace", ~std::size_t{0});
  const double wall_end = bench::wall_seconds(), cpu_end = bench::cpu_seconds();
  const std::string unsearched = folder + ".unsearched";
  fill(settings, unsearched, "none", ~std::size_t{0});
  const std::uint64_t index_bytes = bytes_in(folder) - bytes_in(unsearched);
  std::filesystem::remove_all(unsearched);
  std::printf(
      "{\"build_seconds\": %.3f, \"build_cpu_seconds\": %.3f, \"text_index_bytes\": %llu}\n",
      wall_end - wall, cpu_end - cpu, static_cast<unsigned long long>(index_bytes));
}

class Session {
 public:
  explicit Session(const Settings& settings)
      : database_(must(Database::open(settings.at("index"), {.threads = 0}))),
        collection_(must(database_.collection("passages"))) {}

  void query(const Settings& settings, std::vector<Question>& questions) {
    const std::size_t k = bench::number(settings, "k", 10);
    std::vector<Query*> asked;
    for (Question& question : questions) {
      if (question.kind == settings.at("kind")) asked.push_back(&question.query);
    }
    if (asked.empty()) bench::fail("no query of kind " + settings.at("kind"));
    asked.resize(std::min(asked.size(), bench::number(settings, "count", asked.size())));
    for (Query* query : asked) query->k = k;
    for (std::size_t i = 0; i < std::min(bench::kWarmUp, asked.size()); ++i)
      must(collection_.query(*asked[asked.size() - 1 - i]));
    std::vector<std::int32_t> answers;
    bench::Times times;
    for (const Query* query : asked) {
      const double before = bench::wall_seconds();
      const Hits hits = must(collection_.query(*query));
      times.add(bench::wall_seconds() - before);
      note(hits, k, answers);
    }
    times.say();
    if (const auto file = settings.find("answers"); file != settings.end()) {
      std::ofstream(file->second, std::ios::binary)
          .write(reinterpret_cast<const char*>(answers.data()),
                 static_cast<std::streamsize>(answers.size() * sizeof(std::int32_t)));
    }
  }

 private:
  static void note(const Hits& hits, std::size_t k, std::vector<std::int32_t>& answers) {
    std::vector<std::int32_t> rows(k, -1), scores(k, 0);
    for (std::size_t i = 0; i < hits.size(); ++i) {
      const std::string& id = hits[i].id;
      std::from_chars(id.data(), id.data() + id.size(), rows[i]);
      scores[i] = std::bit_cast<std::int32_t>(static_cast<float>(hits[i].score));
    }
    answers.insert(answers.end(), rows.begin(), rows.end());
    answers.insert(answers.end(), scores.begin(), scores.end());
  }

  Database database_;
  Collection collection_;
};

void serve(const Settings& settings) {
  std::vector<Question> questions = read_questions(settings);
  const std::int64_t before = bench::resident_bytes();
  const double wall = bench::wall_seconds();
  Session session(settings);
  std::printf("{\"open_seconds\": %.6f}\n", bench::wall_seconds() - wall);
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "query") {
      session.query(bench::parse_settings(words), questions);
    } else if (verb == "memory") {
      std::printf("{\"resident_bytes\": %lld}\n",
                  static_cast<long long>(bench::resident_bytes() - before));
    } else {
      bench::fail("unknown command " + line);
    }
    std::fflush(stdout);
  }
}

void measure_floor(const Settings& settings) {
  fill(settings, settings.at("index"), "whitespace", kFloorRows);
  const std::vector<Question> questions = read_questions(settings);
  Database database = must(Database::open(settings.at("index"), {.threads = 0}));
  const Collection collection = must(database.collection("passages"));
  std::vector<double> us;
  for (std::size_t i = 0; i < kFloorQueries; ++i) {
    const double before = bench::wall_seconds();
    must(collection.query(questions[i % questions.size()].query));
    us.push_back((bench::wall_seconds() - before) * 1e6);
  }
  std::ranges::nth_element(us, us.begin() + kFloorQueries / 2);
  std::printf("{\"floor_us\": %.2f}\n", us[kFloorQueries / 2]);
}

}  // namespace

int main(int argc, char** argv) {
  std::string all;
  for (int i = 2; i < argc; ++i) all += std::string(argv[i]) + " ";
  std::istringstream words(all);
  const Settings settings = bench::parse_settings(words);
  const std::string verb = argc > 1 ? argv[1] : "";
  if (verb == "build") {
    build(settings);
  } else if (verb == "floor") {
    measure_floor(settings);
  } else if (verb == "serve") {
    serve(settings);
  } else {
    bench::fail("usage: build|floor|serve NAME=VALUE ...");
  }
  return 0;
}
