#include "rag/loaders/parquet/parquet_schema.h"

#include <algorithm>

namespace vecstore {
namespace {

struct OpenGroup {
  std::size_t node = 0;
  std::int64_t children_left = 0;
  std::string path = {};
  bool flat = true;  // its children are fields of their own
};

bool is_list_or_map(const ParquetElement& element) {
  return element.logical == ParquetLogical::kList || element.logical == ParquetLogical::kMap;
}

// What the value of a leaf must look like to be read at all.
Status check_leaf(const ParquetElement& element, const std::string& path) {
  constexpr std::int64_t kMaxFixed = 1 << 20, kMaxScale = 100;
  const bool fixed = element.type == ParquetType::kFixed;
  if (fixed && (element.type_length <= 0 || element.type_length > kMaxFixed)) {
    return invalid_argument("column '" + path + "' has values of " +
                            std::to_string(element.type_length) + " bytes");
  }
  if (element.scale < 0 || element.scale > kMaxScale) {
    return invalid_argument("column '" + path + "' has the scale " + std::to_string(element.scale));
  }
  return {};
}

class SchemaBuilder {
 public:
  explicit SchemaBuilder(std::vector<ParquetElement> elements) : elements_(std::move(elements)) {}

  Result<ParquetSchema> build() {
    if (elements_.empty() || elements_[0].type) return invalid_argument("the file has no schema");
    for (ParquetElement& element : elements_) VECSTORE_TRY(add(std::move(element)));
    if (!open_.empty()) return invalid_argument("the schema ends too early");
    return std::move(schema_);
  }

 private:
  Status add(ParquetElement element) {
    if (!schema_.nodes.empty() && open_.empty()) {
      return invalid_argument("the schema has columns outside its root");
    }
    const std::size_t index = schema_.nodes.size();
    ParquetNode node;
    OpenGroup self{index, element.children, {}, true};
    if (!open_.empty()) {
      OpenGroup& parent = open_.back();
      const ParquetNode& above = schema_.nodes[parent.node];
      self.path = parent.path.empty() ? element.name : parent.path + "." + element.name;
      const bool required = element.repetition == ParquetRepetition::kRequired;
      const bool repeated = element.repetition == ParquetRepetition::kRepeated;
      node.max_definition = static_cast<std::uint8_t>(above.max_definition + (required ? 0 : 1));
      node.max_repetition = static_cast<std::uint8_t>(above.max_repetition + (repeated ? 1 : 0));
      self.flat = parent.flat && !repeated && !is_list_or_map(element) && !element.type;
      if (parent.flat && !self.flat) schema_.fields.push_back({self.path, index});
      schema_.nodes[parent.node].children.push_back(index);
      --parent.children_left;
    }
    node.leaf_begin = node.leaf_end = schema_.leaves.size();
    node.element = std::move(element);
    schema_.nodes.push_back(std::move(node));
    return schema_.nodes.back().leaf() ? add_leaf(index, self.path) : add_group(std::move(self));
  }

  Status add_leaf(std::size_t index, const std::string& path) {
    ParquetNode& node = schema_.nodes[index];
    VECSTORE_TRY(check_leaf(node.element, path));
    if (schema_.leaves.size() == kMaxParquetColumns) {
      return resource_exhausted("more than " + std::to_string(kMaxParquetColumns) + " columns");
    }
    schema_.leaves.push_back(index);
    schema_.leaf_paths.push_back(path);
    ++node.leaf_end;
    close_full_groups();
    return {};
  }

  Status add_group(OpenGroup group) {
    if (open_.size() == kMaxParquetDepth) {
      return resource_exhausted("its columns nest deeper than " + std::to_string(kMaxParquetDepth));
    }
    const bool root = open_.empty();
    if (group.children_left < 0 || (group.children_left == 0 && !root)) {
      return invalid_argument("the group '" + group.path + "' has no columns");
    }
    open_.push_back(std::move(group));
    close_full_groups();
    return {};
  }

  void close_full_groups() {
    while (!open_.empty() && open_.back().children_left == 0) {
      schema_.nodes[open_.back().node].leaf_end = schema_.leaves.size();
      open_.pop_back();
    }
  }

  std::vector<ParquetElement> elements_;
  std::vector<OpenGroup> open_;
  ParquetSchema schema_;
};

}  // namespace

Result<ParquetSchema> build_parquet_schema(std::vector<ParquetElement> elements) {
  return SchemaBuilder(std::move(elements)).build();
}

}  // namespace vecstore
