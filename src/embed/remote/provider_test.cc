#include "embed/remote/provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "embed/remote/families.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kKey = "sk-test-0123456789";

RemoteOptions options_of(const std::string& provider) {
  RemoteOptions options;
  options.provider = provider;
  options.model = "m";
  options.key = Secret(kKey);
  options.project = "p";
  options.address = provider == "azure" || provider == "tei" || provider == "compatible"
                        ? "https://host.example/base/"
                        : "";
  return options;
}

HttpRequest request_of(const RemoteOptions& options, TextRole role = TextRole::kDocument) {
  const std::vector<std::string> texts = {"one", "two \"\n"};
  return embedding_provider(options.provider).value()->make_request(options, role, texts);
}

std::string header(const HttpRequest& request, const std::string& name) {
  for (const HttpHeader& header : request.headers)
    if (header.name == name) return header.value;
  return "";
}

// Each provider's request as its documentation writes it: address, key, body.
TEST(Provider, makes_the_request_that_its_documentation_shows) {
  const struct {
    const char* provider;
    const char* url;
    const char* key_header;
    const char* body;
  } kCases[] = {
      {"openai", "https://api.openai.com/v1/embeddings", "Authorization",
       R"({"model":"m","input":["one","two \"\n"],"encoding_format":"base64"})"},
      {"compatible", "https://host.example/base/embeddings", "Authorization",
       R"({"model":"m","input":["one","two \"\n"],"encoding_format":"float"})"},
      {"azure", "https://host.example/base/openai/deployments/m/embeddings?api-version=2024-10-21",
       "api-key", R"({"input":["one","two \"\n"],"encoding_format":"base64"})"},
      {"cohere", "https://api.cohere.com/v2/embed", "Authorization",
       R"({"model":"m","texts":["one","two \"\n"],"input_type":"search_document","embedding_types":["float"],"truncate":"NONE"})"},
      {"voyage", "https://api.voyageai.com/v1/embeddings", "Authorization",
       R"({"model":"m","input":["one","two \"\n"],"encoding_format":"base64","input_type":"document","truncation":false})"},
      {"mistral", "https://api.mistral.ai/v1/embeddings", "Authorization",
       R"({"model":"m","input":["one","two \"\n"],"encoding_format":"base64"})"},
      {"jina", "https://api.jina.ai/v1/embeddings", "Authorization",
       R"({"model":"m","input":["one","two \"\n"],"embedding_type":"base64","task":"retrieval.passage","truncate":false})"},
      {"vertex",
       "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/"
       "publishers/google/models/m:predict",
       "Authorization",
       R"({"instances":[{"content":"one","task_type":"RETRIEVAL_DOCUMENT"},{"content":"two \"\n","task_type":"RETRIEVAL_DOCUMENT"}],"parameters":{"autoTruncate":false}})"},
      {"gemini", "https://generativelanguage.googleapis.com/v1beta/models/m:batchEmbedContents",
       "x-goog-api-key",
       R"({"requests":[{"model":"models/m","content":{"parts":[{"text":"one"}]},"taskType":"RETRIEVAL_DOCUMENT"},{"model":"models/m","content":{"parts":[{"text":"two \"\n"}]},"taskType":"RETRIEVAL_DOCUMENT"}]})"},
      {"huggingface",
       "https://router.huggingface.co/hf-inference/models/m/pipeline/feature-extraction",
       "Authorization", R"({"inputs":["one","two \"\n"],"normalize":true,"truncate":false})"},
      {"tei", "https://host.example/base/embed", "Authorization",
       R"({"inputs":["one","two \"\n"],"normalize":true,"truncate":false})"},
      {"ollama", "http://localhost:11434/api/embed", "Authorization",
       R"({"model":"m","input":["one","two \"\n"],"truncate":false})"},
  };
  EXPECT_EQ(std::size(kCases), embedding_providers().size());
  for (const auto& c : kCases) {
    const RemoteOptions options = options_of(c.provider);
    EXPECT_TRUE(check_remote_options(options, *embedding_provider(c.provider).value()).ok())
        << c.provider;
    const HttpRequest request = request_of(options);
    EXPECT_EQ(request.url, c.url);
    EXPECT_EQ(request.body, c.body) << c.provider;
    EXPECT_EQ(header(request, c.key_header),
              (std::string(c.key_header) == "Authorization" ? "Bearer " : "") + kKey)
        << c.provider;
    EXPECT_THAT(request.body + request.url, Not(HasSubstr(kKey))) << c.provider;
  }
}

