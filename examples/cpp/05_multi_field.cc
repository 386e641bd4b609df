// Records with several vectors and several texts: the packages of a Debian system, found by what
// their summary says, what their description says, and by words, each with its own weight.
//   05_multi_field MODEL DATABASE STATUS_FILE QUESTION [FILTER]
//   05_multi_field ~/.cache/vecstore/models/wordllama-256 apt.db /var/lib/dpkg/status
//     "read JSON in C++" "section = 'libdevel' AND size_kb < 5000"
#include <vecstore/rag.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

#include "console.h"

namespace {

using vecstore::Hit;
using vecstore::Query;
using vecstore::Record;
using vecstore::Result;
using vecstore::Status;

// A record for each paragraph of the file, whose text is the long description.
Result<std::map<std::string, Record>> read_packages(const std::string& path) {
  std::ifstream file(path);
  if (!file) return vecstore::not_found("cannot read " + path);
  std::map<std::string, Record> packages;
  Record* one = nullptr;
  bool described = false;  // lines that begin with a blank go on with the field before them
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = std::min(line.find(": "), line.size());
    const std::string key = line.starts_with(' ') ? "" : line.substr(0, colon);
    const std::string value = line.substr(std::min(colon + 2, line.size()));
    if (key == "Package") *(one = &packages[value]) = {.id = value, .metadata = {{"name", value}}};
    if (!one) return vecstore::invalid_argument(path + " does not begin with a package");
    if (!key.empty()) described = key == "Description";
    if (key == "Version") one->metadata["version"] = value;
    if (key == "Section") one->metadata["section"] = value;
    if (key == "Installed-Size") one->metadata["size_kb"] = std::strtol(value.c_str(), nullptr, 10);
    if (key == "Description") one->metadata["summary"] = value;
    if (key.empty() && described && !line.empty())
      one->text = one->text.value_or("") + (line == " ." ? "\n" : line);
  }
  return packages;
}

vecstore::CollectionOptions options_of(const vecstore::Embedder& embedder) {
  const auto dimension = static_cast<std::uint32_t>(embedder.info().dimension);
  vecstore::CollectionOptions options;
  options.fields = {{.name = "summary", .dimension = dimension},
                    {.name = "description", .dimension = dimension}};
  // The text of a record, and strings of its metadata; a word of the name counts thrice.
  options.text.fields = {{.name = "name", .analyzer = "code", .boost = 3},
                         {.name = "summary", .boost = 2},
                         {.name = "text"}};
  return options;
}

// Only what is new or has another version is embedded.
Status write(vecstore::Collection& to, const vecstore::Embedder& embedder,
             const std::map<std::string, Record>& packages) {
  std::vector<Record> changed;
  for (const auto& [name, one] : packages) {
    const auto known = to.get(name);
    if (known.ok() && known->metadata == one.metadata) continue;
    changed.push_back(one);
    const std::string summary = console::member(one.metadata, "summary");
    for (const auto& [field, text] :
         {std::pair("summary", summary), std::pair("description", one.text.value_or(""))}) {
      VECSTORE_ASSIGN(const auto vector, embedder.embed(text));
      // Of no text there is no vector: the record is not found by that field.
      if (!text.empty()) changed.back().vectors.push_back({field, vector});
    }
  }
  std::printf("%zu packages, %zu of them new or changed\n", packages.size(), changed.size());
  return to.upsert_many(changed).status();
}

std::string place(const vecstore::ArmScore& arm) {
  return arm.rank == 0 ? "-" : std::to_string(arm.rank) + ".";
}

Status run(const std::vector<std::string>& asked) {
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(asked[0]));
  VECSTORE_ASSIGN(const auto packages, read_packages(asked[2]));
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(asked[1]));
  VECSTORE_ASSIGN(auto apt, db.get_or_create("packages", options_of(*embedder)));
  VECSTORE_TRY(write(apt, *embedder, packages));

  VECSTORE_ASSIGN(const auto vector, embedder->embed_query(asked[3]));
  Query query{.k = 5, .filter = asked[4]};
  query.prefetch = {Query{.vector = vector, .field = "summary", .k = 50},
                    Query{.vector = vector, .field = "description", .k = 50},
                    Query{.text = asked[3], .k = 50}};
  query.fusion.method = vecstore::FusionMethod::kWeightedSum;
  query.fusion.weights = {2, 1, 2};
  VECSTORE_ASSIGN(const auto hits, apt.query(query));
  for (const Hit& hit : hits) {
    std::printf("\n%s: %s\n  %s, %s kB; by summary %s, by description %s, by words %s\n",
                hit.id.c_str(), console::member(hit.metadata, "summary").c_str(),
                console::member(hit.metadata, "section").c_str(),
                console::member(hit.metadata, "size_kb").c_str(), place(hit.arms[0]).c_str(),
                place(hit.arms[1]).c_str(), place(hit.arms[2]).c_str());
  }
  if (hits.empty()) std::printf("\nnothing passes the filter\n");
  return db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: 05_multi_field MODEL DATABASE STATUS_FILE QUESTION [FILTER]\n");
    return 2;
  }
  std::vector<std::string> asked(argv + 1, argv + argc);
  asked.resize(5);  // no filter passes everything
  return console::end(run(asked));
}
