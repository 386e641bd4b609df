// A text as the readers of judgements and questions take one.
#pragma once

#include <memory>
#include <sstream>
#include <string>

#include "rag/eval/judgements.h"

namespace vecstore {

inline NextLine lines_of(const std::string& text) {
  const auto stream = std::make_shared<std::istringstream>(text);
  return [stream](std::string& line) -> Result<bool> {
    if (!std::getline(*stream, line)) return false;
    if (line.ends_with('\r')) line.pop_back();
    return true;
  };
}

}  // namespace vecstore
