// Splitters by name.
#pragma once

#include <memory>
#include <string_view>

#include "rag/splitters/splitter.h"

namespace vecstore {

// "heading" (the default for ingest), "recursive", "sentence" or "token". A tokenizer is refused by
// those that have no use for it.
Result<std::unique_ptr<Splitter>> make_splitter(std::string_view name,
                                                const SplitterOptions& options = {});

}  // namespace vecstore
