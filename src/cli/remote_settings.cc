#include "cli/remote_settings.h"

#include <type_traits>
#include <utility>
#include <variant>

#include "cli/settings.h"
#include "embed/remote/remote_members.h"

namespace vecstore {
namespace {

template <typename T>
Value as_value(const T& value) {
  if constexpr (std::is_same_v<T, std::size_t>) {
    return static_cast<std::int64_t>(value);
  } else {
    return value;
  }
}

Status wrong_range(const std::string& key, std::int64_t given) {
  return invalid_argument("'" + key + "' is " + std::to_string(given) + ", which is too " +
                          (given < 0 ? "small" : "large"));
}

// `given` has the kind of the default.
template <typename T>
Status read_member(const std::string& key, const Value& given, T& to) {
  if constexpr (std::is_same_v<T, std::string>) {
    to = *given.as_string();
  } else if constexpr (std::is_same_v<T, bool>) {
    to = *given.as_bool();
  } else if constexpr (std::is_same_v<T, double>) {
    to = *given.as_double();
  } else {
    const std::int64_t number = *given.as_int();
    if (!std::in_range<T>(number)) return wrong_range(key, number);
    to = static_cast<T>(number);
  }
  return {};
}

// "Name: value".
Status read_headers(const Settings& settings, const std::string& key, RemoteOptions& options) {
  for (const std::string& line : settings.texts(key)) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) {
      return invalid_argument("a line of '" + key + "' must be \"Name: value\"");
    }
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    options.headers.emplace_back(line.substr(0, colon),
                                 Secret(value == line.npos ? "" : line.substr(value)));
  }
  return {};
}

bool is_read(const RemoteMember& row, RemoteUse use) {
  return use == RemoteUse::kEmbeds || (use == RemoteUse::kRanks ? row.ranks : row.chats);
}

}  // namespace

void for_each_remote_row(RemoteUse use, const RemoteOptions& otherwise,
                         const std::function<void(std::string, Value)>& take) {
  for (const RemoteMember& row : kRemoteMembers) {
    if (!is_read(row, use)) continue;
    std::visit([&](auto member) { take(row.name, as_value(otherwise.*member)); }, row.member);
  }
  take("key", "");
  take("headers", List{});
}

Status read_count(const Settings& settings, const std::string& key, std::size_t& to) {
  return read_member(key, settings.value(key), to);
}

Status read_remote_rows(const Settings& settings, const std::string& prefix, RemoteUse use,
                        RemoteOptions& options) {
  for (const RemoteMember& row : kRemoteMembers) {
    if (!is_read(row, use)) continue;
    const std::string key = prefix + row.name;
    VECSTORE_TRY(std::visit(
        [&](auto member) { return read_member(key, settings.value(key), options.*member); },
        row.member));
  }
  options.key = Secret(settings.text(prefix + "key"));
  return read_headers(settings, prefix + "headers", options);
}

void look_for_key(std::string_view variable, const EnvironmentReader& environment,
                  RemoteOptions& options) {
  if (!options.key.empty() || variable.empty()) return;
  if (const char* key = environment(std::string(variable).c_str())) options.key = Secret(key);
}

Status no_key(const std::string& provider, std::string_view variable, const char* setting) {
  return failed_precondition(provider + " needs a key: set " + std::string(variable) + " or " +
                             setting);
}

}  // namespace vecstore
