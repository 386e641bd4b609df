// Any bytes as a log, and any mixture of records, rubbish and lost sectors: replay and recovery end
// with records that verify or with an error, and what recovery leaves is a log that can be
// continued.
#include <cstdlib>

#include "storage/sample_log.h"

namespace vecstore::storage {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// A file that the input directs: each byte says what comes next.
Bytes directed_log(ByteView input) {
  SampleLog log(SampleLog::Synced::kNothing);
  SampleLog claiming(SampleLog::Synced::kAllBefore);
  Bytes bytes;
  log.header(1);
  for (std::byte raw : input) {
    const auto byte = static_cast<unsigned>(raw);
    claiming.skip_sequences(log.next() - claiming.next());
    switch (byte % 8) {
      case 0:
        log.add_in_group();
        break;
      case 1:
        log.add_commit();
        break;
      case 2:
        log.skip_sequences(byte >> 6);
        break;
      case 3:
        bytes.resize(std::max<std::size_t>(bytes.size(), byte) - byte);
        break;
      case 4:
        bytes.resize(bytes.size() + 4 * byte);
        break;
      case 5:
        claiming.add();
        log.skip_sequences(1);
        break;
      case 6:
        if (!bytes.empty()) bytes[bytes.size() * byte / 256] ^= std::byte{4};
        break;
      default:
        log.add();
    }
    for (SampleLog* part : {&log, &claiming}) {
      const Bytes more = part->take();
      bytes.insert(bytes.end(), more.begin(), more.end());
    }
    if (bytes.size() > (std::size_t{1} << 20)) break;
  }
  return bytes;
}

void replay_and_continue(io::MemoryFileSystem& files, std::uint64_t from) {
  Replayed read = replay_log(files, from);
  Replayed opened;
  auto log = Log::open(files, "wal", kSampleSalt, from, opened.apply(), &opened.state);
  require(log.ok() == read.status.ok());
  require(opened.sequences == read.sequences);
  if (!log.ok()) return;
  const std::uint64_t next = opened.state.last_sequence + 1;
  require(read.is_run(from, read.state.last_sequence));
  Bytes bytes;
  LogRecord record = sample_record(next);
  encode_log_record(record, kSampleSalt, bytes);
  require((*log)->append(bytes, next, UINT64_MAX).ok());
  Replayed again = replay_log(files, from);
  require(again.status.ok() && again.is_run(from, next));
}

}  // namespace
}  // namespace vecstore::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  using namespace vecstore::storage;
  if (size == 0) return 0;
  const ByteView input(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  const std::uint64_t from = 1 + data[0] % 8;
  for (const Bytes& bytes : {Bytes(input.begin(), input.end()), directed_log(input)}) {
    io::MemoryFileSystem files;
    require(files.set_content("wal/1.log", bytes).ok());
    replay_and_continue(files, from);
  }
  return 0;
}
