// The settings under [retrieval]: how `ask` finds passages where no flag says otherwise. They are
// the options of `query` by their names.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/question.h"
#include "cli/settings.h"

namespace vecstore {

// Names without "retrieval.", with their defaults.
void for_each_retrieval_setting(const std::function<void(std::string name, Value otherwise)>& take);

struct Retrieval {
  std::optional<std::size_t> passages = {};  // none: 5, 8 for a model
  Mode mode = Mode::kAuto;
  Query common = {};  // its k is left to the caller
  Filter filter = {};
  bool rerank = false;
};

// kInvalidArgument names the setting.
Result<Retrieval> retrieval_options(const Settings& settings);

// All of them as one text, that two ways to find passages can be compared.
std::string retrieval_text(const Settings& settings);

}  // namespace vecstore
