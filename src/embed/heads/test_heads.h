// For tests: the folders of tiny models with heads, of tests/models/data, and what PyTorch made of
// some texts with them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/test_folder.h"
#include "embed/transformer/test_models.h"

namespace vecstore {

inline constexpr const char* kHeadFamilies[] = {"bert", "distilbert", "xlm-roberta", "mpnet"};

// A copy of a model's folder, to be changed and loaded.
class HeadModel {
 public:
  HeadModel(const std::filesystem::path& sources, const std::string& family)
      : data_(sources / "tests/models/data") {
    const auto from = data_ / "heads" / family;
    expected_ = *parse_json(as_text(read_test_file(from / "expected.json")))->as_object();
    for (const char* name : {"config.json", "model.safetensors"}) {
      write(name, as_text(read_test_file(from / name)));
    }
    copy("tokenizer.json", *expected_.find("tokenizer")->as_string());
  }

  std::string path() const { return (folder_ / "tiny").string(); }
  std::filesystem::path operator/(const std::string& name) const {
    return folder_ / ("tiny/" + name);
  }

  void write(const std::string& name, std::string_view bytes) const {
    folder_.write("tiny/" + name, bytes);
  }
  // `from` is one of tests/models/data.
  void copy(const std::string& name, const std::string& from) const {
    write(name, as_text(read_test_file(data_ / from)));
  }
  // What stands in a file, changed: `from` must be there.
  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text(as_text(read_test_file(folder_ / ("tiny/" + name))));
    const std::size_t at = text.find(from);
    if (at == text.npos) return write(name, "no '" + from + "' to be replaced");
    write(name, text.replace(at, from.size(), to));
  }

  std::string text(const char* key) const { return *expected_.find(key)->as_string(); }
  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> all;
    for (const Value& value : *expected_.find(key)->as_list()) all.push_back(*value.as_string());
    return all;
  }
  std::vector<double> numbers(const char* key) const {
    std::vector<double> all;
    for (const Value& value : *expected_.find(key)->as_list()) all.push_back(*value.as_double());
    return all;
  }

 private:
  std::filesystem::path data_;
  TestFolder folder_;
  Object expected_;
};

}  // namespace vecstore
