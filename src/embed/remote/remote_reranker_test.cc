#include "embed/remote/remote_reranker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "base/hash.h"
#include "base/json.h"
#include "embed/remote/http_client.h"
#include "embed/remote/provider.h"
#include "embed/remote/test_http_server.h"
#include "embed/remote/test_time.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

double played_score(const std::string& query, const std::string& text) {
  return static_cast<double>(hash64(as_bytes(query + "\n" + text)) % 1000) / 1000;
}

// A reranker as Cohere, Voyage and Jina document theirs, best first; a member that they do not know
// is refused.
TestReply play(const std::string& provider, const TestRequest& request) {
  const bool voyage = provider == "voyage";
  const std::string path = provider == "cohere" ? "/v2/rerank" : "/v1/rerank";
  auto headers = request.headers;
  if (request.path != path || headers["authorization"] != "Bearer rerank-key-0123456789")
    return {.status = 401, .body = "who?"};
  const Object body = *parse_json(request.body).value().as_object();
  for (const Object::Member& member : body) {
    const bool known = member.key == "model" || member.key == "query" ||
                       member.key == "documents" || (voyage && member.key == "truncation") ||
                       (provider == "jina" && member.key == "return_documents");
    if (!known) return {.status = 400, .body = "unknown member " + member.key};
  }
  std::vector<std::pair<double, std::int64_t>> ranked;
  const List& documents = *body.find("documents")->as_list();
  for (std::size_t i = 0; i < documents.size(); ++i)
    ranked.emplace_back(-played_score(*body.find("query")->as_string(), *documents[i].as_string()),
                        static_cast<std::int64_t>(i));
  std::ranges::sort(ranked);
  List results;
  for (const auto& [score, index] : ranked)
    results.push_back(Object{{"index", index}, {"relevance_score", -score}});
  return {.body = Value(Object{{voyage ? "data" : "results", std::move(results)},
                               {"usage", Object{{"total_tokens", 5}}}})
                      .to_json()};
}

RemoteOptions options_for(const std::string& provider, const std::string& address) {
  RemoteOptions options;
  options.provider = provider;
  options.model = "r";
  options.key = Secret("rerank-key-0123456789");
  options.address = address + (provider == "cohere" ? "/v2" : "/v1");
  options.backoff_ms = 1;
  return options;
}

class RemoteRerankerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (HttpClient::make({}).status().code() == Code::kUnimplemented)
      GTEST_SKIP() << "this build has no http";
  }
};

std::vector<std::string> some_texts(std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back("text " + std::to_string(i));
  return texts;
}

// The ranking that scores of all texts together give.
std::vector<std::size_t> expected(const std::string& query, const std::vector<std::string>& texts,
                                  std::size_t count) {
  std::vector<std::size_t> order(texts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return played_score(query, texts[a]) > played_score(query, texts[b]);
  });
  order.resize(std::min(count, order.size()));
  return order;
}

std::vector<std::size_t> indexes(const std::vector<RankedText>& ranked) {
  std::vector<std::size_t> out;
  for (const RankedText& text : ranked) out.push_back(text.index);
  return out;
}

TEST_F(RemoteRerankerTest, ranks_by_every_provider_whole_and_in_parts) {
  for (const RerankProvider& provider : reranking_providers()) {
    SCOPED_TRACE(provider.name);
    const std::string name(provider.name);
    TestHttpServer server([&](const TestRequest& request) { return play(name, request); });
    RemoteOptions options = options_for(name, server.address());
    for (const std::size_t batch : {0u, 7u}) {
      options.max_batch = batch;
      const auto reranker = RemoteReranker::make(options).value();
      EXPECT_EQ(reranker->name(), name + "/r");
      const auto texts = some_texts(60);
      const auto ranked = reranker->rerank("q", texts, 10);
      ASSERT_TRUE(ranked.ok()) << ranked.status().to_string();
      EXPECT_EQ(indexes(*ranked), expected("q", texts, 10));
      for (const RankedText& text : *ranked)
        EXPECT_EQ(text.score, played_score("q", texts[text.index]));
      EXPECT_EQ(reranker->usage().requests, batch == 0 ? 1u : 9u);
      EXPECT_EQ(reranker->rerank("q", texts, 100).value().size(), 60u);
      EXPECT_TRUE(reranker->rerank("q", texts, 0).value().empty());
      EXPECT_TRUE(reranker->rerank("q", {}, 5).value().empty());
    }
  }
}

