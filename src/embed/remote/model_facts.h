// What is known of common models without asking: their dimension and what a million tokens cost.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "embed/remote/remote_options.h"

namespace vecstore {

// When the prices were looked up. They change; usd_per_million_tokens overrides.
inline constexpr std::string_view kPricesOf = "2025-06";

struct ModelFacts {
  std::string_view provider;
  std::string_view model;
  std::size_t dimension;               // when none is asked for
  double usd_per_million_tokens = -1;  // below 0: not known, or not by tokens
};

// nullptr when nothing is known of it.
const ModelFacts* model_facts(std::string_view provider, std::string_view model);

// What embedding `texts` comes to, before anything is sent.
struct RemoteEstimate {
  std::size_t texts = 0;  // that would be sent: not those without anything to embed
  std::size_t requests = 0;
  std::size_t likely_tokens = 0;  // of tokens.h, which says how far it may be off
  std::size_t most_tokens = 0;
  std::optional<double> likely_usd = {};  // nothing when the price is not known
  std::optional<double> most_usd = {};
};

// Errors as RemoteEmbedder::make() has them for options that cannot work. Sends nothing.
Result<RemoteEstimate> estimate(const RemoteOptions& options, std::span<const std::string> texts,
                                TextRole role = TextRole::kDocument);

}  // namespace vecstore
