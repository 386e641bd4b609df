#include "server/mcp/stdio.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "service/test_service.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kHello =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})"
    "\n";
const std::string kList =
    R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list"}})"
    "\n";
const std::string kPing = R"({"jsonrpc":"2.0","id":"p","method":"ping"})"
                          "\n";

// A session on two pipes and a thread of its own.
struct StdioTest : testing::Test {
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    ASSERT_EQ(::pipe(in.data()), 0);
    ASSERT_EQ(::pipe(out.data()), 0);
  }
  void TearDown() override {
    if (server.joinable()) (void)end();
    for (const int file : {in[0], in[1], out[0], out[1]})
      if (file >= 0) ::close(file);
  }
  void start(std::size_t max_line_bytes = 1'000) {
    streams = {.in = in[0], .out = out[1], .max_line_bytes = max_line_bytes};
    server = std::thread([this] { ended = serve_mcp(session, streams, stop); });
  }
  void write(const std::string& bytes) {
    ASSERT_EQ(::write(in[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  // The next line, empty when none comes for a long time.
  std::string line() {
    while (read.find('\n') == read.npos) {
      std::array<char, 4'096> bytes;
      pollfd ready{out[0], POLLIN, 0};
      if (::poll(&ready, 1, 10'000) <= 0) return "";
      const ssize_t count = ::read(out[0], bytes.data(), bytes.size());
      if (count <= 0) return "";
      read.append(bytes.data(), static_cast<std::size_t>(count));
    }
    const std::string first = read.substr(0, read.find('\n'));
    read.erase(0, first.size() + 1);
    return first;
  }
  void close(int& file) {
    ::close(file);
    file = -1;
  }
  Status end() {
    if (in[1] >= 0) close(in[1]);
    server.join();
    return ended;
  }

  TestService test{{}, false};
  McpOptions options;
  McpSession session{*test.service, options};
  std::array<int, 2> in = {-1, -1}, out = {-1, -1};
  McpStreams streams;
  CancelToken stop;
  Status ended;
  std::thread server;
  std::string read;
};

TEST_F(StdioTest, lines_are_answered_by_lines_to_the_end_of_the_input) {
  start();
  write(kHello + "\n  \n" + kList.substr(0, 20));
  EXPECT_THAT(line(), HasSubstr("protocolVersion"));
  write(kList.substr(20) + kPing.substr(0, kPing.size() - 1));  // the last one has no end
  close(in[1]);
  const std::string a = line(), b = line();  // a ping does not wait for a call
  EXPECT_THAT(a + b, HasSubstr("collections"));
  EXPECT_THAT(a + b, HasSubstr(R"("id":"p")"));
  EXPECT_TRUE(end().ok()) << ended.message();
}

TEST_F(StdioTest, a_line_that_is_too_long_is_refused_and_the_next_is_heard) {
  start();
  write(std::string(5'000, 'x'));
  EXPECT_THAT(line(), HasSubstr("at most 1000 bytes"));
  write(std::string(5'000, 'x') + "\n" + kPing);
  EXPECT_THAT(line(), HasSubstr(R"("id":"p")"));
  EXPECT_TRUE(end().ok());
}

TEST_F(StdioTest, many_calls_at_once_are_all_answered_in_order) {
  start(100'000);
  std::string calls = kHello;
  for (int i = 1; i <= 200; ++i)
    calls += R"({"jsonrpc":"2.0","id":)" + std::to_string(i) +
             R"(,"method":"tools/call","params":{"name":"list"}})" + "\n";
  write(calls);
  EXPECT_THAT(line(), HasSubstr("protocolVersion"));
  for (int i = 1; i <= 200; ++i)
    ASSERT_THAT(line(), StartsWith(R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + ","));
  EXPECT_TRUE(end().ok());
}

TEST_F(StdioTest, a_stop_ends_it_while_the_input_is_open_and_nobody_reads) {
  start(1u << 20);
  Collection docs = test.service->database().create_collection("docs").value();
  ASSERT_TRUE(docs.upsert({.id = "a", .text = std::string(1u << 20, 'a')}).ok());
  write(kHello +
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get","arguments":)"
        R"({"collection":"docs","ids":["a"]}}})"
        "\n");
  EXPECT_THAT(line(), HasSubstr("protocolVersion"));
  pollfd some{out[0], POLLIN, 0};
  ASSERT_EQ(::poll(&some, 1, 10'000), 1);  // the answer fills the pipe
  stop.cancel();
  server.join();
  EXPECT_TRUE(ended.ok()) << ended.message();
}

TEST_F(StdioTest, it_ends_when_nobody_can_read_its_answers_any_more) {
  start();
  write(kHello);
  EXPECT_THAT(line(), HasSubstr("protocolVersion"));
  close(out[0]);
  server.join();  // the input is open still
  EXPECT_THAT(ended.message(), HasSubstr("cannot write to standard output"));
}

}  // namespace
}  // namespace vecstore
