// Collection's calls about the codes of its graphs.
#include <string>

#include "db/boundary.h"
#include "db/cancel.h"
#include "db/handle.h"
#include "db/index_options.h"
#include "db/quantization_report.h"

namespace vecstore {

Status Collection::set_quantization(std::string_view field, Quantization quantization) {
  return db::guarded([&]() -> Status {
    VECSTORE_TRY(state_->usable());
    VECSTORE_TRY(state_->store->alter(state_->core, [&](db::Schema& changed) -> Status {
      const auto number = changed.find(field);
      if (!number)
        return not_found("collection '" + state_->name() + "' has no field '" + std::string(field) +
                         "'");
      changed.fields[*number].quantization = quantization;
      return db::check_quantization(changed.fields[*number]);
    }));
    state_->store->maintenance().resume(state_->core);
    return {};
  });
}

Result<QuantizationReport> Collection::quantization_report(
    const QuantizationReportOptions& options) const {
  return db::guarded([&]() -> Result<QuantizationReport> {
    const auto pace = [&]() -> Status {
      VECSTORE_TRY(db::check_cancel(options.cancel, "the report was called off"));
      return state_->usable();
    };
    VECSTORE_TRY(pace());
    return db::make_quantization_report(state_->core->read(), options,
                                        state_->store->clock().now_ms(), pace);
  });
}

}  // namespace vecstore
