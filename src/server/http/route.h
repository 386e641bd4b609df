// What a route is, and the table of them. Requests are checked against the table, and the OpenAPI
// document is written from it: what is not in the table does not exist.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/http/target.h"
#include "service/service.h"

namespace vecstore {

// A request that was admitted and has been read.
struct Exchange {
  Service& service;
  const Admission* admission;  // none for open routes
  const Target& target;
  std::string_view space;         // the {namespace} of the path, if any
  std::string_view name;          // the last {..} of the path that is neither, if any
  std::string_view content_type;  // of the body, without parameters, in small letters
  std::string_view body;
  std::chrono::milliseconds brief{0};  // only if it takes no longer; 0: however long it takes
};

struct Reply {
  std::string body = {};
  std::string content_type = "application/json";
  std::string detail = {};  // for the audit log
  bool later = false;       // it would have taken longer than `brief` allows: nothing else is said
};

enum class ParameterKind : unsigned char { kText, kCount, kFlag };

struct Parameter {
  std::string_view name;
  ParameterKind kind;
  std::string_view help;
};

// Types of bodies, as bits.
enum BodyType : unsigned { kNoBody = 0, kJsonBody = 1, kLinesBody = 2, kBytesBody = 4 };

struct Route {
  std::string_view method;
  std::string_view pattern;            // "/v1/collections/{collection}/query"
  std::optional<Operation> operation;  // none: open to all
  std::string_view summary;
  std::span<const Parameter> parameters;
  unsigned bodies;                 // what it takes
  std::string_view body_schema;    // names in schemas.h
  std::string_view answer_schema;  // empty: not JSON
  int success;
  Result<Reply> (*handle)(const Exchange& exchange);
};

std::span<const Route> all_routes();

// What a path that fits a pattern has where the pattern has {..}.
struct Captures {
  std::string_view collection = {};
  std::string_view space = {};
  std::string_view name = {};
};
std::optional<Captures> match_pattern(std::string_view pattern, const Target& target);

// Refuses parameters that the route does not have, and values of another kind.
Status check_parameters(const Route& route, const Target& target);

// "application/json" and the like: the bit of one content type, 0 for an unknown one.
unsigned body_type_of(std::string_view content_type);

}  // namespace vecstore
