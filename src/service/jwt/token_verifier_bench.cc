#include <benchmark/benchmark.h>

#include "base/test_folder.h"
#include "service/audit_log.h"
#include "service/jwt/test_signer.h"
#include "service/jwt/token.h"
#include "service/jwt/token_verifier.h"

namespace vecstore {
namespace {

struct Bench {
  explicit Bench(JwtAlgorithm algorithm) : signer(algorithm) {
    options = {.keys = folder.write("jwks", signer.set()),
               .algorithms = {algorithm},
               .issuer = "https://id.example",
               .audience = "vecstore"};
    token = signer.token({{"sub", "somebody@example"},
                          {"iss", options.issuer},
                          {"aud", options.audience},
                          {"exp", system_clock().now_ms() / 1000 + 3'600},
                          {"vecstore:role", "editor"}});
  }
  TestFolder folder;
  TestSigner signer;
  JwtOptions options;
  std::string token;
};

// The parts, the signature and the claims, without a memory of tokens.
void first_time(benchmark::State& state) {
  const Bench bench(static_cast<JwtAlgorithm>(state.range(0)));
  const JwkSet keys = parse_jwk_set(bench.signer.set()).value();
  for (auto _ : state) {
    const Token token = parse_token(bench.token).value();
    if (!keys.find(token.kid)->second.verifies(token.signed_text, token.signature)) std::abort();
    benchmark::DoNotOptimize(
        read_claims(parse_payload(token).value(), bench.options, system_clock().now_ms()).value());
  }
  state.SetLabel(std::string(algorithm_name(static_cast<JwtAlgorithm>(state.range(0)))));
}
BENCHMARK(first_time)->DenseRange(0, 3);

void remembered(benchmark::State& state) {
  const Bench bench(JwtAlgorithm::kEdDsa);
  const auto verifier = TokenVerifier::open(bench.options).value();
  for (auto _ : state) benchmark::DoNotOptimize(verifier->verify(bench.token).value());
}
BENCHMARK(remembered);

// What a write costs beside the engine's work.
void remembered_decided_and_audited(benchmark::State& state) {
  const Bench bench(JwtAlgorithm::kEdDsa);
  const auto verifier = TokenVerifier::open(bench.options).value();
  const auto log = AuditLog::open(bench.folder / "audit", {.max_files = 2}).value();
  for (auto _ : state) {
    const Principal principal = verifier->verify(bench.token).value();
    (void)authorize(principal, Permission::kWrite, "docs");
    (void)log->add({.kind = "records.upsert", .principal = principal.id, .collection = "docs"});
  }
}
BENCHMARK(remembered_decided_and_audited);

}  // namespace
}  // namespace vecstore
