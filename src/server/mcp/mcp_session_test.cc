#include "server/mcp/mcp_session.h"

#include <gmock/gmock.h>

#include "service/test_service.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using testing::Not;

struct McpTest : testing::Test {
  TestService test{{}, false};
  McpOptions options{.collection = "docs", .version = "1.2.3"};
  std::unique_ptr<McpSession> session = std::make_unique<McpSession>(*test.service, options);

  // To the end, on this thread.
  std::string say(const std::string& line) {
    auto begun = session->begin(line);
    if (const auto* answer = std::get_if<std::string>(&begun)) return *answer;
    return session->answer(std::get<McpWork>(begun));
  }
  Value ask(const std::string& method, const std::string& params = "{}") {
    const std::string line =
        say(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}");
    return Value::parse_json(line).value();
  }
  static const Value& at(const Value& json, std::initializer_list<std::string_view> path) {
    static const Value none;
    const Value* value = &json;
    for (const std::string_view key : path) {
      value = value->as_object() ? value->as_object()->find(key) : nullptr;
      if (!value) return none;
    }
    return *value;
  }
  Value begin(const std::string& version = "2025-11-25") {
    return ask("initialize", R"({"protocolVersion":")" + version +
                                 R"(","capabilities":{},"clientInfo":{"name":"t","version":"1"}})");
  }
  void begin_anew(McpOptions other) {
    options = std::move(other);
    session = std::make_unique<McpSession>(*test.service, options);
    begin();
  }
  static std::string call_line(const std::string& id, const std::string& tool,
                               const std::string& arguments) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call","params":{"name":")" +
           tool + R"(","arguments":)" + arguments + "}}";
  }
  // The structured answer of a call that went well.
  Value call(const std::string& tool, const std::string& arguments) {
    const Value answer = Value::parse_json(say(call_line("1", tool, arguments))).value();
    EXPECT_EQ(at(answer, {"result", "isError"}), Value(false)) << answer.to_json();
    return at(answer, {"result", "structuredContent"});
  }
  // What is told of one that failed.
  std::string failure(const std::string& tool, const std::string& arguments) {
    const Value answer = Value::parse_json(say(call_line("1", tool, arguments))).value();
    EXPECT_EQ(at(answer, {"result", "isError"}), Value(true)) << answer.to_json();
    EXPECT_EQ(at(answer, {"result"}).as_object()->find("structuredContent"), nullptr);
    const List* content = at(answer, {"result", "content"}).as_list();
    return content ? *at(content->front(), {"text"}).as_string() : "";
  }
  Value code(const std::string& line) {
    return at(Value::parse_json(say(line)).value(), {"error", "code"});
  }
  void make_docs() {
    Collection docs = test.service->database().create_collection("docs", {.dimension = 2}).value();
    const auto record = [](const char* id, std::vector<float> vector, const char* text, int year) {
      return Record{.id = id, .vector = vector, .metadata = {{"year", year}}, .text = text};
    };
    const Record records[] = {record("a", {1, 0}, "open a file", 2020),
                              record("b", {0, 1}, "close a file", 2021),
                              record("c", {1, 1}, "a house", 2022)};
    ASSERT_TRUE(docs.upsert_many(records).ok());
    ASSERT_TRUE(test.service->database().create_collection("other", {.dimension = 2}).ok());
  }
};

TEST_F(McpTest, the_handshake_comes_first) {
  EXPECT_EQ(say(R"({"jsonrpc":"2.0","id":"p","method":"ping"})"),
            R"({"jsonrpc":"2.0","id":"p","result":{}})");
  EXPECT_EQ(at(ask("tools/list"), {"error", "code"}), Value(-32600));
  EXPECT_EQ(at(ask("tools/call", R"({"name":"list"})"), {"error", "code"}), Value(-32600));
  EXPECT_EQ(at(ask("server/discover"), {"error", "code"}), Value(-32601));
  EXPECT_EQ(at(ask("initialize"), {"error", "code"}), Value(-32602));
  const Value answer = begin("2025-06-18");
  EXPECT_EQ(at(answer, {"result", "protocolVersion"}), Value("2025-06-18"));
  EXPECT_EQ(at(answer, {"result", "serverInfo", "version"}), Value("1.2.3"));
  EXPECT_NE(at(answer, {"result", "capabilities", "tools"}).as_object(), nullptr);
  EXPECT_EQ(say(R"({"jsonrpc":"2.0","method":"notifications/initialized"})"), "");
  EXPECT_EQ(at(begin(), {"error", "code"}), Value(-32600));  // once is enough
  EXPECT_EQ(at(ask("tools/list"), {"result", "tools"}).as_list()->size(), 4u);
}