TEST(Provider, says_what_a_query_is_for) {
  for (const auto& [provider, member] : {std::pair{"cohere", R"("input_type":"search_query")"},
                                         {"voyage", R"("input_type":"query")"},
                                         {"jina", R"("task":"retrieval.query")"},
                                         {"vertex", R"("task_type":"RETRIEVAL_QUERY")"},
                                         {"gemini", R"("taskType":"RETRIEVAL_QUERY")"}})
    EXPECT_THAT(request_of(options_of(provider), TextRole::kQuery).body, HasSubstr(member));
  RemoteOptions own = options_of("cohere");
  own.query_task = "classification";
  own.document_task = "clustering";
  EXPECT_THAT(request_of(own, TextRole::kQuery).body,
              HasSubstr(R"("input_type":"classification")"));
  EXPECT_THAT(request_of(own, TextRole::kDocument).body, HasSubstr(R"("input_type":"clustering")"));
  RemoteOptions prompt = options_of("tei");
  prompt.query_task = "query";
  EXPECT_THAT(request_of(prompt, TextRole::kQuery).body, HasSubstr(R"("prompt_name":"query")"));
}

TEST(Provider, asks_for_dimensions_in_its_own_word_and_only_when_told) {
  for (const auto& [provider, member] : {std::pair{"openai", R"("dimensions":256)"},
                                         {"azure", R"("dimensions":256)"},
                                         {"compatible", R"("dimensions":256)"},
                                         {"jina", R"("dimensions":256)"},
                                         {"ollama", R"("dimensions":256)"},
                                         {"tei", R"("dimensions":256)"},
                                         {"huggingface", R"("dimensions":256)"},
                                         {"cohere", R"("output_dimension":256)"},
                                         {"voyage", R"("output_dimension":256)"},
                                         {"mistral", R"("output_dimension":256)"},
                                         {"vertex", R"("outputDimensionality":256)"},
                                         {"gemini", R"("outputDimensionality":256)"}}) {
    RemoteOptions options = options_of(provider);
    EXPECT_THAT(request_of(options).body, Not(HasSubstr("imension"))) << provider;
    options.dimensions = 256;
    EXPECT_THAT(request_of(options).body, HasSubstr(member));
  }
}

TEST(Provider, lets_texts_be_cut_when_told) {
  for (const auto& [provider, member] : {std::pair{"cohere", R"("truncate":"END")"},
                                         {"voyage", R"("truncation":true)"},
                                         {"jina", R"("truncate":true)"},
                                         {"vertex", R"("autoTruncate":true)"},
                                         {"tei", R"("truncate":true)"},
                                         {"huggingface", R"("truncate":true)"},
                                         {"ollama", R"("truncate":true)"}}) {
    RemoteOptions options = options_of(provider);
    options.truncate = true;
    EXPECT_THAT(request_of(options).body, HasSubstr(member));
  }
}

TEST(Provider, asks_for_the_encoding_that_it_is_told) {
  RemoteOptions options = options_of("openai");
  options.encoding = RemoteEncoding::kFloat;
  EXPECT_THAT(request_of(options).body, HasSubstr(R"("encoding_format":"float")"));
  options = options_of("voyage");
  options.encoding = RemoteEncoding::kFloat;  // which Voyage has no word for
  EXPECT_THAT(request_of(options).body, Not(HasSubstr("encoding_format")));
  options = options_of("cohere");
  options.encoding = RemoteEncoding::kBase64;
  EXPECT_THAT(request_of(options).body, HasSubstr(R"("embedding_types":["base64"])"));
}

TEST(Provider, goes_where_it_is_told) {
  RemoteOptions options = options_of("vertex");
  options.location = "europe-west4";
  EXPECT_THAT(
      request_of(options).url,
      HasSubstr(
          "https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4/"));
  options.location = "global";
  EXPECT_THAT(request_of(options).url,
              HasSubstr("https://aiplatform.googleapis.com/v1/projects/p/locations/global/"));
  options = options_of("azure");
  options.deployment = "my dep";
  options.api_version = "2025-01-01";
  EXPECT_EQ(
      request_of(options).url,
      "https://host.example/base/openai/deployments/my%20dep/embeddings?api-version=2025-01-01");
  options.api_version = "v1";
  EXPECT_EQ(request_of(options).url, "https://host.example/base/openai/v1/embeddings");
  EXPECT_THAT(request_of(options).body, HasSubstr(R"("model":"my dep")"));
  options = options_of("huggingface");
  options.model = "BAAI/bge-small-en";
  EXPECT_THAT(request_of(options).url, HasSubstr("/models/BAAI/bge-small-en/pipeline"));
  options = options_of("openai");
  options.address = "http://127.0.0.1:8000/v1/";
  EXPECT_EQ(request_of(options).url, "http://127.0.0.1:8000/v1/embeddings");
}

