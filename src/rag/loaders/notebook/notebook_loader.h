// Jupyter notebooks (.ipynb, nbformat 3 and 4) as Markdown: text cells as they are, code and its
// text outputs fenced.
//
// Headings are those of the text cells; places are the cells, counted from 1, empty ones included.
// Metadata: "title" (of the notebook, else its first heading of level 1), "author", "language",
// "kernel". Of an output the plainest form is taken; pictures and widgets are left out with a
// remark, colours and overwritten lines of terminals are undone. Offsets refer to the text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class NotebookLoader : public Loader {
 public:
  std::string_view name() const override { return "notebook"; }
  std::span<const std::string_view> extensions() const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
