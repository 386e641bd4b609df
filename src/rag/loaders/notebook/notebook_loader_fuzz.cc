// Any bytes as a notebook, and as the source and output of a cell of one.
#include <cstdint>

#include "base/json.h"
#include "rag/loaders/notebook/notebook_loader.h"
#include "rag/loaders/test_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  vecstore::NotebookLoader loader;
  vecstore::check_load(loader, bytes);
  std::string text;
  vecstore::append_json_string(text, bytes);
  vecstore::check_load(loader, "{\"cells\":[{\"cell_type\":\"markdown\",\"source\":" + text +
                                   "},{\"cell_type\":\"code\",\"source\":" + text +
                                   ",\"outputs\":[{\"text\":" + text + "}]}]}");
  return 0;
}
