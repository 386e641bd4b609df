// What a text is embedded for, where a model tells the two apart.
#pragma once

namespace vecstore {

// Texts to be found, or texts to look for.
enum class TextRole : unsigned char { kDocument, kQuery };

}  // namespace vecstore
