#include "cli/config_file.h"

#include <toml++/toml.h>

#include <sstream>

#include "cli/read_file.h"

namespace vecstore {
namespace {

Value to_value(const toml::node& node);

Object to_object(const toml::table& table) {
  Object object;
  for (const auto& [key, node] : table) object[key.str()] = to_value(node);
  return object;
}

Value to_value(const toml::node& node) {
  if (const auto* table = node.as_table()) return to_object(*table);
  if (const auto* array = node.as_array()) {
    List list;
    for (const toml::node& item : *array) list.push_back(to_value(item));
    return list;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  std::ostringstream text;
  node.visit([&text](const auto& leaf) {
    if constexpr (toml::is_chronological<decltype(leaf)>) text << leaf;
  });
  return text.str();
}

}  // namespace

Result<Object> parse_config(std::string_view text, const std::string& path) {
  try {
    return to_object(toml::parse(text, path));
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return invalid_argument(path + ": line " + std::to_string(at.line) + ", column " +
                            std::to_string(at.column) + ": " + std::string(error.description()));
  }
}

Result<Object> read_config_file(const std::string& path) {
  VECSTORE_ASSIGN(const std::string text, read_file(path));
  return parse_config(text, path);
}

}  // namespace vecstore
