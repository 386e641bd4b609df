// The options of splitters by name: what configuration files, the command line and bindings set.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "rag/splitters/splitter.h"
#include "vecstore/value.h"

namespace vecstore {

// Each name with its default, but for chunk_size and chunk_overlap, which every splitter has. The
// default's kind is the kind of the option.
void for_each_splitter_option(const std::function<void(std::string name, Value otherwise)>& take);

// kInvalidArgument for a name that is none and a value that cannot be.
Status set_splitter_option(SplitterOptions& options, std::string_view name, const Value& value);

// Refuses what is set and not read by that splitter.
Status check_options_of(std::string_view splitter, const SplitterOptions& options);

// What is set and decides the chunks beside the sizes, as text, without the names of files and
// folders: empty when all is as it is by default.
std::string describe_options(const SplitterOptions& options);

}  // namespace vecstore
