#include "embed/tokenizer/tokenizer_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "embed/reference.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A small tokenizer of the family, in which a test may replace one part.
struct Json {
  std::string added = R"([{"id":1,"content":"<s>","normalized":false,"special":true}])";
  std::string normalizer = R"({"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},
      {"type":"Replace","pattern":{"String":" "},"content":"▁"}]})";
  std::string pre_tokenizer = "null";
  std::string post_processor = R"({"type":"TemplateProcessing",
      "single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
      "pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}})";
  std::string settings = R"("type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true)";
  std::string vocabulary = R"({"<unk>":0,"<s>":1,"▁":2,"a":3,"b":4,"▁a":5,"<0xC3>":6,"<0xA9>":7})";
  std::string merges = R"(["▁ a"])";

  std::string text() const {
    return R"({"version":"1.0","truncation":null,"padding":null,"added_tokens":)" + added +
           R"(,"normalizer":)" + normalizer + R"(,"pre_tokenizer":)" + pre_tokenizer +
           R"(,"post_processor":)" + post_processor + R"(,"decoder":null,"model":{)" + settings +
           R"(,"vocab":)" + vocabulary + R"(,"merges":)" + merges + "}}";
  }
};

std::vector<std::uint32_t> encode(const Json& json, std::string_view text,
                                  SpecialTokens special = SpecialTokens::kOmit) {
  const auto tokenizer = parse_tokenizer_json(json.text());
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.status().to_string();
  return tokenizer.ok() ? tokenizer->encode(text, special) : std::vector<std::uint32_t>();
}

std::string refusal(const Json& json) {
  const auto tokenizer = parse_tokenizer_json(json.text());
  return tokenizer.ok() ? "accepted" : tokenizer.status().message();
}

TEST(TokenizerJson, reads_every_part) {
  EXPECT_THAT(encode({}, "a b"), ElementsAre(5, 2, 4));
  EXPECT_THAT(encode({}, "é<s>xy", SpecialTokens::kAdd), ElementsAre(1, 2, 6, 7, 1, 2, 0));
}

TEST(TokenizerJson, reads_merges_as_strings_and_as_pairs) {
  Json json;
  json.merges = R"([["▁","a"]])";
  EXPECT_THAT(encode(json, "a"), ElementsAre(5));
}

TEST(TokenizerJson, does_without_the_optional_parts) {
  Json json;
  json.added = "[]";
  json.normalizer = json.post_processor = "null";
  json.settings = R"("type":"BPE")";
  EXPECT_THAT(encode(json, "▁aéb", SpecialTokens::kAdd), ElementsAre(5, 4));
}

TEST(TokenizerJson, names_the_component_it_does_not_support) {
  Json json;
  json.normalizer = R"({"type":"Sequence","normalizers":[{"type":"Unheard"}]})";
  EXPECT_THAT(refusal(json), HasSubstr("normalizer 'Unheard' is not supported"));
  json = {};
  json.normalizer = R"({"type":"Replace","pattern":{"Regex":"(a|b)*"},"content":"x"})";
  EXPECT_THAT(refusal(json), HasSubstr("pattern '(a|b)*' is not supported"));
  json = {};
  json.pre_tokenizer = R"({"type":"UnicodeScripts"})";
  EXPECT_THAT(refusal(json), HasSubstr("pre-tokenizer 'UnicodeScripts' is not supported"));
  json = {};
  json.post_processor = R"({"type":"Unheard"})";
  EXPECT_THAT(refusal(json), HasSubstr("post-processor 'Unheard' is not supported"));
  json = {};
  json.settings = R"("type":"WordLevel")";
  EXPECT_THAT(refusal(json), HasSubstr("model 'WordLevel' is not supported"));
}

