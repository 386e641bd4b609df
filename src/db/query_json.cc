// The JSON form of queries: for each struct a table of its members, each with how it is read and
// written.
#include "vecstore/query_json.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "db/vector_json.h"

namespace vecstore {
namespace {

constexpr std::array<std::string_view, 3> kExplains = {"no", "plan", "analyze"};

Status expected(const std::string& what) { return invalid_argument("expected " + what); }

Status read(const Value& json, bool& to) {
  if (!json.as_bool()) return expected("true or false");
  to = *json.as_bool();
  return {};
}

Status read(const Value& json, std::string& to) {
  if (!json.as_string()) return expected("a string");
  to = *json.as_string();
  return {};
}

Status read(const Value& json, std::size_t& to) {
  const std::int64_t* number = json.as_int();
  if (!number || *number < 0) return expected("an integer that is not negative");
  if (*number > INT32_MAX) return expected("a smaller integer");  // what it may be, the query says
  to = static_cast<std::size_t>(*number);
  return {};
}

Status read(const Value& json, double& to) {
  if (!json.is_number()) return expected("a number");
  to = json.as_int() ? static_cast<double>(*json.as_int()) : *json.as_double();
  return {};
}

Status read(const Value& json, std::chrono::milliseconds& to) {
  std::size_t ms = 0;
  VECSTORE_TRY(read(json, ms));
  to = std::chrono::milliseconds(ms);
  return {};
}

Status read(const Value& json, Vector& to) {
  VECSTORE_ASSIGN(to, db::read_vector(json));
  return {};
}

Status read(const Value& json, Filter& to) {
  if (!json.as_string() && !json.as_object()) return expected("a string or an object");
  VECSTORE_ASSIGN(to,
                  json.as_string() ? Filter::parse(*json.as_string()) : Filter::from_json(json));
  return {};
}

template <typename Enum>
Status read_name(const Value& json, Enum& to, Result<Enum> (*parse)(std::string_view)) {
  std::string name;
  VECSTORE_TRY(read(json, name));
  VECSTORE_ASSIGN(to, parse(name));
  return {};
}

Result<Explain> parse_explain(std::string_view name) {
  const auto known = std::ranges::find(kExplains, name);
  if (known != kExplains.end()) return static_cast<Explain>(known - kExplains.begin());
  return invalid_argument("unknown explain '" + shorten(name) + "', known are no, plan, analyze");
}

Status read(const Value& json, Effort& to) { return read_name(json, to, parse_effort); }
Status read(const Value& json, Plan& to) { return read_name(json, to, parse_plan); }
Status read(const Value& json, TextSyntax& to) { return read_name(json, to, parse_text_syntax); }
Status read(const Value& json, Explain& to) { return read_name(json, to, parse_explain); }
Status read(const Value& json, FusionMethod& to) {
  return read_name(json, to, parse_fusion_method);
}
Status read(const Value& json, Normalization& to) {
  return read_name(json, to, parse_normalization);
}

Status read(const Value& json, Fusion& to);
Status read(const Value& json, Include& to);
Status read(const Value& json, Mmr& to);
Status read(const Value& json, GroupBy& to);
Status read(const Value& json, Query& to);

template <typename T>
Status read(const Value& json, std::vector<T>& to) {
  if (!json.as_list()) return expected("a list");
  for (const Value& each : *json.as_list()) {
    const Status status = read(each, to.emplace_back());
    if (!status.ok()) return status.with_context("[" + std::to_string(to.size() - 1) + "]");
  }
  return {};
}

template <typename T>
Status read(const Value& json, std::optional<T>& to) {
  return read(json, to.emplace());
}

void write(std::string& out, bool value) { out += value ? "true" : "false"; }
void write(std::string& out, std::size_t value) { out += std::to_string(value); }
void write(std::string& out, double value) { append_json_double(out, value); }
void write(std::string& out, std::chrono::milliseconds ms) { out += std::to_string(ms.count()); }
void write(std::string& out, std::string_view value) { append_json_string(out, value); }
void write(std::string& out, const std::string& value) { append_json_string(out, value); }
void write(std::string& out, const Vector& value) { db::append_vector(out, value); }
void write(std::string& out, const Filter& value) { append_json_string(out, value.to_string()); }
void write(std::string& out, Effort value) { write(out, effort_name(value)); }
void write(std::string& out, Plan value) { write(out, plan_name(value)); }
void write(std::string& out, TextSyntax value) { write(out, text_syntax_name(value)); }
void write(std::string& out, FusionMethod value) { write(out, fusion_method_name(value)); }
void write(std::string& out, Normalization value) { write(out, normalization_name(value)); }
void write(std::string& out, Explain value) {
  write(out, kExplains[static_cast<std::size_t>(value)]);
}
void write(std::string& out, const Fusion& value);
void write(std::string& out, const Include& value);
void write(std::string& out, const Mmr& value);
void write(std::string& out, const GroupBy& value);
void write(std::string& out, const Query& value);

template <typename T>
void write(std::string& out, const std::vector<T>& values) {
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    write(out, values[i]);
  }
  out += ']';
}

template <typename T>
void write(std::string& out, const std::optional<T>& value) {
  write(out, *value);
}

template <typename T>
struct Member {
  std::string_view name;
  Status (*read)(const Value& json, T& to);
  std::string (*text)(const T& from);  // what is written for it
};

template <typename T, auto kMember>
constexpr Member<T> member(std::string_view name) {
  return {name, [](const Value& json, T& to) { return read(json, to.*kMember); },
          [](const T& from) {
            std::string text;
            write(text, from.*kMember);
            return text;
          }};
}

// The same for an optional: nothing is written where it is not set.
template <typename T, auto kMember>
constexpr Member<T> optional(std::string_view name) {
  return {name, member<T, kMember>(name).read, [](const T& from) {
            std::string text;
            if (from.*kMember) write(text, from.*kMember);
            return text;
          }};
}

constexpr Member<Fusion> kFusion[] = {
    member<Fusion, &Fusion::method>("method"), member<Fusion, &Fusion::alpha>("alpha"),
    member<Fusion, &Fusion::weights>("weights"), member<Fusion, &Fusion::rrf_k>("rrf_k"),
    optional<Fusion, &Fusion::normalization>("normalization")};

constexpr Member<Include> kInclude[] = {member<Include, &Include::metadata>("metadata"),
                                        member<Include, &Include::text>("text"),
                                        member<Include, &Include::vector>("vector"),
                                        member<Include, &Include::highlights>("highlights"),
                                        member<Include, &Include::passage_bytes>("passage_bytes")};

constexpr Member<Mmr> kMmr[] = {member<Mmr, &Mmr::lambda>("lambda"),
                                member<Mmr, &Mmr::field>("field")};

constexpr Member<GroupBy> kGroupBy[] = {member<GroupBy, &GroupBy::field>("field"),
                                        member<GroupBy, &GroupBy::max_hits>("max_hits")};

constexpr Member<Query> kQuery[] = {member<Query, &Query::vector>("vector"),
                                    member<Query, &Query::field>("field"),
                                    member<Query, &Query::text>("text"),
                                    member<Query, &Query::text_syntax>("text_syntax"),
                                    member<Query, &Query::text_fields>("text_fields"),
                                    member<Query, &Query::k>("k"),
                                    member<Query, &Query::filter>("filter"),
                                    member<Query, &Query::offset>("offset"),
                                    member<Query, &Query::effort>("effort"),
                                    member<Query, &Query::ef>("ef"),
                                    member<Query, &Query::target_recall>("target_recall"),
                                    member<Query, &Query::plan>("plan"),
                                    member<Query, &Query::fusion>("fusion"),
                                    optional<Query, &Query::max_distance>("max_distance"),
                                    optional<Query, &Query::min_score>("min_score"),
                                    member<Query, &Query::autocut>("autocut"),
                                    member<Query, &Query::prefetch>("prefetch"),
                                    member<Query, &Query::formula>("formula"),
                                    optional<Query, &Query::mmr>("mmr"),
                                    optional<Query, &Query::group_by>("group_by"),
                                    member<Query, &Query::candidates>("candidates"),
                                    member<Query, &Query::explain>("explain"),
                                    member<Query, &Query::include>("include"),
                                    member<Query, &Query::timeout>("timeout_ms")};

template <typename T, std::size_t kCount>
Status read_object(const Value& json, const Member<T> (&members)[kCount], T& to) {
  const Object* object = json.as_object();
  if (!object) return expected("an object");
  std::array<std::string_view, kCount> names;
  std::ranges::transform(members, names.begin(), &Member<T>::name);
  VECSTORE_TRY(db::refuse_unknown(*object, names));
  for (const Object::Member& given : *object) {
    if (given.value.is_null()) continue;
    const auto* known = std::ranges::find(members, given.key, &Member<T>::name);
    VECSTORE_TRY(known->read(given.value, to).with_context(given.key));
  }
  return {};
}

// What a member's text is by default is left out.
template <typename T, std::size_t kCount>
void write_object(std::string& out, const Member<T> (&members)[kCount], const T& from) {
  static const T kDefault;
  out += '{';
  for (const Member<T>& one : members) {
    const std::string text = one.text(from);
    if (text == one.text(kDefault)) continue;
    if (out.back() != '{') out += ',';
    append_json_string(out, one.name);
    out += ':' + text;
  }
  out += '}';
}

Status read(const Value& json, Fusion& to) { return read_object(json, kFusion, to); }
Status read(const Value& json, Include& to) { return read_object(json, kInclude, to); }
Status read(const Value& json, Mmr& to) { return read_object(json, kMmr, to); }
Status read(const Value& json, GroupBy& to) { return read_object(json, kGroupBy, to); }
Status read(const Value& json, Query& to) { return read_object(json, kQuery, to); }

void write(std::string& out, const Fusion& value) { write_object(out, kFusion, value); }
void write(std::string& out, const Include& value) { write_object(out, kInclude, value); }
void write(std::string& out, const Mmr& value) { write_object(out, kMmr, value); }
void write(std::string& out, const GroupBy& value) { write_object(out, kGroupBy, value); }
void write(std::string& out, const Query& value) { write_object(out, kQuery, value); }

}  // namespace

Result<Query> query_from_json(std::string_view json) {
  VECSTORE_ASSIGN(const Value value, Value::parse_json(json));
  Query query;
  VECSTORE_TRY(read(value, query).with_context("query"));
  return query;
}

std::string query_to_json(const Query& query) {
  std::string text;
  write(text, query);
  return text;
}

}  // namespace vecstore
