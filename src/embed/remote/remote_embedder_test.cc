#include "embed/remote/remote_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "embed/remote/test_provider_server.h"
#include "embed/remote/test_time.h"

namespace vecstore {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RemoteEmbedderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (HttpClient::make({}).status().code() == Code::kUnimplemented)
      GTEST_SKIP() << "this build has no http";
  }
};

TEST(RemoteEmbedder, is_there_or_refused_as_not_in_the_build) {
  const Status status = RemoteEmbedder::make(options_for("openai", "http://127.0.0.1:1")).status();
  EXPECT_TRUE(status.ok() || status.code() == Code::kUnimplemented) << status.to_string();
}

std::vector<std::string> some_texts(std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i)
    texts.push_back("text " + std::to_string(i) + std::string(i % 50, 'x'));
  return texts;
}

// Whether row i is the vector of text i, as the provider made it for that task.
void expect_rows(const std::vector<float>& rows, const std::vector<std::string>& texts,
                 std::size_t dimension, const std::string& task = {}) {
  ASSERT_EQ(rows.size(), texts.size() * dimension);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::vector<float> expected(dimension);
    if (!is_blank(texts[i])) expected = unit(played_vector(texts[i], dimension, task));
    for (std::size_t d = 0; d < dimension; ++d)
      ASSERT_NEAR(rows[i * dimension + d], expected[d], 1e-6) << "text " << i;
  }
}

std::string task_word(const std::string& provider, bool query) {
  static const std::map<std::string, std::pair<std::string, std::string>> kWords = {
      {"cohere", {"search_document", "search_query"}},
      {"voyage", {"document", "query"}},
      {"jina", {"retrieval.passage", "retrieval.query"}},
      {"vertex", {"RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY"}},
      {"gemini", {"RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY"}}};
  const auto found = kWords.find(provider);
  return found == kWords.end() ? "" : query ? found->second.second : found->second.first;
}

TEST_F(RemoteEmbedderTest, asks_every_provider_for_texts_and_queries) {
  for (const Provider& provider : embedding_providers()) {
    SCOPED_TRACE(provider.name);
    const std::string name(provider.name);
    ProviderPlay play(name);
    play.max_texts = provider.limits.texts;
    TestHttpServer server(play);
    for (const RemoteEncoding encoding :
         {RemoteEncoding::kProviders, RemoteEncoding::kFloat, RemoteEncoding::kBase64}) {
      RemoteOptions options = options_for(name, server.address());
      options.encoding = encoding;
      const auto embedder = RemoteEmbedder::make(options).value();
      EXPECT_EQ(embedder->info().name, name + "/" + options.model);
      EXPECT_EQ(embedder->info().dimension, 8u);
      const auto texts = some_texts(250);
      const auto rows = embedder->embed_batch(texts);
      ASSERT_TRUE(rows.ok()) << rows.status().to_string();
      expect_rows(*rows, texts, 8, task_word(name, false));
      expect_rows(embedder->embed_queries(texts).value(), texts, 8, task_word(name, true));
      expect_rows(embedder->embed_query("a question").value(), {"a question"}, 8,
                  task_word(name, true));
    }
  }
}

