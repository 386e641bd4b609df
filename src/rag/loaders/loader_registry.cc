#include "rag/loaders/loader_registry.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "rag/loaders/archive/archive_loader.h"
#include "rag/loaders/code/code_loader.h"
#include "rag/loaders/csv_loader.h"
#include "rag/loaders/data/sql_loader.h"
#include "rag/loaders/data/toml_loader.h"
#include "rag/loaders/data/yaml_loader.h"
#include "rag/loaders/html_loader.h"
#include "rag/loaders/json_loader.h"
#include "rag/loaders/jsonl_loader.h"
#include "rag/loaders/mail/eml_loader.h"
#include "rag/loaders/mail/mbox_loader.h"
#include "rag/loaders/markdown_loader.h"
#include "rag/loaders/office/docx_loader.h"
#include "rag/loaders/markup/latex_loader.h"
#include "rag/loaders/markup/rtf_loader.h"
#include "rag/loaders/markup/xml_loader.h"
#include "rag/loaders/notebook/notebook_loader.h"
#include "rag/loaders/office/epub_loader.h"
#include "rag/loaders/office/odf_loader.h"
#include "rag/loaders/office/pptx_loader.h"
#include "rag/loaders/office/xlsx_loader.h"
#include "rag/loaders/parquet/parquet_loader.h"
#include "rag/loaders/pdf/pdf_loader.h"
#include "rag/loaders/text_loader.h"

namespace vecstore {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string extension_of(std::string_view path) {
  std::size_t name = path.rfind('/') + 1;  // npos + 1 is 0
  std::size_t dot = path.rfind('.');
  return dot == path.npos || dot <= name ? std::string() : lower(path.substr(dot + 1));
}

Status errno_status(int error) {
  if (error == EACCES || error == EPERM) {
    return Status(Code::kPermissionDenied, std::strerror(error));
  }
  return error == ENOENT ? not_found(std::strerror(error))
                         : Status(Code::kUnknown, std::strerror(error));
}

}  // namespace

LoaderRegistry::LoaderRegistry() {
  add(std::make_unique<ArchiveLoader>());
  add(std::make_unique<CodeLoader>());
  add(std::make_unique<CsvLoader>());
  add(std::make_unique<DocxLoader>());
  add(std::make_unique<EmlLoader>());
  add(std::make_unique<EpubLoader>());
  add(std::make_unique<HtmlLoader>());
  add(std::make_unique<JsonLoader>());
  add(std::make_unique<JsonlLoader>());
  add(std::make_unique<LatexLoader>());
  add(std::make_unique<MarkdownLoader>());
  add(std::make_unique<MboxLoader>());
  add(std::make_unique<NotebookLoader>());
  add(std::make_unique<OdfLoader>());
  add(std::make_unique<ParquetLoader>());
  add(std::make_unique<PptxLoader>());
  add(std::make_unique<PdfLoader>());
  add(std::make_unique<TextLoader>());
  add(std::make_unique<XlsxLoader>());
  add(std::make_unique<RtfLoader>());
  add(std::make_unique<SqlLoader>());
  add(std::make_unique<TomlLoader>());
  add(std::make_unique<XmlLoader>());
  add(std::make_unique<YamlLoader>());
}

void LoaderRegistry::add(std::unique_ptr<Loader> loader) {
  loaders_.insert(loaders_.begin(), std::move(loader));
}

const Loader& LoaderRegistry::named(std::string_view name) const {
  return **std::ranges::find_if(loaders_, [&](const auto& l) { return l->name() == name; });
}

const Loader& LoaderRegistry::choose(const LoadInput& input) const {
  std::string extension = extension_of(input.path);
  for (const auto& loader : loaders_) {
    if (std::ranges::count(loader->extensions(), std::string_view(extension)) != 0) return *loader;
  }
  for (const auto& loader : loaders_) {
    if (loader->recognises(input.bytes)) return *loader;
  }
  return named("text");
}

Result<std::vector<Document>> LoaderRegistry::load(const LoadInput& input) const {
  LoadInput inside = input;
  inside.loaders = this;
  return choose(input).load(inside);
}

Status load_member(const LoadInput& container, const std::string& name, std::string_view bytes,
                   std::vector<Document>& documents, std::vector<std::string>& remarks) {
  static const LoaderRegistry all;
  VECSTORE_TRY(container.budget->enter_member());
  LoadInput input = container;
  input.bytes = bytes;
  input.path = name;
  Result<std::vector<Document>> loaded = (container.loaders ? *container.loaders : all).load(input);
  container.budget->leave_member();
  if (!loaded.ok() && container.budget->exhausted()) return loaded.status().with_context(name);
  if (!loaded.ok()) return remarks.push_back(name + ": " + loaded.status().message()), Status();
  if (loaded->size() > kMaxDocumentsPerFile - std::min(documents.size(), kMaxDocumentsPerFile)) {
    return resource_exhausted(name + ": more than " + std::to_string(kMaxDocumentsPerFile) +
                              " documents in one file");
  }
  for (Document& document : *loaded) {
    const Value* within = document.metadata.find("member");
    const std::string* deeper = within ? within->as_string() : nullptr;
    document.metadata["member"] = deeper ? name + "/" + *deeper : name;
    document.file_offset.reset();  // it was of the member's bytes
    for (std::string& remark : document.remarks) remark = name + ": " + remark;
    documents.push_back(std::move(document));
  }
  return {};
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  std::error_code error;
  std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return not_found("no such file");
  if (error) return errno_status(error.value());
  if (!std::filesystem::is_regular_file(status)) return invalid_argument("not a regular file");

  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) return errno_status(errno);
  std::string bytes;
  char buffer[1 << 16];
  std::size_t got = 0;
  // One byte beyond the limit tells a file that is too large, also one that grows or lies about its
  // size.
  while (bytes.size() <= max_bytes && (got = std::fread(buffer, 1, sizeof buffer, file)) > 0) {
    bytes.append(buffer, got);
  }
  int failed = std::ferror(file) ? errno : 0;
  std::fclose(file);
  if (failed != 0) return errno_status(failed);
  if (bytes.size() > max_bytes) {
    std::uintmax_t size = std::filesystem::file_size(path, error);
    return resource_exhausted(std::to_string(error ? bytes.size() : size) +
                              " bytes; the limit for one file is " + std::to_string(max_bytes));
  }
  return bytes;
}

}  // namespace vecstore