TEST_F(RemoteRerankerTest, puts_blank_texts_last_and_refuses_bad_ones) {
  TestHttpServer server([](const TestRequest& request) { return play("cohere", request); });
  const auto reranker = RemoteReranker::make(options_for("cohere", server.address())).value();
  const std::vector<std::string> texts = {"", "a", " "};
  const auto ranked = reranker->rerank("q", texts, 9).value();
  EXPECT_THAT(indexes(ranked), ElementsAre(1, 0, 2));
  EXPECT_EQ(ranked[1].score, 0);
  EXPECT_EQ(server.requests(), 1);
  EXPECT_EQ(reranker->rerank(" ", texts, 9).status().message(), "the query is blank");
  EXPECT_EQ(reranker->rerank("\xFF", texts, 9).status().message(),
            "the query is not valid utf-8 at byte 0");
  const std::vector<std::string> bad = {"a", "b\xFF"};
  EXPECT_EQ(reranker->rerank("q", bad, 9).status().message(),
            "text 1 is not valid utf-8 at byte 1");
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(RemoteRerankerTest, ranks_through_faults) {
  std::mutex mutex;
  Random random(5);
  TestHttpServer server([&](const TestRequest& request) {
    TestReply reply = play("jina", request);
    std::lock_guard lock(mutex);
    const auto fault = random.below(5);
    if (fault == 0) return TestReply{.status = 429, .headers = {{"Retry-After", "2"}}};
    if (fault == 1) return TestReply{.status = 502};
    if (fault == 2) reply.fault = Fault::kTruncate;
    return reply;
  });
  TestTime time;
  RemoteOptions options = options_for("jina", server.address());
  options.max_batch = 10;
  options.retries = 60;
  options.time = time.time();
  const auto texts = some_texts(1000);
  EXPECT_EQ(indexes(RemoteReranker::make(options).value()->rerank("q", texts, 1000).value()),
            expected("q", texts, 1000));
}

TEST_F(RemoteRerankerTest, an_error_of_any_part_is_the_error) {
  TestHttpServer server([](const TestRequest& request) {
    if (request.body.find("text 25\"") != request.body.npos)
      return TestReply{.status = 400, .body = R"({"message":"too long"})"};
    return play("cohere", request);
  });
  RemoteOptions options = options_for("cohere", server.address());
  options.max_batch = 10;
  options.concurrency = 1;
  EXPECT_EQ(
      RemoteReranker::make(options).value()->rerank("q", some_texts(40), 5).status().to_string(),
      "invalid_argument: cohere: http status 400: too long");
  EXPECT_EQ(server.requests(), 3);  // the fourth part is not asked for any more
}

TEST_F(RemoteRerankerTest, a_token_of_one_call_ends_that_call_alone) {
  CancelToken cancel;
  std::atomic<bool> hangs = true;
  TestHttpServer server([&](const TestRequest& request) {
    if (!hangs) return play("cohere", request);
    cancel.cancel();
    return TestReply{.fault = Fault::kHang};
  });
  RemoteOptions options = options_for("cohere", server.address());
  options.request_timeout_ms = 3000;  // it would hang for longer
  options.retries = 0;
  const auto reranker = RemoteReranker::make(options).value();
  const auto texts = some_texts(3);
  EXPECT_EQ(reranker->rerank("q", texts, 3, cancel).status().code(), Code::kCancelled);
  hangs = false;
  EXPECT_TRUE(reranker->rerank("q", texts, 3).ok());
}

TEST(RemoteReranker, refuses_answers_that_lack_something) {
  for (const char* results :
       {"{}", "null", "[]", R"([{"index":0,"relevance_score":1}])",
        R"([{"index":0,"relevance_score":1},{"index":0,"relevance_score":1}])",
        R"([{"index":0,"relevance_score":1},{"index":2,"relevance_score":1}])",
        R"([{"index":-1,"relevance_score":1}])", R"([{"index":0,"relevance_score":"x"}])",
        R"([{"relevance_score":1}])"}) {
    for (const RerankProvider& provider : reranking_providers()) {
      const std::string text =
          std::string("{\"results\":") + results + ",\"data\":" + results + "}";
      EXPECT_EQ(provider.read_answer(parse_json(text).value(), 2).status().code(), Code::kUnknown)
          << results;
    }
  }
}

// Answers as the documentations print them.
TEST(RemoteReranker, reads_the_answers_that_documentations_show) {
  const std::pair<const char*, const char*> kCases[] = {
      {"cohere",
       R"({"results":[{"index":1,"relevance_score":0.999071},{"index":0,"relevance_score":0.32713068}],"id":"07734bd2","meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1}}})"},
      {"voyage",
       R"({"object":"list","data":[{"relevance_score":0.999071,"index":1},{"relevance_score":0.32713068,"index":0}],"model":"rerank-lite-1","usage":{"total_tokens":26}})"},
      {"jina",
       R"({"model":"jina-reranker-v2-base-multilingual","object":"list","usage":{"total_tokens":815},"results":[{"index":1,"relevance_score":0.999071},{"index":0,"relevance_score":0.32713068}]})"}};
  for (const auto& [provider, text] : kCases)
    EXPECT_THAT(
        reranking_provider(provider).value()->read_answer(parse_json(text).value(), 2).value(),
        ElementsAre(0.32713068, 0.999071));
}

TEST(RemoteReranker, is_refused_with_options_that_cannot_work) {
  EXPECT_THAT(RemoteReranker::make(options_for("openai", "http://127.0.0.1:1")).status().message(),
              HasSubstr("there are cohere, voyage, jina"));
  RemoteOptions options = options_for("cohere", "http://127.0.0.1:1");
  options.key = {};
  EXPECT_EQ(RemoteReranker::make(options).status().message(), "cohere: there is no key");
}

}  // namespace
}  // namespace vecstore
