// What a model may do with the database: the one table of tools, with their arguments.
//
// An argument's schema, which the model reads, and what checks and takes it stand in one row.
// Errors are written for a model that will try again: they name the argument, what it may be and
// what it is.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/operations.h"
#include "vecstore/query.h"

namespace vecstore {

// How a text is looked for. kAuto: as the collection has it.
enum class McpMode : unsigned char { kAuto, kText, kVector, kHybrid };

// What search is asked.
struct McpQuestion {
  std::optional<std::string> text = {};
  std::optional<Vector> vector = {};
  McpMode mode = McpMode::kAuto;
  Query common = {};  // k, filter and what comes back
};

// How texts become vectors; without these words are looked for, and a record that comes without a
// vector is stored without one. Called by one thread at a time.
struct McpTexts {
  std::function<Result<Query>(const Collection&, const McpQuestion&)> query = {};
  // Gives a vector to the records that have a text and none; how many. Stores nothing.
  std::function<Result<std::size_t>(const Collection&, std::vector<Record>&)> embed = {};
};

struct McpOptions {
  Role role = Role::kEditor;                  // kViewer: the tools that write are not there
  std::vector<std::string> collections = {};  // only these; empty: all
  std::string collection = "default";         // where a call names none
  bool follows = false;  // the database is read beside its writer: each call sees the newest state
  std::string version = {};  // of the program
  McpTexts texts = {};
};

struct ToolArguments {
  std::optional<std::string> collection = {};
  McpQuestion question = {};
  std::vector<std::string> ids = {};
  std::vector<Record> records = {};
  std::string cursor = {};
  std::size_t limit = 20;
  std::size_t text_bytes = 1'000;
  bool vectors = false;
};

struct ToolCall {
  Service& service;
  const McpOptions& options;
  const Admission& admission;
  ToolArguments arguments;
};

struct ToolAnswer {
  std::string json = {};    // an object
  std::string detail = {};  // for the audit log
};

struct ToolArgument {
  std::string_view name;
  std::string_view schema;  // JSON
  bool required;
  Status (*read)(const Value& json, ToolArguments& to);
};

struct Tool {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  Operation operation;
  std::optional<Operation> overall;  // instead, where no collection is named: about all of them
  bool destructive;
  std::span<const ToolArgument> arguments;
  std::string_view output;  // JSON Schema of the answer
  Result<ToolAnswer> (*run)(const ToolCall& call);
};

std::span<const Tool> all_tools();
const Tool* find_tool(std::string_view name);
// "search, get, .."
std::vector<std::string_view> tool_names();

// As tools/list gives it. `newer`: with what revisions from 2025-06-18 on have.
Object tool_object(const Tool& tool, const McpOptions& options, bool newer);

// kInvalidArgument names the argument.
Result<ToolArguments> read_arguments(const Tool& tool, const Object& given);

// Of tool_calls.cc.
Result<ToolAnswer> run_search(const ToolCall& call);
Result<ToolAnswer> run_get(const ToolCall& call);
Result<ToolAnswer> run_upsert(const ToolCall& call);
Result<ToolAnswer> run_list(const ToolCall& call);

}  // namespace vecstore
