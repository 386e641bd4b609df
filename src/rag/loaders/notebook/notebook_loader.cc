#include "rag/loaders/notebook/notebook_loader.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "rag/loaders/encoding.h"
#include "rag/loaders/html_loader.h"
#include "rag/loaders/markdown_loader.h"
#include "rag/loaders/notebook/terminal_text.h"

namespace vecstore {
namespace {

const Object kEmptyObject;
const List kEmptyList;

const Object& object_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value && value->as_object() ? *value->as_object() : kEmptyObject;
}

const List& list_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value && value->as_list() ? *value->as_list() : kEmptyList;
}

// A string, or a list of lines: both are written.
std::string text_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  if (value && value->as_string()) return *value->as_string();
  std::string out;
  for (const Value& line : list_at(object, key)) {
    if (line.as_string()) out += *line.as_string();
  }
  return out;
}

// A line of backticks longer than any in `text`.
std::string fence_for(std::string_view text) {
  std::size_t longest = 2, run = 0;
  for (char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(longest + 1, '`');
}

class NotebookReader {
 public:
  NotebookReader(const LoadInput& file, const Object& root) : file_(file), root_(root) {}

  Document run() {
    document_.kind = "notebook";
    read_cells(root_);
    for (const Value& sheet : list_at(root_, "worksheets")) {  // nbformat 3
      if (sheet.as_object()) read_cells(*sheet.as_object());
    }
    if (!document_.places.empty()) document_.place = "cell";
    read_metadata();
    if (left_out_ > 0) {
      document_.remarks.push_back(std::to_string(left_out_) +
                                  " pictures or widgets in outputs left out");
    }
    return std::move(document_);
  }

 private:
  void read_metadata() {
    const Object& metadata = object_at(root_, "metadata");
    const Object& kernel = object_at(metadata, "kernelspec");
    auto keep = [&](const char* key, std::string value) {
      const bool known = document_.metadata.find(key) != nullptr;
      if (!known && !value.empty() && value.size() <= kMaxTitleBytes) {
        document_.metadata[key] = std::move(value);
      }
    };
    keep("title", text_at(metadata, "title"));
    auto first = std::ranges::find(document_.headings, 1, &Heading::level);
    if (first != document_.headings.end()) keep("title", first->title);
    std::string authors;
    for (const Value& author : list_at(metadata, "authors")) {
      const std::string name = author.as_object() ? text_at(*author.as_object(), "name") : "";
      if (!name.empty()) authors += (authors.empty() ? "" : ", ") + name;
    }
    keep("author", authors);
    keep("language", language());
    keep("kernel", text_at(kernel, "display_name"));
    keep("kernel", text_at(kernel, "name"));
  }

  std::string language() const {
    const Object& metadata = object_at(root_, "metadata");
    std::string name = text_at(object_at(metadata, "language_info"), "name");
    if (name.empty()) name = text_at(object_at(metadata, "kernelspec"), "language");
    const bool plain = name.find_first_of("` \n\r\t") == name.npos && name.size() < 40;
    return plain ? name : std::string();
  }

  void read_cells(const Object& holder) {
    for (const Value& value : list_at(holder, "cells")) {
      ++cell_;
      if (!value.as_object()) continue;
      const Object& cell = *value.as_object();
      begun_ = false;
      const std::string kind = text_at(cell, "cell_type");
      if (kind == "code") {
        read_code(cell);
      } else if (kind == "heading") {  // nbformat 3
        const Value* level = cell.find("level");
        const std::int64_t depth = level && level->as_int() ? *level->as_int() : 1;
        add_markdown(
            std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(depth, 1, 6)), '#') +
            " " + text_at(cell, "source"));
      } else if (kind == "markdown") {
        add_markdown(text_at(cell, "source"));
      } else {
        add(text_at(cell, "source"));
      }
    }
  }

  void read_code(const Object& cell) {
    std::string source = text_at(cell, "source");
    if (source.empty()) source = text_at(cell, "input");  // nbformat 3
    add_fenced(source, language());
    for (const Value& output : list_at(cell, "outputs")) {
      if (output.as_object()) read_output(*output.as_object());
    }
  }

  void read_output(const Object& output) {
    const std::string error = text_at(output, "ename");
    if (!error.empty()) return add_fenced(error + ": " + text_at(output, "evalue"), {});
    const Object& data = object_at(output, "data");
    for (const char* key : {"image/png", "image/jpeg", "image/svg+xml", "png", "svg", "jpeg",
                            "application/vnd.jupyter.widget-view+json"}) {
      if (data.find(key) || output.find(key)) {
        ++left_out_;
        return;
      }
    }
    if (const std::string text = text_at(data, "text/markdown"); !text.empty()) {
      return add_markdown(text);
    }
    std::string text = text_at(data, "text/plain");
    if (text.empty()) text = text_at(output, "text");
    if (text.empty()) text = html_text(text_at(data, "text/html"));
    add_fenced(terminal_text(text), {});
  }

  std::string html_text(const std::string& page) const {
    if (page.empty()) return {};
    LoadInput input = file_;
    input.bytes = page;
    auto loaded = HtmlLoader().load(input);
    return loaded.ok() ? loaded->front().text : std::string();
  }

  // Headings are found in the cell alone: a '#' in code is none.
  void add_markdown(const std::string& text) {
    const std::size_t begin = add(text);
    auto loaded = MarkdownLoader().load({text, {}, {}, file_.budget});
    if (!loaded.ok() || text.empty()) return;
    for (Heading& heading : loaded->front().headings) {
      const std::size_t at = begin + heading.begin;
      if (document_.headings.size() == kMaxHeadings || at >= document_.text.size()) return;
      document_.headings.push_back({heading.level, std::move(heading.title), at});
    }
  }

  void add_fenced(std::string text, const std::string& language) {
    text.resize(text.find_last_not_of(" \t\n") + 1);  // npos + 1 is 0
    if (text.empty()) return;
    const std::string fence = fence_for(text);
    add(fence + language + "\n" + text + "\n" + fence);
  }

  // Returns where the piece begins.
  std::size_t add(std::string_view piece) {
    std::string& text = document_.text;
    piece = piece.substr(0, piece.find_last_not_of(" \t\n") + 1);
    if (piece.empty()) return text.size();
    if (!text.empty()) text += "\n\n";
    if (!begun_) document_.places.push_back({text.size(), cell_});
    begun_ = true;
    const std::size_t begin = text.size();
    text += piece;
    return begin;
  }

  const LoadInput& file_;
  const Object& root_;
  Document document_;
  std::int64_t cell_ = 0;
  bool begun_ = false;  // the current cell has text
  std::size_t left_out_ = 0;
};

}  // namespace

std::span<const std::string_view> NotebookLoader::extensions() const {
  static constexpr std::array<std::string_view, 1> kExtensions = {"ipynb"};
  return kExtensions;
}

Result<std::vector<Document>> NotebookLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(DecodedText decoded, decode_text(input.bytes, "utf-8"));
  VECSTORE_ASSIGN(Value root, Value::parse_json(decoded.text));
  const bool cells =
      root.as_object() && (root.as_object()->find("cells") || root.as_object()->find("worksheets"));
  if (!cells) return invalid_argument("no notebook: it has no member \"cells\"");
  std::vector<Document> documents = {NotebookReader(input, *root.as_object()).run()};
  note_encoding(decoded, documents.front());
  return documents;
}

}  // namespace vecstore
