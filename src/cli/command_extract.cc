#include <algorithm>
#include <charconv>
#include <memory>

#include "base/hash.h"
#include "cli/commands.h"
#include "cli/loading_settings.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "rag/loaders/loader_registry.h"

namespace vecstore {
namespace {

struct ExtractArguments {
  std::string file = {};
  std::optional<std::int64_t> document = {};
  std::optional<std::string> bytes = {};
};

struct Range {
  std::size_t begin = 0, end = 0;
};

// "100-220": from byte 100 up to but not 220, as `start` and `end` of a passage are.
Result<Range> parse_range(const std::string& text) {
  Range range;
  const char* const end = text.data() + text.size();
  const auto [dash, first] = std::from_chars(text.data(), end, range.begin);
  if (first == std::errc() && dash != end && *dash == '-') {
    const auto [last, second] = std::from_chars(dash + 1, end, range.end);
    if (second == std::errc() && last == end && range.begin <= range.end) return range;
  }
  return invalid_argument("--bytes takes START-END, as a passage has them, not '" + text + "'");
}

// Of what `start` and `end` of passages count: the file where the text is a part of it.
Result<std::string> cut(const Document& document, const Range& range) {
  const std::size_t origin = document.file_offset.value_or(0);
  if (range.begin < origin || range.end - origin > document.text.size()) {
    return invalid_argument("the text has bytes " + std::to_string(origin) + " to " +
                            std::to_string(origin + document.text.size()) + ", --bytes asks for " +
                            std::to_string(range.begin) + " to " + std::to_string(range.end));
  }
  return document.text.substr(range.begin - origin, range.end - range.begin);
}

Object document_object(const Document& document, std::size_t index) {
  List headings, places, remarks(document.remarks.begin(), document.remarks.end());
  for (const Heading& heading : document.headings) {
    headings.push_back(Object{
        {"level", heading.level}, {"title", heading.title}, {"start", number(heading.begin)}});
  }
  for (const PlaceBegin& place : document.places) {
    places.push_back(Object{{document.place, place.number}, {"start", number(place.begin)}});
  }
  Object out{{"document", number(index)}, {"kind", document.kind}};
  out["start"] = number(document.file_offset.value_or(0));
  out["metadata"] = document.metadata;
  out["headings"] = std::move(headings);
  out["places"] = std::move(places);
  out["remarks"] = std::move(remarks);
  out["text"] = document.text;
  return out;
}

void print(const Output& out, const std::vector<Document>& documents, std::size_t first) {
  if (out.is_json()) {
    std::vector<Object> rows;
    for (std::size_t i = 0; i < documents.size(); ++i) {
      rows.push_back(document_object(documents[i], first + i));
    }
    return out.print_list("documents", rows);
  }
  for (const Document& document : documents) {
    for (const std::string& remark : document.remarks) out.note("note: " + printable(remark));
    if (!document.text.empty()) out.print_line(document.text);
  }
}

Status run_extract(Session& session, const ExtractArguments& given) {
  VECSTORE_ASSIGN(const LoadingSettings settings, loading_settings(session.settings));
  std::optional<Range> range;
  if (given.bytes) {
    VECSTORE_ASSIGN(range, parse_range(*given.bytes));
  }
  const auto named = [&](const Status& status) { return status.with_context(given.file); };
  const Result<std::string> bytes = read_file(given.file, settings.max_file_bytes);
  if (!bytes.ok()) return named(bytes.status());
  LoadInput input{*bytes, given.file, settings.password};
  input.budget = std::make_shared<LoadBudget>(settings.limits);
  Result<std::vector<Document>> documents = LoaderRegistry().load(input);
  if (!documents.ok()) return named(documents.status());
  std::size_t first = 0;
  if (given.document || range) {
    const std::int64_t wanted = given.document.value_or(0);
    if (wanted < 0 || static_cast<std::size_t>(wanted) >= documents->size()) {
      return not_found(given.file + " has " + counted(documents->size(), "document") +
                       ", counted from 0; there is no " + std::to_string(wanted));
    }
    first = static_cast<std::size_t>(wanted);
    documents = std::vector<Document>{std::move((*documents)[first])};
  }
  if (range) {
    VECSTORE_ASSIGN(const std::string text, cut(documents->front(), *range));
    return session.out.print_line(text), Status();
  }
  return print(session.out, *documents, first), Status();
}

}  // namespace

Command extract_command() {
  auto to = std::make_shared<ExtractArguments>();
  return {.name = "extract",
          .summary = "the text that ingest reads out of a file",
          .description =
              "What `start` and `end` of a passage count. Needs no database.\n\n"
              "Examples:\n"
              "  vecstore extract report.html\n"
              "  vecstore extract report.html --bytes 1200-1900\n"
              "  vecstore extract table.csv --document 3 -o json",
          .options = {{"file", &to->file, "the file to read", "FILE", {}, true},
                      {"--document", &to->document, "only this of its documents, from 0", "N"},
                      {"--bytes", &to->bytes, "only these of a document's text", "START-END"}},
          .run = [to](Session& session) { return run_extract(session, *to); }};
}

}  // namespace vecstore
