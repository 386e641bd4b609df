// What clients send in bodies: records, ids, changes and queries, each in JSON that this reads to
// the last member. Errors name the place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/key_store.h"
#include "service/tenancy/namespace_admin.h"
#include "vecstore/filter.h"
#include "vecstore/options.h"
#include "vecstore/query.h"
#include "vecstore/record.h"

namespace vecstore {

// {"records": [RECORD..]}; more than `most` is kInvalidArgument before they are read.
Result<std::vector<Record>> records_from_json(std::string_view body, std::size_t most);
// A record on each line, as export writes them; empty lines are passed over.
Result<std::vector<Record>> records_from_lines(std::string_view body, std::size_t most);

// {"ids": [..]} or {"filter": ..}, one of both.
struct Removal {
  std::vector<std::string> ids = {};
  std::optional<Filter> filter = {};
};
Result<Removal> removal_from_json(std::string_view body);
// {"ids": [..]}
Result<std::vector<std::string>> ids_from_json(std::string_view body);

// {"metadata","patch","vector","vectors","text","remove_text","expires_at"}: a vector that is null
// is removed, `patch` merges.
Result<Update> update_from_json(std::string_view body, std::string id);

// {"queries": [QUERY..]}
Result<std::vector<Query>> queries_from_json(std::string_view body, std::size_t most);

// {"ef_search","quantization","field"}
struct IndexChange {
  std::string field = kDefaultField;
  std::optional<std::uint32_t> ef_search = {};
  std::optional<Quantization> quantization = {};
};
Result<IndexChange> index_change_from_json(std::string_view body);

// {"name","role","collections","namespace","expires_at"}
Result<NewKey> new_key_from_json(std::string_view body);

// {"name","description","status","tier","quotas":{NAME: count or null},"metadata"}
Result<NamespaceEdit> namespace_edit_from_json(std::string_view body);

// {"backup": NAME}
Result<std::string> backup_name_from_json(std::string_view body);

// Little-endian f32 components; kInvalidArgument when the bytes are no whole number of them.
Result<std::vector<float>> floats_from_bytes(std::string_view body);

}  // namespace vecstore
