// Collection's calls about how wide its walks are.
#include <string>

#include "db/boundary.h"
#include "db/handle.h"
#include "db/index_options.h"
#include "db/tuning/tune.h"

namespace vecstore {

Status Collection::set_ef_search(std::string_view field, std::uint32_t ef_search) {
  return db::guarded([&]() -> Status {
    VECSTORE_TRY(state_->usable());
    return state_->store->alter(state_->core, [&](db::Schema& changed) -> Status {
      const auto number = changed.find(field);
      if (!number)
        return not_found("collection '" + state_->name() + "' has no field '" + std::string(field) +
                         "'");
      changed.fields[*number].hnsw.ef_search = ef_search;
      return db::check_index(changed.fields[*number]);
    });
  });
}

Result<TuneReport> Collection::tune(const TuneOptions& options) const {
  return db::guarded([&]() -> Result<TuneReport> {
    VECSTORE_TRY(state_->usable());
    db::Store& store = *state_->store;
    return db::tune(state_->core->read(), options, store.clock().now_ms(), &store.pool(),
                    [&] { return state_->usable(); });
  });
}

}  // namespace vecstore