TEST(TokenizerJson, names_the_setting_it_does_not_support) {
  for (const auto& [setting, name] :
       {std::pair(R"("dropout":0.1)", "dropout"),
        std::pair(R"("continuing_subword_prefix":"##")", "continuing_subword_prefix"),
        std::pair(R"("end_of_word_suffix":"</w>")", "end_of_word_suffix")}) {
    Json json;
    json.settings += std::string(",") + setting;
    EXPECT_THAT(refusal(json), HasSubstr(std::string(name) + " is not supported"));
  }
  Json json;
  json.pre_tokenizer = R"({"type":"Metaspace","replacement":"▁","prepend_scheme":"last"})";
  EXPECT_THAT(refusal(json), HasSubstr("prepend_scheme 'last' is not supported"));
  json.pre_tokenizer = R"({"type":"Split","pattern":{"String":" "},"behavior":"Torn"})";
  EXPECT_THAT(refusal(json), HasSubstr("behavior 'Torn' is not supported"));
}

TEST(TokenizerJson, reads_what_is_said_of_added_tokens) {
  Json json;
  json.normalizer = R"({"type":"Lowercase"})";
  json.added = R"([{"id":1,"content":"<s>","lstrip":true},{"id":8,"content":"X","single_word":true},
                   {"id":9,"content":"Y","normalized":true,"rstrip":true}])";
  EXPECT_THAT(encode(json, "  <s>X"), ElementsAre(1, 8));
  EXPECT_THAT(encode(json, "Xa y  X"), ElementsAre(0, 3, 0, 9, 8));
}

TEST(TokenizerJson, reads_bert) {
  Json json;
  json.added = "[]";
  json.normalizer = R"({"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,
      "strip_accents":null,"lowercase":true})";
  json.pre_tokenizer = R"({"type":"BertPreTokenizer"})";
  json.post_processor = R"({"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]})";
  json.settings = R"("type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
      "max_input_chars_per_word":100)";
  json.vocabulary = R"({"[UNK]":0,"a":1,"[CLS]":2,"[SEP]":3,"##b":4,"!":5})";
  EXPECT_THAT(encode(json, "Áb! x", SpecialTokens::kAdd), ElementsAre(2, 1, 4, 5, 0, 3));
  const auto tokenizer = parse_tokenizer_json(json.text());
  EXPECT_THAT(tokenizer->encode_pair("a", "a")->type_ids, ElementsAre(0, 0, 0, 1, 1));
}

TEST(TokenizerJson, reads_unigram) {
  Json json;
  json.added = "[]";
  json.normalizer = R"({"type":"NFKC"})";
  json.pre_tokenizer = R"({"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},
      {"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}]})";
  json.post_processor = "null";
  json.settings = R"("type":"Unigram","unk_id":0)";
  json.vocabulary = R"([["<unk>",0],["▁",-2.5],["▁a",-1],["b",-3]])";
  EXPECT_THAT(encode(json, "ａb a?"), ElementsAre(2, 3, 2, 0));
}

TEST(TokenizerJson, reads_byte_level_models_with_and_without_their_type) {
  Json json;
  json.added = "[]";
  json.normalizer = "null";
  json.pre_tokenizer = R"({"type":"ByteLevel","add_prefix_space":true})";
  json.post_processor = R"({"type":"RobertaProcessing","sep":["</s>",5],"cls":["<s>",4]})";
  json.settings = R"("unk_token":null,"continuing_subword_prefix":"")";
  json.vocabulary = R"({"Ġ":0,"a":1,"Ġa":2,"Ã":3,"<s>":4,"</s>":5})";
  json.merges = R"(["Ġ a"])";
  EXPECT_THAT(encode(json, "aa a", SpecialTokens::kAdd), ElementsAre(4, 2, 1, 2, 5));
  const auto tokenizer = parse_tokenizer_json(json.text());
  EXPECT_THAT(tokenizer->encode_pair("a", "a")->ids, ElementsAre(4, 2, 5, 5, 2, 5));
}