TEST_F(McpTest, what_is_no_message_is_an_error_of_the_protocol) {
  begin();
  EXPECT_EQ(code("{"), Value(-32700));
  EXPECT_EQ(code(""), Value(-32700));
  EXPECT_EQ(code("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}x"), Value(-32700));
  EXPECT_EQ(code(std::string(100'000, '[')), Value(-32700));
  EXPECT_EQ(code("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}"), Value(-32700));
  EXPECT_EQ(code("7"), Value(-32600));
  EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":null,"method":"ping"})"), Value(-32600));
  EXPECT_EQ(at(ask("resources/list"), {"error", "code"}), Value(-32601));
  EXPECT_EQ(at(ask("tools/call", R"({"name":"serach"})"), {"error", "code"}), Value(-32602));
  EXPECT_THAT(ask("tools/call", R"({"name":"serach"})").to_json(),
              HasSubstr("did you mean 'search'?"));
  EXPECT_EQ(at(ask("tools/call", R"({"name":7})"), {"error", "code"}), Value(-32602));
  EXPECT_EQ(at(ask("tools/call", R"({"name":"list","arguments":[]})"), {"error", "code"}),
            Value(-32602));
  EXPECT_EQ(at(ask("tools/list", R"({"cursor":"x"})"), {"error", "code"}), Value(-32602));
}

TEST_F(McpTest, nothing_is_said_to_notifications_and_answers) {
  for (const char* quiet :
       {R"({"jsonrpc":"2.0","method":"notifications/unknown"})",
        R"({"jsonrpc":"2.0","method":"tools/call","params":{"name":"list"}})",
        R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}})",
        R"({"jsonrpc":"2.0","method":"notifications/cancelled"})",
        R"({"jsonrpc":"2.0","id":4,"result":{}})"})
    EXPECT_EQ(say(quiet), "") << quiet;
}

TEST_F(McpTest, batches_are_of_one_revision) {
  const std::string batch = R"([{"jsonrpc":"2.0","id":1,"method":"ping"},
      {"jsonrpc":"2.0","method":"notifications/initialized"},7,)" +
                            call_line("2", "list", "{}") + "]";
  EXPECT_EQ(code(batch), Value(-32600));
  begin("2025-03-26");
  const Value answers = Value::parse_json(say(batch)).value();
  ASSERT_EQ(answers.as_list()->size(), 3u);
  EXPECT_EQ(at((*answers.as_list())[1], {"error", "code"}), Value(-32600));
  EXPECT_EQ(at((*answers.as_list())[2], {"id"}), Value(2));
  EXPECT_EQ(say(R"([{"jsonrpc":"2.0","method":"notifications/initialized"}])"), "");
  EXPECT_EQ(code("[]"), Value(-32600));
  std::string many = "[1";
  for (int i = 0; i < 100; ++i) many += ",1";
  EXPECT_EQ(code(many + "]"), Value(-32600));
  begin_anew({});
  EXPECT_EQ(code(batch), Value(-32600));
}

TEST_F(McpTest, structure_comes_with_the_revisions_that_have_it) {
  begin("2025-03-26");
  EXPECT_THAT(ask("tools/list").to_json(), Not(HasSubstr("outputSchema")));
  const Value old = ask("tools/call", R"({"name":"list"})");
  EXPECT_EQ(at(old, {"result"}).as_object()->find("structuredContent"), nullptr);
  begin_anew({});
  EXPECT_THAT(ask("tools/list").to_json(), HasSubstr("outputSchema"));
  const Value now = ask("tools/call", R"({"name":"list"})");
  EXPECT_EQ(at(now, {"result", "structuredContent"}).to_json(), R"({"collections":[]})");
  EXPECT_EQ(at(at(now, {"result", "content"}).as_list()->front(), {"text"}),
            Value(R"({"collections":[]})"));
}

