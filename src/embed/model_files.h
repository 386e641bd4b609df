// Models in folders: model.safetensors and tokenizer.json side by side.
//
// The library looks where it is told and nowhere else: no environment variable and no home folder
// is read here. tools/fetch-model puts the built-in model where the command line looks for it.
#pragma once

#include <memory>
#include <string>

#include "vecstore/embedder.h"

namespace vecstore {

// The built-in model and the name of its folder: WordLlama, 256 dimensions, English first.
inline constexpr std::string_view kBuiltinModel = "wordllama-256";

// The built-in model from `models_folder`/wordllama-256, about 20 MB of memory. Not found, with the
// command that gets it, when it is not there; data loss when a file is not, to the last byte, the
// one this release was tested with.
Result<std::shared_ptr<const Embedder>> load_builtin_embedder(const std::string& models_folder);

// Any static model from its own folder. It is known by the folder's last name, and by the checksum
// of its weights, which a collection remembers.
Result<std::shared_ptr<const Embedder>> load_static_embedder(const std::string& folder);

}  // namespace vecstore