TEST(TokenizerJson, refuses_parts_of_the_wrong_shape) {
  const std::vector<
      std::pair<std::string Json::*, std::vector<std::pair<std::string, std::string>>>>
      cases = {
          {&Json::normalizer,
           {{"3", "a normalizer is not an object"},
            {R"({"type":"Sequence"})", "has no normalizers"},
            {R"({"type":"Precompiled","precompiled_charsmap":"AA"})", "precompiled_charsmap"},
            {R"({"type":"Precompiled","precompiled_charsmap":"AAAAAA=="})", "cut short"},
            {R"({"type":"Replace","content":"x"})", "neither a string nor"},
            {R"({"type":"Prepend","prepend":"12345678901234567"})", "puts in 17 bytes"}}},
          {&Json::added,
           {{R"([{"id":-1,"content":"x"}])", "no valid id"},
            {R"([{"id":1048576,"content":"x"}])", "no valid id"},
            {R"([{"id":1,"content":""}])", "no content"},
            {R"([{"id":2,"content":"<s>"}])", "has the id 2, in the vocabulary it has 1"},
            {R"([{"id":2,"content":")" + std::string(257, 'x') + R"("}])", "has 257 bytes"},
            {"[3]", "no valid id"}}},
          {&Json::post_processor,
           {{R"({"type":"TemplateProcessing"})", "no part for single texts"},
            {R"({"type":"TemplateProcessing","single":[]})", "takes a single text 0 times"},
            {R"({"type":"TemplateProcessing","single":[{"Sequence":{"id":"C"}}]})",
             "neither special token nor text"},
            {R"({"type":"TemplateProcessing","single":[{"Sequence":{"id":"A"}}],
                 "pair":[{"Sequence":{"id":"A"}}]})",
             "does not take each once"},
            {R"({"type":"BertProcessing","sep":["x"],"cls":["y",1]})", "sep has no valid id"},
            {R"({"type":"Sequence","processors":[{"type":"BertProcessing","sep":["x",1],
                 "cls":["y",1]},{"type":"ByteLevel"}]})",
             "'ByteLevel' after a template is not supported"},
            {R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}}]})",
             "'<s>' has no ids"},
            {R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}}],
                 "special_tokens":{"<s>":{"ids":["x"]}}})",
             "'<s>' has an invalid id"}}},
          {&Json::vocabulary,
           {{"[]", "no vocab"},
            {R"({"a":"1"})", "piece 'a' has no valid id"},
            {R"({"a":1,"b":1})", "given twice"}}},
          {&Json::merges,
           {{"{}", "no merges"},
            {R"(["ab"])", "merge 0 is not a pair"},
            {R"(["a b c"])", "merge 0 is not a pair"},
            {R"([["a"]])", "merge 0 is not a pair"},
            {R"([["a",1]])", "merge 0 is not a pair"},
            {R"(["▁ a","a b"])", "merge 1 of 'a' and 'b'"}}},
      };
  for (const auto& [part, texts] : cases) {
    for (const auto& [text, message] : texts) {
      Json json;
      json.*part = text;
      EXPECT_THAT(refusal(json), HasSubstr(message)) << text;
    }
  }
}

