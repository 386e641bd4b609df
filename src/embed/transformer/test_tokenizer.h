// For tests: a tokenizer.json for the tiny models, whose words are the letters a to n.
#pragma once

#include <string>

namespace vecstore {

// <s> is 2 and </s> 3; "a" is 4 and so on to "n", 17.
inline std::string tiny_tokenizer_json() {
  std::string vocabulary = R"("<unk>":0,"<pad>":1,"<s>":2,"</s>":3)";
  for (char letter = 'a'; letter <= 'n'; ++letter) {
    vocabulary += std::string(",\"") + letter + "\":" + std::to_string(letter - 'a' + 4);
  }
  return R"({"added_tokens":[{"id":2,"content":"<s>","normalized":false,"special":true},
      {"id":3,"content":"</s>","normalized":false,"special":true}],
      "post_processor":{"type":"TemplateProcessing",
      "single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                {"SpecialToken":{"id":"</s>","type_id":0}}],"pair":[],
      "special_tokens":{"<s>":{"id":"<s>","ids":[2],"tokens":["<s>"]},
                        "</s>":{"id":"</s>","ids":[3],"tokens":["</s>"]}}},
      "model":{"type":"BPE","unk_token":"<unk>","vocab":{)" +
         vocabulary + R"(},"merges":[]}})";
}

}  // namespace vecstore
