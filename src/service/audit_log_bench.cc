#include <benchmark/benchmark.h>

#include "base/test_folder.h"
#include "service/audit_log.h"
#include "service/key_store.h"

namespace vecstore {
namespace {

// What a write costs beside the engine's work: who asks, may they, and a line about it.
void authenticate_and_audit(benchmark::State& state) {
  const TestFolder place;
  const std::string folder = place / "audit";
  const auto log = AuditLog::open(folder, {.max_files = 2}).value();
  const auto keys = KeyStore::open(folder + "/keys").value();
  const std::string token = keys->create({.name = "bench", .role = Role::kAdmin}).value().token;
  for (auto _ : state) {
    const Principal principal = keys->authenticate(token).value();
    (void)authorize(principal, Permission::kWrite, "docs");
    (void)log->add({.kind = "records.upsert", .principal = principal.id, .collection = "docs"});
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(authenticate_and_audit);

}  // namespace
}  // namespace vecstore
