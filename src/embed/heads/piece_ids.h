// Ids of pieces by their text, from a tokenizer.json: added tokens first, then the model's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// One for each of `pieces`; none where the tokenizer has no such piece.
Result<std::vector<std::optional<std::uint32_t>>> find_piece_ids(
    std::string_view tokenizer_json, std::span<const std::string> pieces);

}  // namespace vecstore
