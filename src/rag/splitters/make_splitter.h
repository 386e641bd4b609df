// Splitters by name.
#pragma once

#include <memory>
#include <string_view>

#include "rag/splitters/splitter.h"

namespace vecstore {

// "character", "code", "heading" (the default for ingest), "html", "json", "markdown", "recursive",
// "semantic", "sentence" or "token". An option that is set is refused by those that have no use for
// it.
Result<std::unique_ptr<Splitter>> make_splitter(std::string_view name,
                                                const SplitterOptions& options = {});

}  // namespace vecstore