TEST(TokenizerJson, refuses_what_is_no_tokenizer) {
  for (const char* json : {"", "{", "[]", "{}", R"({"model":null})", "\xFF"}) {
    EXPECT_THAT(parse_tokenizer_json(json).status().message(), HasSubstr("tokenizer")) << json;
  }
  Json json;
  json.added = "[" + std::string(10'000, ' ');
  for (int i = 0; i < 10'001; ++i) json.added += i ? ",3" : "3";
  json.added += "]";
  EXPECT_THAT(refusal(json), HasSubstr("10001 added tokens, the limit is 10000"));
}

// What the reference implementation (the package tokenizers, 0.23.3) gives for the built-in model.
// reference_test.cc asks it about ten thousand more, where it is installed.
const std::vector<std::pair<std::string, std::vector<std::uint32_t>>> kGolden = {
    // clang-format off
    {"", {}},
    {" ", {259}},
    {"  ", {1678}},
    {"a", {263}},
    {"Hello, world!", {15043, 29892, 3186, 29991}},
    {"how do I open a file", {920, 437, 306, 1722, 263, 934}},
    {"The quick brown fox jumps over the lazy dog.", {450, 4996, 17354, 1701, 29916, 432, 17204, 975, 278, 17366, 11203, 29889}},
    {" leading", {29871, 8236}},
    {"trailing ", {25053, 29871}},
    {"two  spaces", {1023, 29871, 8162}},
    {"tab\tand\nnewline\r\n", {4434, 12, 392, 13, 1482, 1220, 30004, 13}},
    {"                    twenty spaces", {462, 268, 10081, 8162}},
    {"\n\n\n", {29871, 13, 13, 13}},
    {"<s>", {1}},
    {"a<s>b", {263, 1, 289}},
    {"<s> x", {1, 29871, 921}},
    {"</s><unk><s>", {2, 0, 1}},
    {"<s", {529, 29879}},
    {"<<s>>", {529, 1, 1405}},
    {"<0x0A>", {529, 29900, 29916, 29900, 29909, 29958}},
    {"<S>", {529, 29903, 29958}},
    {"▁", {259}},
    {"▁▁x", {259, 921}},
    {"x▁y", {921, 343}},
    {"naïve café Ångström", {1055, 30085, 345, 274, 28059, 11260, 865, 25961}},
    {"e\u0301 is e with an accent", {321, 30103, 338, 321, 411, 385, 1035, 296}},
    {"Привет, мир", {7203, 7616, 29892, 4157, 29927}},
    {"Ελληνικά", {29871, 30311, 30142, 30142, 30183, 30133, 30136, 30173, 30216}},
    {"שלום עולם", {29871, 30294, 30249, 30205, 30404, 29871, 30324, 30205, 30249, 30404}},
    {"مرحبا بالعالم", {29871, 30159, 30156, 30240, 30177, 30112, 29871, 30177, 19233, 30218, 19233, 30159}},
    {"नमस्ते दुनिया", {29871, 30424, 30485, 30489, 30296, 30475, 30569, 29871, 30694, 30702, 30424, 30436, 30640, 30269}},
    {"สวัสดี", {29871, 30547, 30492, 30510, 30547, 30718, 30691}},
    {"世界 漢字かな交じり文", {29871, 30793, 30967, 29871, 31652, 30578, 30412, 30371, 31398, 31115, 30453, 30333}},
    {"안녕하세요", {29871, 31734, 238, 136, 152, 30944, 31578, 31527}},
    {"🤖", {29871, 243, 162, 167, 153}},
    {"👩\u200D👩\u200D👧 family", {29871, 243, 162, 148, 172, 30722, 243, 162, 148, 172, 30722, 243, 162, 148, 170, 3942}},
    {"🇩🇪 ❤\uFE0F", {29871, 243, 162, 138, 172, 243, 162, 138, 173, 29871, 229, 160, 167, 30598}},
    {"\u200B\uFEFF", {29871, 30166, 30143}},
    {std::string(1, '\0'), {29871, 3}},
    {"\001\177", {29871, 4, 130}},
    {"\U0010FFFF", {29871, 247, 146, 194, 194}},
    {"\U0001D55C", {29871, 30994}},
    {"int main() { return 0; }", {938, 1667, 580, 426, 736, 29871, 29900, 29936, 500}},
    {"x86_64-linux-gnu", {921, 29947, 29953, 29918, 29953, 29946, 29899, 9389, 29899, 18713}},
    {"3.14159265358979", {29871, 29941, 29889, 29896, 29946, 29896, 29945, 29929, 29906, 29953, 29945, 29941, 29945, 29947, 29929, 29955, 29929}},
    {"2026-11-21T08:39:00Z", {29871, 29906, 29900, 29906, 29953, 29899, 29896, 29896, 29899, 29906, 29896, 29911, 29900, 29947, 29901, 29941, 29929, 29901, 29900, 29900, 29999}},
    {"https://example.org/a?b=c&d=%20", {2045, 597, 4773, 29889, 990, 29914, 29874, 29973, 29890, 29922, 29883, 29987, 29881, 16328, 29906, 29900}},
    {"aaaaaaaaaaaaaaaaaaaaaaaaa", {263, 27137, 27137, 27137, 27137, 27137, 27137}},
    {"SELECT * FROM t WHERE year >= 2020 AND tags CONTAINS 'x'", {5097, 334, 3895, 260, 5754, 1629, 6736, 29871, 29906, 29900, 29906, 29900, 5300, 8282, 8707, 6040, 1177, 29903, 525, 29916, 29915}},
    {"internationalization", {6121, 2133}},
    {"don't can't won't", {1016, 29915, 29873, 508, 29915, 29873, 2113, 29915, 29873}},
    // clang-format on
};

TEST(TokenizerJson, gives_the_ids_of_the_built_in_model) {
  const std::string path = test_models_folder() + "/wordllama-256/tokenizer.json";
  std::ifstream file(path, std::ios::binary);
  if (!file) GTEST_SKIP() << path << " is not there: run tools/setup";
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const auto tokenizer = parse_tokenizer_json(json);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().to_string();
  EXPECT_EQ(tokenizer->id_limit(), 32'000u);
  for (const auto& [text, ids] : kGolden) EXPECT_EQ(tokenizer->encode(text), ids) << text;
}

}  // namespace
}  // namespace vecstore