TEST_F(RemoteEmbedderTest, knows_the_dimension_or_asks) {
  ProviderPlay play("openai");
  play.default_dimension = 12;
  TestHttpServer server(play);
  RemoteOptions options = options_for("openai", server.address());
  options.dimensions = 0;
  EXPECT_EQ(RemoteEmbedder::make(options).value()->info().dimension, 12u);
  EXPECT_EQ(server.requests(), 1);
  options.model = "text-embedding-3-small";
  EXPECT_EQ(RemoteEmbedder::make(options).value()->info().dimension, 1536u);
  options.dimensions = 5;
  EXPECT_EQ(RemoteEmbedder::make(options).value()->info().dimension, 5u);
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(RemoteEmbedderTest, a_dimension_that_is_remembered_is_neither_asked_for_nor_sent) {
  TestHttpServer server([play = ProviderPlay("openai")](const TestRequest& request) {
    EXPECT_EQ(request.body.find("dimensions"), request.body.npos);
    return play(request);
  });
  RemoteOptions options = options_for("openai", server.address());
  options.dimensions = 0;
  options.known_dimension = 8;
  const auto embedder = RemoteEmbedder::make(options).value();
  EXPECT_EQ(embedder->info().dimension, 8u);
  EXPECT_EQ(server.requests(), 0);
  EXPECT_TRUE(embedder->embed("a").ok());
  options.known_dimension = 9;
  EXPECT_THAT(RemoteEmbedder::make(options).value()->embed("a").status().message(),
              HasSubstr("dimension 8, expected 9"));
}

TEST_F(RemoteEmbedderTest, another_dimension_than_expected_is_an_error_with_both_numbers) {
  TestHttpServer server(ProviderPlay("openai"));
  RemoteOptions options = options_for("openai", server.address());
  options.model = "text-embedding-3-small";
  options.dimensions = 0;
  const Status status = RemoteEmbedder::make(options).value()->embed("a").status();
  EXPECT_EQ(status.to_string(),
            "unknown: openai: the vector for text 0 has dimension 8, expected 1536");
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(RemoteEmbedderTest, sends_nothing_for_texts_without_anything_to_embed) {
  TestHttpServer server(ProviderPlay("openai"));
  const auto embedder = RemoteEmbedder::make(options_for("openai", server.address())).value();
  EXPECT_THAT(embedder->embed_batch({}).value(), ElementsAre());
  const std::vector<std::string> blank = {"", " \n", std::string(3, '\0')};
  EXPECT_THAT(embedder->embed_batch(blank).value(), Each(0));
  EXPECT_EQ(server.requests(), 0);
  const std::vector<std::string> mixed = {"", "a", " ", "b", ""};
  expect_rows(embedder->embed_batch(mixed).value(), mixed, 8);
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(RemoteEmbedderTest, bad_texts_are_refused_before_anything_is_sent) {
  TestHttpServer server(ProviderPlay("openai"));
  const auto embedder = RemoteEmbedder::make(options_for("openai", server.address())).value();
  const std::vector<std::string> invalid = {"good", "bad \xFF"};
  EXPECT_EQ(embedder->embed_batch(invalid).status().to_string(),
            "invalid_argument: text 1 is not valid utf-8 at byte 4");
  const std::vector<std::string> large = {std::string((16u << 20) + 1, 'x')};
  EXPECT_THAT(embedder->embed_batch(large).status().message(),
              HasSubstr("text 0 has 16777217 bytes, the limit is 16777216"));
  EXPECT_EQ(server.requests(), 0);
}

TEST_F(RemoteEmbedderTest, sends_a_large_text_alone_and_a_nul_as_a_blank) {
  std::vector<std::size_t> sizes;
  std::mutex mutex;
  ProviderPlay play("openai");
  TestHttpServer server([&](const TestRequest& request) {
    const Value body = parse_json(request.body).value();
    std::lock_guard lock(mutex);
    sizes.push_back(body.as_object()->find("input")->as_list()->size());
    return play(request);
  });
  RemoteOptions options = options_for("openai", server.address());
  options.concurrency = 1;
  const auto embedder = RemoteEmbedder::make(options).value();
  const std::vector<std::string> texts = {"a", std::string(1 << 20, 'l'), "c"};
  expect_rows(embedder->embed_batch(texts).value(), texts, 8);
  EXPECT_THAT(sizes, ElementsAre(1, 1, 1));
  const std::string nul("a\0b", 3);
  expect_rows(embedder->embed(nul).value(), {"a b"}, 8);
}

TEST_F(RemoteEmbedderTest, writes_prefixes_before_texts) {
  TestHttpServer server(ProviderPlay("compatible"));
  RemoteOptions options = options_for("compatible", server.address());
  options.document_prefix = "passage: ";
  options.query_prefix = "query: ";
  const auto embedder = RemoteEmbedder::make(options).value();
  expect_rows(embedder->embed("x").value(), {"passage: x"}, 8);
  expect_rows(embedder->embed_query("x").value(), {"query: x"}, 8);
}

TEST_F(RemoteEmbedderTest, cuts_batches_as_told) {
  TestHttpServer server(ProviderPlay("openai"));
  RemoteOptions options = options_for("openai", server.address());
  options.max_batch = 7;
  const auto embedder = RemoteEmbedder::make(options).value();
  const auto texts = some_texts(100);
  expect_rows(embedder->embed_batch(texts).value(), texts, 8);
  EXPECT_EQ(server.requests(), 15);
  EXPECT_EQ(embedder->usage().requests, 15u);
  EXPECT_EQ(embedder->usage().texts, 100u);
  EXPECT_EQ(embedder->usage().tokens, 300u);
  options.max_batch = 0;
  options.max_tokens_per_batch = 30;
  const auto by_tokens = RemoteEmbedder::make(options).value();
  const std::vector<std::string> tens(9, "abcdefgh");  // 10 by the bound
  expect_rows(by_tokens->embed_batch(tens).value(), tens, 8);
  EXPECT_EQ(by_tokens->usage().requests, 3u);
}

TEST_F(RemoteEmbedderTest, has_as_many_requests_under_way_as_told_and_no_more) {
  std::mutex mutex;
  std::condition_variable changed;
  int now = 0, most = 0;
  ProviderPlay play("openai");
  TestHttpServer server([&](const TestRequest& request) {
    std::unique_lock lock(mutex);
    most = std::max(most, ++now);
    changed.notify_all();
    changed.wait_for(lock, std::chrono::seconds(5), [&] { return most >= 3; });
    --now;
    return play(request);
  });
  RemoteOptions options = options_for("openai", server.address());
  options.max_batch = 1;
  options.concurrency = 3;
  const auto embedder = RemoteEmbedder::make(options).value();
  const auto texts = some_texts(60);
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t)
    callers.emplace_back([&] { expect_rows(embedder->embed_batch(texts).value(), texts, 8); });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(most, 3);
  EXPECT_EQ(server.requests(), 240);
}

// A provider that fails at random in every way it can, and counts how often each text was answered.
class UnreliablePlay {
 public:
  explicit UnreliablePlay(std::uint64_t seed) : random_(seed) {}

  TestReply operator()(const TestRequest& request) {
    TestReply good = play_(request);
    std::lock_guard lock(mutex_);
    TestReply bad = good;
    switch (random_.below(12)) {
      case 0:
        return {.status = 429,
                .headers = {{"Retry-After", "1"}},
                .body = R"({"error":{"message":"slow down"}})"};
      case 1:
        return {.status = 500, .body = "oops"};
      case 2:
        return {.status = 503, .body = "<html>"};
      case 3:
        bad.fault = Fault::kTruncate;
        return bad;
      case 4:
        bad.fault = Fault::kReset;
        return bad;
      case 5:
        bad.body.resize(bad.body.size() / 3);
        return bad;  // announced as whole
      case 6:
        return {.fault = Fault::kNoHttp};
      default:
        break;
    }
    const Value body = parse_json(request.body).value();
    for (const Value& text : *body.as_object()->find("input")->as_list())
      ++answered[*text.as_string()];
    return good;
  }

  std::map<std::string, int> answered;

 private:
  ProviderPlay play_{"openai"};
  std::mutex mutex_;
  Random random_;
};

TEST_F(RemoteEmbedderTest, ten_thousand_texts_through_random_faults_have_each_their_vector) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    UnreliablePlay play(seed);
    TestHttpServer server(std::ref(play));
    TestTime time;
    RemoteOptions options = options_for("openai", server.address());
    options.max_batch = 64;
    options.retries = 60;
    options.time = time.time(seed);
    const auto embedder = RemoteEmbedder::make(options).value();
    const auto texts = some_texts(10'000);
    const auto rows = embedder->embed_batch(texts);
    ASSERT_TRUE(rows.ok()) << rows.status().to_string() << " seed " << seed;
    expect_rows(*rows, texts, 8);
    ASSERT_EQ(play.answered.size(), texts.size());
    for (const auto& [text, times] : play.answered) ASSERT_EQ(times, 1) << text << " seed " << seed;
    EXPECT_EQ(embedder->usage().texts, texts.size());
    EXPECT_EQ(embedder->usage().requests - embedder->usage().retries, 157u);
    EXPECT_GT(embedder->usage().retries, 50u);
    EXPECT_LT(time.elapsed_ms(), static_cast<double>(options.total_timeout_ms));
  }
}

TEST_F(RemoteEmbedderTest, keeps_what_was_answered_before_an_error) {
  ProviderPlay play("openai");
  TestHttpServer server([&](const TestRequest& request) {
    if (request.body.find("poison") != request.body.npos)
      return play.error(400, "this text is not allowed");
    return play(request);
  });
  RemoteOptions options = options_for("openai", server.address());
  options.max_batch = 10;
  options.concurrency = 1;
  const auto embedder = RemoteEmbedder::make(options).value();
  auto texts = some_texts(100);
  texts[55] = "poison";
  texts[99] = "";
  SomeEmbedded some = embedder->embed_some(texts, {});
  EXPECT_EQ(some.status.to_string(),
            "invalid_argument: openai: http status 400: this text is not allowed");
  for (std::size_t i = 0; i < 99; ++i) EXPECT_EQ(some.done[i], i < 50) << i;
  EXPECT_TRUE(some.done[99]);
  some.rows.resize(50 * 8);
  expect_rows(some.rows, {texts.begin(), texts.begin() + 50}, 8);
  EXPECT_EQ(server.requests(), 6);
  EXPECT_EQ(embedder->embed_batch(texts).status().code(), Code::kInvalidArgument);
}

TEST_F(RemoteEmbedderTest, a_wrong_key_is_not_tried_again_and_not_shown) {
  ProviderPlay play("openai", "another-key-entirely");
  TestHttpServer server([&](const TestRequest& request) {
    TestReply reply = play(request);
    reply.body = "wrong: " + request.headers.at("authorization") + reply.body;
    return reply;
  });
  const auto embedder = RemoteEmbedder::make(options_for("openai", server.address())).value();
  const Status status = embedder->embed_batch(some_texts(3)).status();
  EXPECT_EQ(status.code(), Code::kUnauthenticated);
  EXPECT_THAT(status.message(), Not(HasSubstr("0123456789")));
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(RemoteEmbedderTest, a_token_of_one_call_ends_that_call_alone) {
  EmbedOptions call;
  std::atomic<bool> hangs = true;
  TestHttpServer server([&, play = ProviderPlay("openai")](const TestRequest& request) {
    if (!hangs) return play(request);
    call.cancel.cancel();
    return TestReply{.fault = Fault::kHang};
  });
  RemoteOptions options = options_for("openai", server.address());
  options.request_timeout_ms = 3000;  // it would hang for longer
  options.retries = 0;
  const auto embedder = RemoteEmbedder::make(options).value();
  const std::vector<std::string> texts = {"a"};
  EXPECT_EQ(embedder->embed_some(texts, call).status.code(), Code::kCancelled);
  hangs = false;
  EXPECT_TRUE(embedder->embed("a").ok());
}

TEST_F(RemoteEmbedderTest, a_token_ends_a_call) {
  RemoteOptions options = options_for("openai", "");
  TestHttpServer server([&](const TestRequest&) {
    options.cancel.cancel();
    return TestReply{.fault = Fault::kHang};
  });
  options.address = server.address();
  const auto embedder = RemoteEmbedder::make(options).value();
  const double start = monotonic_ms();
  EXPECT_EQ(embedder->embed_batch(some_texts(3)).status().code(), Code::kCancelled);
  EXPECT_LT(monotonic_ms() - start, 10'000);
}

TEST_F(RemoteEmbedderTest, the_whole_of_a_call_is_bounded_in_time) {
  TestHttpServer server([](const TestRequest&) { return TestReply{.fault = Fault::kDrip}; });
  RemoteOptions options = options_for("openai", server.address());
  options.request_timeout_ms = 200;
  options.total_timeout_ms = 600;
  options.max_batch = 1;
  const auto embedder = RemoteEmbedder::make(options).value();
  const double start = monotonic_ms();
  EXPECT_EQ(embedder->embed_batch(some_texts(40)).status().code(), Code::kDeadlineExceeded);
  EXPECT_LT(monotonic_ms() - start, 600 + 2000);
}

TEST_F(RemoteEmbedderTest, options_that_cannot_work_are_refused_at_once) {
  RemoteOptions options = options_for("nobody", "http://127.0.0.1:1");
  EXPECT_THAT(RemoteEmbedder::make(options).status().message(),
              HasSubstr("there is no provider 'nobody'"));
  options = options_for("openai", "http://example.com");
  EXPECT_THAT(RemoteEmbedder::make(options).status().message(), HasSubstr("others could read"));
}

}  // namespace
}  // namespace vecstore