TEST_F(McpTest, search_finds_by_words_by_vector_and_by_filter) {
  make_docs();
  begin();
  const auto ids = [&](const std::string& arguments) {
    std::string all;
    const Value answer = call("search", arguments);
    for (const Value& hit : *at(answer, {"hits"}).as_list()) all += *at(hit, {"id"}).as_string();
    return all;
  };
  EXPECT_EQ(ids(R"({"text":"open"})"), "a");
  EXPECT_EQ(ids(R"({"text":"file","filter":"year > 2020"})"), "b");
  EXPECT_EQ(ids(R"({"vector":[0,1],"k":2})"), "bc");
  EXPECT_EQ(ids(R"({"filter":{"year":{"$gte":2021}}})"), "bc");
  EXPECT_EQ(ids(R"({"text":"house","vector":[0,1],"mode":"hybrid","k":1})").size(), 1u);
  EXPECT_EQ(ids(R"({"text":"nothing of that"})"), "");
  EXPECT_THAT(failure("search", "{}"), HasSubstr("give 'text', 'vector' or 'filter'"));
  EXPECT_THAT(failure("search", R"({"mode":"text","vector":[1,0]})"), HasSubstr("needs 'text'"));
  EXPECT_THAT(failure("search", R"({"text":"a","mode":"vector"})"), HasSubstr("no model"));
  EXPECT_THAT(failure("search", R"({"text":"a","vector":[1,0],"mode":"vector"})"),
              HasSubstr("not both"));
  EXPECT_THAT(failure("search", R"({"text":"a","vector":[1,0],"mode":"text"})"),
              HasSubstr("no use for 'vector'"));
  EXPECT_THAT(failure("search", R"({"vector":[1,0,0]})"), HasSubstr("invalid_argument"));
  EXPECT_THAT(failure("search", R"({"text":"a","collection":"none"})"), HasSubstr("not_found"));
}