TEST(Provider, sends_the_headers_that_it_is_told_and_no_key_that_is_none) {
  RemoteOptions options = options_of("openai");
  options.headers = {{"OpenAI-Organization", Secret("org-1")}};
  EXPECT_EQ(header(request_of(options), "OpenAI-Organization"), "org-1");
  options = options_of("ollama");
  options.key = {};
  EXPECT_TRUE(request_of(options).headers.empty());
}

// Answers as the documentations print them, cut to a few numbers.
TEST(Provider, reads_the_answer_that_its_documentation_shows) {
  const struct {
    const char* provider;
    const char* answer;
    std::uint64_t tokens;
  } kCases[] = {
      {"openai",
       R"({"object":"list","data":[{"object":"embedding","embedding":[0.6,-0.8],"index":0},{"object":"embedding","embedding":[0,1],"index":1}],"model":"text-embedding-ada-002","usage":{"prompt_tokens":8,"total_tokens":8}})",
       8},
      {"cohere",
       R"({"id":"da6e531f","texts":["hello","goodbye"],"embeddings":{"float":[[0.6,-0.8],[0.0,1.0]]},"meta":{"api_version":{"version":"2","is_experimental":true},"billed_units":{"input_tokens":2},"warnings":["w"]},"response_type":"embeddings_by_type"})",
       2},
      {"voyage",
       R"({"object":"list","data":[{"object":"embedding","embedding":[0.6,-0.8],"index":0},{"object":"embedding","embedding":[0,1],"index":1}],"model":"voyage-3.5","usage":{"total_tokens":10}})",
       10},
      {"mistral",
       R"({"id":"embd-aad6","object":"list","data":[{"object":"embedding","embedding":[0.6,-0.8],"index":0},{"object":"embedding","embedding":[0,1],"index":1}],"model":"mistral-embed","usage":{"prompt_tokens":15,"completion_tokens":0,"total_tokens":15,"prompt_audio_seconds":null}})",
       15},
      {"jina",
       R"({"model":"jina-embeddings-v3","object":"list","usage":{"total_tokens":6,"prompt_tokens":6},"data":[{"object":"embedding","index":0,"embedding":[0.6,-0.8]},{"object":"embedding","index":1,"embedding":[0,1]}]})",
       6},
      {"vertex",
       R"({"predictions":[{"embeddings":{"statistics":{"truncated":false,"token_count":6},"values":[0.6,-0.8]}},{"embeddings":{"statistics":{"truncated":false,"token_count":5},"values":[0,1]}}],"metadata":{"billableCharacterCount":11}})",
       11},
      {"gemini", R"({"embeddings":[{"values":[0.6,-0.8]},{"values":[0,1]}]})", 0},
      {"huggingface", "[[0.6,-0.8],[0,1]]", 0},
      {"huggingface", "[[[1.2,-1.6],[0,0]],[[0,1],[0,3]]]", 0},
      {"tei", "[[0.6,-0.8],[0,1]]", 0},
      {"ollama",
       R"({"model":"all-minilm","embeddings":[[0.6,-0.8],[0,1]],"total_duration":14143917,"load_duration":1019500,"prompt_eval_count":8})",
       8},
  };
  for (const auto& c : kCases) {
    const auto answer =
        embedding_provider(c.provider).value()->read_answer(parse_json(c.answer).value(), 2, 2);
    ASSERT_TRUE(answer.ok()) << c.provider << answer.status().to_string();
    EXPECT_THAT(answer->rows, ElementsAre(0.6f, -0.8f, 0, 1)) << c.provider;
    EXPECT_EQ(answer->tokens, c.tokens) << c.provider;
  }
}

TEST(Provider, refuses_answers_that_lack_something) {
  for (const Provider& provider : embedding_providers()) {
    for (const char* text :
         {"{}", "[]", "null", "3", R"({"data":[]})", R"({"data":[{"index":0}]})",
          R"({"data":[{"index":-1,"embedding":[1]}]})", R"({"data":[{"embedding":[1]}]})",
          R"({"data":7})", R"({"embeddings":null})", R"({"embeddings":{"float":[[1]]}})",
          R"({"embeddings":[[1]]})", R"({"embeddings":[{"values":[1]}]})",
          R"({"predictions":[{"embeddings":null}]})", R"({"predictions":[{}]})", "[[1]]",
          "[[[1],[1,2]],[1]]", "[[[1],7],[1]]"}) {
      const auto answer = provider.read_answer(parse_json(text).value(), 2, 0);
      EXPECT_EQ(answer.status().code(), Code::kUnknown) << provider.name << " " << text;
    }
  }
}

TEST(Provider, is_found_by_name) {
  EXPECT_EQ(embedding_provider("openai").value()->key_variable, "OPENAI_API_KEY");
  const Status status = embedding_provider("opena1").status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("openai, azure, cohere, voyage, mistral, vertex, gemini, "
                                          "huggingface, jina, ollama, tei, compatible"));
}

