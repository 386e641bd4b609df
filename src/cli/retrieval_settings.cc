#include "cli/retrieval_settings.h"

#include "cli/retrieval_flags.h"
#include "cli/session.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr const char* kSection = "retrieval.";

// A number of which 0 says nothing.
template <typename T>
std::optional<T> unless_zero(T value) {
  return value == T{} ? std::nullopt : std::optional<T>(value);
}

Result<SearchFlags> flags_of(const Settings& settings) {
  const auto text = [&](const char* name) -> std::optional<std::string> {
    const std::string& value = settings.text(std::string(kSection) + name);
    return value.empty() ? std::nullopt : std::optional(value);
  };
  const auto number_of = [&](const char* name) {
    return *settings.value(std::string(kSection) + name).as_double();
  };
  SearchFlags flags;
  flags.effort = text("effort");
  flags.fusion = text("fusion");
  flags.syntax = text("syntax");
  flags.text_fields = text("text_fields");
  flags.formula = text("formula");
  flags.group_by = text("group_by");
  flags.recall = unless_zero(number_of("recall"));
  if (settings.is_set("retrieval.alpha")) flags.alpha = number_of("alpha");
  if (settings.is_set("retrieval.mmr")) flags.mmr = number_of("mmr");
  flags.ef = unless_zero(settings.integer("retrieval.ef"));
  flags.candidates = unless_zero(settings.integer("retrieval.candidates"));
  flags.autocut = unless_zero(settings.integer("retrieval.autocut"));
  for (const char* name : {"retrieval.recall", "retrieval.alpha", "retrieval.mmr"}) {
    const double share = *settings.value(name).as_double();
    if (!(share >= 0 && share <= 1))
      return invalid_argument(std::string(name) + " must be from 0 to 1, it is " +
                              Value(share).to_json());
  }
  return flags;
}

}  // namespace

void for_each_retrieval_setting(const std::function<void(std::string, Value)>& take) {
  take("passages", 0);
  take("mode", mode_name(Mode::kAuto));
  take("filter", "");
  take("rerank", false);
  for (const char* name : {"effort", "fusion", "syntax", "text_fields", "formula", "group_by"})
    take(name, "");
  take("recall", 0.0);
  take("alpha", Fusion().alpha);
  take("mmr", Mmr().lambda);
  take("ef", 0);
  take("candidates", 0);
  take("autocut", 0);
  for_each_expansion_setting(take);
}

Result<Retrieval> retrieval_options(const Settings& settings) {
  Retrieval retrieval;
  const auto in_section = [](const Status& status) { return status.with_context("[retrieval]"); };
  const std::int64_t passages = settings.integer("retrieval.passages");
  if (passages != 0) {
    VECSTORE_ASSIGN(retrieval.passages, count_argument("retrieval.passages", passages, 0, kMaxK));
  }
  Result<Mode> mode = parse_mode(settings.text("retrieval.mode"));
  if (!mode.ok()) return in_section(mode.status());
  retrieval.mode = *mode;
  VECSTORE_ASSIGN(const SearchFlags flags, flags_of(settings));
  Result<Query> common = common_query(1, flags);
  if (!common.ok()) return in_section(common.status());
  retrieval.common = *std::move(common);
  const std::string& filter = settings.text("retrieval.filter");
  if (!filter.empty()) {
    Result<Filter> parsed = Filter::parse(filter);
    if (!parsed.ok()) return parsed.status().with_context("retrieval.filter");
    retrieval.filter = *std::move(parsed);
  }
  retrieval.rerank = *settings.value("retrieval.rerank").as_bool();
  return retrieval;
}

std::string retrieval_text(const Settings& settings) {
  Object all;
  for_each_retrieval_setting(
      [&](const std::string& name, const Value&) { all[name] = settings.value(kSection + name); });
  return Value(all).to_json();
}

}  // namespace vecstore