TEST_F(McpTest, of_a_long_text_the_part_that_fits_is_shown_and_its_length_told) {
  make_docs();
  begin();
  const std::string filler(5'000, 'x');
  const std::string text = filler + " needle ä " + filler;
  call("upsert",
       Value(Object{{"records", List{Object{{"id", "long"}, {"text", text}}}}}).to_json());
  const Value found = call("search", R"({"text":"needle","text_bytes":20})");
  const Value& hit = at(found, {"hits"}).as_list()->front();
  EXPECT_THAT(*at(hit, {"text"}).as_string(), HasSubstr("needle"));
  EXPECT_LE(at(hit, {"text"}).as_string()->size(), 20u);
  EXPECT_EQ(at(hit, {"text_bytes"}), Value(static_cast<std::int64_t>(text.size())));
  const Value none = call("search", R"({"text":"needle","text_bytes":0})");
  EXPECT_EQ(at(at(none, {"hits"}).as_list()->front(), {"text"}), Value(""));
  const Value listed = call("list", R"({"collection":"docs","text_bytes":5009})");
  EXPECT_EQ(at(at(listed, {"records"}).as_list()->back(), {"text"}),
            Value(text.substr(0, 5'008)));  // not half of a letter
  const Value whole = call("search", R"({"text":"house"})");
  EXPECT_EQ(at(whole, {"hits"}).as_list()->front().as_object()->find("text_bytes"), nullptr);
}

TEST_F(McpTest, what_is_stored_is_got_as_a_whole_and_replaced_as_a_whole) {
  make_docs();
  begin();
  const Value done = call("upsert", R"({"records":[{"id":"a","vector":[0,1]},{"id":"n","text":"new",
      "metadata":{"n":1}}]})");
  EXPECT_EQ(done.to_json(), R"({"inserted":1,"replaced":1,"embedded":0})");
  const Value got = call("get", R"({"ids":["n","none","a"]})");
  const List& records = *at(got, {"records"}).as_list();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(at(records[0], {"metadata", "n"}), Value(1));
  EXPECT_EQ(at(records[1], {"text"}), Value());  // replaced
  EXPECT_EQ(at(records[1], {"vector"}), Value());
  EXPECT_EQ(at(got, {"missing"}).to_json(), R"(["none"])");
  const Value whole = call("get", R"({"ids":["a"],"vectors":true})");
  EXPECT_EQ(at(at(whole, {"records"}).as_list()->front(), {"vector"}).to_json(), "[0.0,1.0]");
  EXPECT_THAT(failure("upsert", R"({"records":[{"id":"x"},{"id":"x"}]})"), HasSubstr("x"));
  EXPECT_THAT(failure("upsert", R"({"records":[{"id":"y"},{"id":"z","vector":[1]}]})"),
              HasSubstr("invalid_argument"));
  EXPECT_EQ(at(call("get", R"({"ids":["y"]})"), {"missing"}).to_json(), R"(["y"])");
}

TEST_F(McpTest, list_pages_through_collections_and_records) {
  make_docs();
  begin();
  EXPECT_EQ(call("list", R"({"limit":1})").to_json(),
            R"({"collections":[{"name":"docs","records":3,"dimension":2,"vectors":"dense",)"
            R"("words":true}],"next_cursor":"docs"})");
  const Value last = call("list", R"({"limit":1,"cursor":"docs"})");
  EXPECT_THAT(last.to_json(), HasSubstr("\"other\""));
  EXPECT_EQ(at(last, {"next_cursor"}), Value());
  const Value page = call("list", R"({"collection":"docs","limit":2,"filter":"year != 2021"})");
  EXPECT_EQ(at(page, {"records"}).as_list()->size(), 2u);
  EXPECT_EQ(at(page, {"next_cursor"}), Value());
  EXPECT_EQ(at(call("list", R"({"collection":"docs","limit":2})"), {"next_cursor"}), Value("b"));
  EXPECT_THAT(failure("list", R"({"filter":"a = 1"})"), HasSubstr("name their 'collection'"));
  EXPECT_THAT(failure("list", R"({"limit":0})"), HasSubstr("limit: expected"));
}

TEST_F(McpTest, an_answer_that_is_too_large_is_refused_with_its_size) {
  make_docs();
  begin();
  Collection docs = test.service->database().collection("docs").value();
  for (const char* id : {"x", "y", "z"})
    ASSERT_TRUE(docs.upsert({.id = id, .text = std::string(2u << 20, 'a')}).ok());
  EXPECT_EQ(at(call("get", R"({"ids":["x"]})"), {"records"}).as_list()->size(), 1u);
  EXPECT_THAT(failure("get", R"({"ids":["x","y","z"]})"), HasSubstr("4194304 are given at once"));
}

TEST_F(McpTest, who_only_reads_has_no_tool_that_writes_and_may_not_use_it) {
  make_docs();
  begin_anew({.role = Role::kViewer, .collection = "docs"});
  EXPECT_EQ(at(ask("tools/list"), {"result", "tools"}).as_list()->size(), 3u);
  EXPECT_THAT(failure("upsert", R"({"records":[{"id":"n"}]})"),
              HasSubstr("lacks the permission 'write'"));
  EXPECT_EQ(test.service->database().collection("docs")->count().value(), 3u);
  EXPECT_THAT(test.audit_text(), HasSubstr("access.denied"));
}

TEST_F(McpTest, who_is_confined_sees_nothing_else) {
  make_docs();
  begin_anew({.collections = {"other"}, .collection = "docs"});
  EXPECT_THAT(call("list", "{}").to_json(), Not(HasSubstr("docs")));
  for (const char* collection : {R"("collection":"docs",)", R"("collection":"absent",)", ""}) {
    const std::string in(collection);
    EXPECT_THAT(failure("search", "{" + in + R"("text":"a"})"), HasSubstr("permission_denied"));
    EXPECT_THAT(failure("get", "{" + in + R"("ids":["a"]})"), HasSubstr("permission_denied"));
    EXPECT_THAT(failure("upsert", "{" + in + R"("records":[{"id":"a"}]})"),
                HasSubstr("permission_denied"));
  }
  EXPECT_THAT(failure("list", R"({"collection":"docs"})"), HasSubstr("permission_denied"));
}

TEST_F(McpTest, writes_stand_in_the_audit_log) {
  make_docs();
  begin();
  call("upsert", R"({"records":[{"id":"n","text":"t"}]})");
  EXPECT_THAT(test.audit_text(), HasSubstr("records.upsert"));
  EXPECT_THAT(test.audit_text(), HasSubstr("\"stdio\""));
}

TEST_F(McpTest, a_call_that_is_called_off_before_it_runs_does_nothing_and_is_not_answered) {
  make_docs();
  begin();
  auto begun = session->begin(call_line("\"u\"", "upsert", R"({"records":[{"id":"n"}]})"));
  EXPECT_EQ(code(call_line("\"u\"", "list", "{}")), Value(-32600));  // that id is under way
  EXPECT_EQ(say(R"({"jsonrpc":"2.0","method":"notifications/cancelled",
                    "params":{"requestId":"u"}})"),
            "");
  EXPECT_EQ(session->answer(std::get<McpWork>(begun)), "");
  EXPECT_EQ(test.service->database().collection("docs")->count().value(), 3u);
  call("list", "{}");
  EXPECT_THAT(say(call_line("\"u\"", "list", "{}")), HasSubstr("\"isError\":false"));
}