TEST(Provider, checks_what_it_is_told) {
  const auto refused = [](const std::string& provider, auto change) {
    RemoteOptions options = options_of(provider);
    change(options);
    const Status status = check_remote_options(options, *embedding_provider(provider).value());
    EXPECT_EQ(status.code(), Code::kInvalidArgument);
    EXPECT_THAT(status.message(), Not(HasSubstr("0123456789")));
    return status.message();
  };
  EXPECT_EQ(refused("openai", [](auto& o) { o.model = ""; }), "openai: there is no model");
  EXPECT_EQ(refused("openai", [](auto& o) { o.key = {}; }), "openai: there is no key");
  EXPECT_EQ(refused("vertex", [](auto& o) { o.project = ""; }), "vertex: there is no project");
  EXPECT_EQ(refused("azure", [](auto& o) { o.address = ""; }), "azure: there is no address");
  EXPECT_THAT(refused("openai", [](auto& o) { o.key = Secret("sk-0123456789\r\nX: y"); }),
              HasSubstr("a character that no key has"));
  EXPECT_THAT(refused("openai", [](auto& o) { o.key = Secret("sk-0123456789\n"); }),
              HasSubstr("a character that no key has"));
  EXPECT_THAT(refused("openai",
                      [](auto& o) {
                        o.headers = {{"A", Secret("0123456789\n")}};
                      }),
              HasSubstr("the header 'A'"));
  EXPECT_THAT(refused("openai",
                      [](auto& o) {
                        o.headers = {{"A: b", Secret("x")}};
                      }),
              HasSubstr("header's name"));
  EXPECT_THAT(refused("openai", [](auto& o) { o.address = "http://example.com/v1"; }),
              HasSubstr("others could read"));
  const auto by_proxy = [](auto& o) {
    o.address = "http://127.0.0.1/v1", o.proxy = "http://10.0.0.1:80";
  };
  EXPECT_THAT(refused("openai", by_proxy), HasSubstr("others could read"));
  for (auto change : std::initializer_list<void (*)(RemoteOptions&)>{
           [](RemoteOptions& o) { o.dimensions = 65'537; },
           [](RemoteOptions& o) { o.concurrency = 0; },
           [](RemoteOptions& o) { o.concurrency = 257; }, [](RemoteOptions& o) { o.retries = -1; },
           [](RemoteOptions& o) { o.request_timeout_ms = 0; },
           [](RemoteOptions& o) { o.total_timeout_ms = 0; },
           [](RemoteOptions& o) { o.connect_timeout_ms = -1; },
           [](RemoteOptions& o) { o.backoff_ms = -1; },
           [](RemoteOptions& o) { o.max_backoff_ms = o.backoff_ms - 1; },
           [](RemoteOptions& o) { o.requests_per_minute = -1; },
           [](RemoteOptions& o) { o.tokens_per_minute = 0.0 / 0.0; },
           [](RemoteOptions& o) { o.usd_per_million_tokens = -1; },
           [](RemoteOptions& o) { o.max_response_bytes = 0; }})
    refused("openai", change);
  RemoteOptions plain = options_of("openai");
  plain.address = "http://example.com/v1";
  plain.allow_plain_http = true;
  EXPECT_TRUE(check_remote_options(plain, *embedding_provider("openai").value()).ok());
}

TEST(Provider, never_takes_more_at_once_than_it_documents) {
  const auto limits = [](const std::string& provider, std::size_t batch, std::size_t tokens,
                         const std::string& model = "m") {
    RemoteOptions options = options_of(provider);
    options.model = model;
    options.max_batch = batch;
    options.max_tokens_per_batch = tokens;
    options.query_prefix = "query: ";
    const BatchLimits l =
        batch_limits(options, *embedding_provider(provider).value(), TextRole::kQuery);
    return std::vector<std::size_t>{l.texts, l.tokens, l.tokens_of_each};
  };
  EXPECT_THAT(limits("openai", 0, 0), ElementsAre(2048, 300'000, 7));
  EXPECT_THAT(limits("openai", 10, 500), ElementsAre(10, 500, 7));
  EXPECT_THAT(limits("openai", 5000, 1'000'000), ElementsAre(2048, 300'000, 7));
  EXPECT_THAT(limits("cohere", 0, 0), ElementsAre(96, 0, 7));
  EXPECT_THAT(limits("cohere", 0, 900), ElementsAre(96, 900, 7));
  EXPECT_THAT(limits("vertex", 0, 0), ElementsAre(250, 20'000, 7));
  EXPECT_THAT(limits("vertex", 0, 0, "gemini-embedding-001"), ElementsAre(1, 20'000, 7));
}

}  // namespace
}  // namespace vecstore
