#include "server/http/openapi.h"

#include "server/http/route.h"
#include "server/http/schemas.h"

namespace vecstore {
namespace {

Object reference(std::string_view schema) {
  return {{"$ref", "#/components/schemas/" + std::string(schema)}};
}

Object content(std::string_view type, Object schema) {
  return Object{{type.data(), Object{{"schema", std::move(schema)}}}};
}

std::string_view type_name(ParameterKind kind) {
  if (kind == ParameterKind::kCount) return "integer";
  return kind == ParameterKind::kFlag ? "boolean" : "string";
}

List parameters_of(const Route& route) {
  List list;
  for (std::size_t at = 0; (at = route.pattern.find('{', at)) != route.pattern.npos; ++at) {
    const std::size_t end = route.pattern.find('}', at);
    list.emplace_back(Object{{"name", route.pattern.substr(at + 1, end - at - 1)},
                             {"in", "path"},
                             {"required", true},
                             {"schema", Object{{"type", "string"}}}});
  }
  for (const Parameter& one : route.parameters)
    list.emplace_back(Object{{"name", one.name},
                             {"in", "query"},
                             {"description", one.help},
                             {"schema", Object{{"type", type_name(one.kind)}}}});
  return list;
}

Object body_of(const Route& route) {
  Object types;
  if (route.bodies & kJsonBody)
    types["application/json"] = Object{{"schema", reference(route.body_schema)}};
  if (route.bodies & kLinesBody)
    types["application/x-ndjson"] =
        Object{{"schema", Object{{"type", "string"}, {"description", "a record on each line"}}}};
  if (route.bodies & kBytesBody)
    types["application/octet-stream"] =
        Object{{"schema", Object{{"type", "string"},
                                 {"description", "the vector: little-endian f32 components"}}}};
  return {{"required", true}, {"content", std::move(types)}};
}

// Of answers that are no JSON: those that choose have a parameter for it.
Object texts_of(const Route& route) {
  const Object text{{"schema", Object{{"type", "string"}}}};
  for (const Parameter& one : route.parameters)
    if (one.name == "format") return {{"application/x-ndjson", text}, {"text/csv", text}};
  return {{"text/plain", text}};
}

Object answers_of(const Route& route) {
  Object success{{"description", route.summary}};
  if (!route.answer_schema.empty())
    success["content"] = content("application/json", reference(route.answer_schema));
  else if (route.success == 200)
    success["content"] = texts_of(route);
  Object problem{{"description", "A problem"},
                 {"content", content("application/problem+json", reference("Problem"))}};
  Object answers;
  answers[std::to_string(route.success)] = std::move(success);
  answers["default"] = std::move(problem);
  return answers;
}

Object operation_object(const Route& route) {
  Object object{{"summary", route.summary}};
  if (route.operation) {
    const OperationRow& row = row_of(*route.operation);
    object["x-operation"] = row.name;
    object["x-permission"] = permission_name(row.permission);
    object["x-whole-database"] = row.about == About::kDatabase;
  } else {
    object["security"] = List{};
  }
  object["parameters"] = parameters_of(route);
  if (route.bodies != kNoBody) object["requestBody"] = body_of(route);
  object["responses"] = answers_of(route);
  return object;
}

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

std::string openapi_document() {
  Object paths;
  for (const Route& route : all_routes()) {
    Value& path = paths[route.pattern];
    if (!path.as_object()) path = Object();
    (*path.as_object())[small(route.method)] = operation_object(route);
  }
  const Object bearer{{"type", "http"}, {"scheme", "bearer"}};
  const Object document{
      {"openapi", "3.1.0"},
      {"info", Object{{"title", "VecStore"},
                      {"version", "1"},
                      {"license", Object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"security", List{Object{{"key", List{}}}}},
      {"paths", std::move(paths)},
      {"components",
       Object{{"securitySchemes", Object{{"key", bearer}}}, {"schemas", wire_schemas()}}}};
  return Value(document).to_json();
}

}  // namespace vecstore