TEST_F(McpTest, a_call_that_runs_is_called_off_in_the_midst_of_it) {
  make_docs();
  McpOptions slow{.collection = "docs"};
  slow.texts.embed = [&](const Collection&, std::vector<Record>&) -> Result<std::size_t> {
    session->begin(R"({"jsonrpc":"2.0","method":"notifications/cancelled",
                       "params":{"requestId":5}})");
    return std::size_t{0};
  };
  begin_anew(std::move(slow));
  EXPECT_EQ(say(call_line("5", "upsert", R"({"records":[{"id":"n"}]})")), "");
  EXPECT_EQ(test.service->database().collection("docs")->count().value(), 3u);
}

TEST_F(McpTest, what_embeds_is_asked_and_what_it_says_holds) {
  make_docs();
  McpOptions with{.collection = "docs"};
  with.texts.query = [](const Collection&, const McpQuestion& asked) -> Result<Query> {
    if (asked.mode == McpMode::kVector) return failed_precondition("no such model");
    Query query = asked.common;
    query.vector = {0, 1};
    return query;
  };
  with.texts.embed = [](const Collection&, std::vector<Record>& records) -> Result<std::size_t> {
    records[0].vector = {1, 0};
    return std::size_t{1};
  };
  begin_anew(std::move(with));
  const Value found = call("search", R"({"text":"anything","k":1})");
  EXPECT_EQ(at(at(found, {"hits"}).as_list()->front(), {"id"}), Value("b"));
  EXPECT_THAT(failure("search", R"({"text":"a","mode":"vector"})"),
              HasSubstr("failed_precondition: no such model"));
  EXPECT_EQ(at(call("upsert", R"({"records":[{"id":"n","text":"t"}]})"), {"embedded"}), Value(1));
  EXPECT_EQ(test.service->database().collection("docs")->get("n")->vector, (Vector{1, 0}));
}

TEST_F(McpTest, at_the_end_what_waits_does_nothing) {
  make_docs();
  begin();
  auto begun = session->begin(call_line("1", "upsert", R"({"records":[{"id":"n"}]})"));
  session->cancel_all();
  EXPECT_EQ(session->answer(std::get<McpWork>(begun)), "");
  EXPECT_EQ(say(call_line("2", "upsert", R"({"records":[{"id":"n"}]})")), "");
  EXPECT_EQ(test.service->database().collection("docs")->count().value(), 3u);
}

}  // namespace
}  // namespace vecstore
