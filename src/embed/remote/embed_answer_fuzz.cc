// What a server may answer: whatever the bytes, an answer is refused or has a vector of the right
// size for every text, a wait is no less than nothing, and what is shown of an error holds no key.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/json.h"
#include "base/utf8.h"
#include "embed/remote/address.h"
#include "embed/remote/provider.h"
#include "embed/remote/provider_message.h"
#include "embed/remote/remote_reranker.h"
#include "embed/remote/retry.h"

namespace vecstore {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_answer(const Provider& provider, const Value& json, std::size_t texts,
                  std::size_t dimension) {
  const auto answer = provider.read_answer(json, texts, dimension);
  if (!answer.ok()) return;
  require(answer->dimension > 0 && (dimension == 0 || answer->dimension == dimension));
  require(answer->rows.size() == texts * answer->dimension);
  for (std::size_t i = 0; i < texts; ++i) {
    double squares = 0;
    for (std::size_t d = 0; d < answer->dimension; ++d)
      squares += double{answer->rows[i * answer->dimension + d]} *
                 double{answer->rows[i * answer->dimension + d]};
    require(squares == 0 || std::fabs(squares - 1) < 1e-3);
  }
}

void check_answers(std::string_view text) {
  const auto json = parse_json(text);
  if (!json.ok()) return;
  for (const Provider& provider : embedding_providers())
    for (const std::size_t texts : {1u, 2u})
      for (const std::size_t dimension : {0u, 2u}) check_answer(provider, *json, texts, dimension);
  for (const RerankProvider& provider : reranking_providers()) {
    const auto scores = provider.read_answer(*json, 2);
    require(!scores.ok() || (scores->size() == 2 && std::ranges::all_of(*scores, [](double x) {
                               return !std::isnan(x);
                             })));
  }
}

void check_message(std::string_view text) {
  const Secret secret("sk-0123456789abcdef");
  const std::string shown = one_line(redact(provider_message(text).text, {&secret, 1}));
  require(shown.size() <= 420);
  require(shown.find("01234567") == shown.npos);
  require(is_valid_utf8(shown));
}

void check_headers(const std::string& text) {
  for (const char* name : {"retry-after", "retry-after-ms", "x-ratelimit-reset"}) {
    const auto wait = asked_wait_ms({.status = 429, .headers = {{name, text}}}, 1'700'000'000'000);
    require(!wait || (*wait >= 0 && !std::isnan(*wait)));
  }
  const auto reset = asked_wait_ms(
      {.status = 429,
       .headers = {{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", text}}},
      0);
  require(!reset || (*reset >= 0 && !std::isnan(*reset)));
  const auto address = parse_address(text);
  require(!address.ok() || address->base.starts_with(address->encrypted ? "https://" : "http://"));
}

}  // namespace
}  // namespace vecstore

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  vecstore::check_answers(text);
  vecstore::check_message(text);
  vecstore::check_headers(text);
  return 0;
}
