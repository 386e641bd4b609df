#include "rag/loaders/office/opc_package.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rag/loaders/office/office_text.h"

namespace vecstore {
namespace {

// XML that no reader of the document sees.
constexpr std::array<std::string_view, 6> kUnread = {
    "customXml/", "/theme/", "/pivotCache/", "/pivotTables/", "/calcChain.xml", "/glossary/"};

bool is_wanted(std::string_view name) {
  if (!name.ends_with(".xml") && !name.ends_with(".rels")) return false;
  return std::ranges::none_of(kUnread, [&](auto part) { return name.find(part) != name.npos; });
}

std::string relations_path(std::string_view part) {
  const std::size_t name = part.rfind('/') + 1;  // npos + 1 is 0
  return std::string(part.substr(0, name)) + "_rels/" + std::string(part.substr(name)) + ".rels";
}

}  // namespace

Result<OpcPackage> OpcPackage::open(const LoadInput& input) {
  VECSTORE_ASSIGN(ZipParts parts, ZipParts::read(input, is_wanted));
  OpcPackage package(std::move(parts));
  VECSTORE_ASSIGN(const std::vector<OpcRelation> relations, package.relations(""));
  auto found = std::ranges::find(relations, "officeDocument", &OpcRelation::type);
  if (found == relations.end()) return invalid_argument("no Office document in the ZIP archive");
  package.main_ = found->target;
  return package;
}

Result<std::vector<OpcRelation>> OpcPackage::relations(std::string_view path) const {
  VECSTORE_ASSIGN(const std::optional<XmlTree> found, tree(relations_path(path)));
  std::vector<OpcRelation> out;
  if (!found) return out;
  for (XmlNode node = found->root().child("Relationship"); node; node = node.next("Relationship")) {
    const std::string_view type = node.attribute("Type");
    const bool outside = node.attribute("TargetMode") == "External";
    out.push_back({std::string(node.attribute("Id")), std::string(type.substr(type.rfind('/') + 1)),
                   outside ? std::string() : resolve_part(path, node.attribute("Target"))});
  }
  return out;
}

Result<std::optional<XmlTree>> OpcPackage::tree(std::string_view path) const {
  const std::string* part = parts_.find(path);
  if (!part) return std::optional<XmlTree>();
  Result<XmlTree> parsed = XmlTree::parse(*part);
  if (!parsed.ok()) return parsed.status().with_context(path);
  return std::optional<XmlTree>(*std::move(parsed));
}

Result<std::optional<XmlTree>> OpcPackage::related(std::string_view path,
                                                   std::string_view type) const {
  VECSTORE_ASSIGN(const std::vector<OpcRelation> all, relations(path));
  auto found = std::ranges::find(all, type, &OpcRelation::type);
  if (found == all.end()) return std::optional<XmlTree>();
  return tree(found->target);
}

Status OpcPackage::read_properties(Metadata& metadata) const {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kKeys = {
      {{"title", "title"},
       {"creator", "author"},
       {"created", "created"},
       {"modified", "modified"},
       {"language", "language"},
       {"subject", "subject"},
       {"keywords", "keywords"},
       {"description", "description"},
       {"category", "category"}}};
  VECSTORE_ASSIGN(const std::optional<XmlTree> core, related("", "core-properties"));
  if (!core) return {};
  for (const auto& [element, key] : kKeys) {
    if (XmlNode node = core->root().child(element)) keep_property(metadata, key, node.own_text());
  }
  return {};
}

std::map<std::string, OpcRelation, std::less<>> relations_by_id(
    std::vector<OpcRelation> relations) {
  std::map<std::string, OpcRelation, std::less<>> out;
  for (OpcRelation& relation : relations) out.try_emplace(relation.id, std::move(relation));
  return out;
}

bool is_on(XmlNode node) {
  if (!node) return false;
  const std::string_view value = node.attribute("val");
  return value.empty() || value == "1" || value == "true" || value == "on";
}

}  // namespace vecstore
