// Appending to a log on the disk and replaying it.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "io/posix_file_system.h"
#include "storage/log.h"
#include "storage/sample_log.h"

namespace vecstore::storage {
namespace {

constexpr std::size_t kPayloadBytes = 1600;
constexpr std::uint64_t kRollBytes = 64u << 20;

std::string new_folder() {
  char path[] = "/tmp/vecstore-log-bench-XXXXXX";
  return ::mkdtemp(path) ? path : "";
}

void remove_folder(const std::string& folder) {
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

LogRecord record_of(std::uint64_t sequence) {
  LogRecord record;
  record.type = LogType::kUpsert;
  record.sequence = sequence;
  record.payload = sample_payload(sequence, kPayloadBytes);
  return record;
}

Result<std::unique_ptr<Log>> open_log(const std::string& folder) {
  LogState state;
  return Log::open(
      io::posix_file_system(), folder + "/wal", kSampleSalt, 1,
      [](const LogRecord&) { return Status(); }, &state);
}

void encode(benchmark::State& state) {
  Bytes bytes;
  for (auto _ : state) {
    bytes.clear();
    encode_log_record(record_of(7), kSampleSalt, bytes);
    benchmark::DoNotOptimize(bytes.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kPayloadBytes));
}
BENCHMARK(encode);

// What the file system alone takes for the same bytes.
void bare_write(benchmark::State& state) {
  const std::string folder = new_folder();
  auto file = io::posix_file_system().create(folder + "/bare", io::Create::kNew);
  Bytes bytes(encoded_log_record_size(kPayloadBytes), std::byte{1});
  for (auto _ : state) {
    if (!(*file)->append(bytes).ok()) return state.SkipWithError("append failed");
    if ((*file)->size() > kRollBytes && !(*file)->truncate(0).ok()) return;
  }
  remove_folder(folder);
}
BENCHMARK(bare_write);

void append(benchmark::State& state) {
  const std::string folder = new_folder();
  auto log = open_log(folder);
  Bytes bytes;
  std::uint64_t sequence = 1;
  for (auto _ : state) {
    bytes.clear();
    encode_log_record(record_of(sequence), kSampleSalt, bytes);
    if (!(*log)->append(bytes, sequence, UINT64_MAX).ok()) return state.SkipWithError("failed");
    ++sequence;
  }
  remove_folder(folder);
}
BENCHMARK(append);

void replay(benchmark::State& state) {
  const std::string folder = new_folder();
  auto log = open_log(folder);
  const bool group = state.range(0) != 0;
  Bytes bytes;
  std::uint64_t sequence = 1;
  while ((*log)->list().empty() || (*log)->list().back().size < kRollBytes) {
    bytes.clear();
    const std::uint64_t first = sequence;
    for (int i = 0; i < 100; ++i) {
      LogRecord record = record_of(sequence++);
      record.in_group = group;
      encode_log_record(record, kSampleSalt, bytes);
    }
    LogRecord commit;  // alone it is a group of none
    commit.type = LogType::kCommit;
    commit.sequence = sequence++;
    encode_log_record(commit, kSampleSalt, bytes);
    if (!(*log)->append(bytes, first, UINT64_MAX).ok()) return state.SkipWithError("failed");
  }
  std::uint64_t records = 0;
  for (auto _ : state) {
    auto found = Log::replay(io::posix_file_system(), folder + "/wal", kSampleSalt, 1,
                             [&](const LogRecord&) { return ++records, Status(); });
    if (!found.ok()) return state.SkipWithError("replay failed");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kRollBytes));
  remove_folder(folder);
}
BENCHMARK(replay)->ArgName("groups")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vecstore::storage
