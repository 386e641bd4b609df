// Answers as JSON, in the forms of tests/conformance/README.md.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/vecstore.h"

namespace vecstore::conformance {

std::string string_json(std::string_view text);
std::string list_json(const std::vector<std::string>& items);  // of JSON texts
std::string names_json(const std::vector<std::string>& names);

std::string write_json(const WriteResult& result);
std::string batch_json(const BatchResult& result);
std::string records_json(std::span<const Record> records);
std::string hits_json(const Hits& hits);
std::string facet_json(const Facet& facet);
std::string summary_json(const Summary& summary);
std::string error_json(const Status& status);  // {"code", "message"}

}  // namespace vecstore::conformance
