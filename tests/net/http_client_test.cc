#include "net/http_client.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "base/interrupt.h"
#include "net/http_body.h"
#include "support/docker_registry.h"
#include "support/http_server.h"
#include "support/support.h"

namespace seawall {
namespace {

using test::http_answer;
using test::HttpCall;
using test::HttpServer;
using test::Peer;
using ::testing::HasSubstr;
using ::testing::Not;

// Gives up soon, so that bad peers cost little time.
HttpOptions impatient() {
  HttpOptions options;
  options.connect_seconds = 2;
  options.stall_seconds = 1;
  options.retries = 0;
  return options;
}

TEST(HttpClient, GetsABody) {
  HttpServer server([](const HttpCall&, Peer& peer) { peer.send(http_answer(200, "hello")); });
  auto bytes = HttpClient().get(server.url("/a?b"), 100);
  ASSERT_OK(bytes);
  EXPECT_EQ(*bytes, "hello");
  ASSERT_EQ(server.calls().size(), 1u);
  EXPECT_EQ(server.calls()[0].method, "GET");
  EXPECT_EQ(server.calls()[0].target, "/a?b");
  EXPECT_EQ(server.calls()[0].header("accept-encoding"), "");
  EXPECT_THAT(server.calls()[0].header("user-agent"), HasSubstr("seawall"));
}

TEST(HttpClient, GivesStatusAndHeadersOfAnyAnswer) {
  HttpServer server([](const HttpCall&, Peer& peer) {
    peer.send(http_answer(404, "no",
                          "X-One: a\r\nX-One: b\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
                          "www-authenticate: Bearer realm=\"y\"\r\n"));
  });
  auto response = HttpClient().send({.url = server.url("/x")});
  ASSERT_OK(response);
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->header("x-one"), "b");
  EXPECT_EQ(response->header("missing"), "");
  EXPECT_EQ(response->header("www-authenticate"), "Basic realm=\"x\", Bearer realm=\"y\"");
  EXPECT_EQ(response->url, server.url("/x"));
  auto bytes = read_all(*response->body, 10);
  ASSERT_OK(bytes);
  EXPECT_EQ(*bytes, "no");
}

TEST(HttpClient, SendsMethodsHeadersAndBodies) {
  HttpServer server([](const HttpCall& call, Peer& peer) {
    peer.send(call.method == "HEAD" ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                                    : http_answer(201, call.body));
  });
  const HttpClient client;
  auto put = client.send({.method = "PUT",
                          .url = server.url("/p"),
                          .headers = {{"Content-Type", "text/plain"}},
                          .body = std::string("a\0b", 3)});
  ASSERT_OK(put);
  EXPECT_EQ(put->status, 201);
  EXPECT_EQ(*read_all(*put->body, 10), std::string("a\0b", 3));
  auto head = client.send({.method = "HEAD", .url = server.url("/h")});
  ASSERT_OK(head);
  EXPECT_EQ(head->header("content-length"), "5");
  EXPECT_EQ(*read_all(*head->body, 10), "");
  auto post = client.send({.method = "POST", .url = server.url("/q")});
  ASSERT_OK(post);
  EXPECT_EQ(*read_all(*post->body, 10), "");
  const auto calls = server.calls();
  EXPECT_EQ(calls[0].header("content-type"), "text/plain");
  EXPECT_EQ(calls[2].method, "POST");
  EXPECT_EQ(calls[2].header("content-type"), "");
  EXPECT_EQ(calls[2].header("content-length"), "0");
}

TEST(HttpClient, ReusesConnections) {
  HttpServer server([](const HttpCall&, Peer& peer) { peer.send(http_answer(200, "x")); });
  const HttpClient client;
  for (int i = 0; i < 5; ++i) ASSERT_OK(client.get(server.url("/"), 10));
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, ServesSeveralThreads) {
  HttpServer server([](const HttpCall& call, Peer& peer) {
    peer.send(http_answer(200, std::string(100000, call.target.back())));
  });
  const HttpClient client;
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        auto bytes = client.get(server.url(fmt::format("/{}", i)), 1 << 20);
        if (bytes.ok() && *bytes == std::string(100000, static_cast<char>('0' + i))) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 20);
}

// The sender must not get far ahead of a reader who does not read.
TEST(HttpClient, HoldsBackASenderThatIsTooFast) {
  std::atomic<size_t> sent{0};
  constexpr size_t kTotal = 64 << 20;
  HttpServer server([&](const HttpCall&, Peer& peer) {
    peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", kTotal));
    const std::string chunk(1 << 16, 'x');
    while (sent < kTotal && !peer.closed()) {
      peer.send(chunk);
      sent += chunk.size();
    }
  });
  auto response = HttpClient().send({.url = server.url("/")});
  ASSERT_OK(response);
  char byte;
  ASSERT_OK(response->body->read({&byte, 1}));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LT(sent, 16u << 20);  // the kernel's socket buffers and our window
  ASSERT_OK(response->body->skip(kTotal - 1));
  EXPECT_EQ(*response->body->read({&byte, 1}), 0u);
  EXPECT_EQ(sent, kTotal);
}

TEST(HttpClient, ReadsChunkedBodies) {
  HttpServer server([](const HttpCall&, Peer& peer) {
    peer.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  });
  EXPECT_EQ(*HttpClient().get(server.url("/"), 100), "abcde");
}

TEST(HttpClient, SkipsInterimAnswers) {
  HttpServer server([](const HttpCall&, Peer& peer) {
    peer.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + http_answer(200, "late"));
  });
  auto response = HttpClient().send({.url = server.url("/")});
  ASSERT_OK(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->header("link"), "");
  EXPECT_EQ(*read_all(*response->body, 10), "late");
}

// -- limits and lies ---------------------------------------------------------------------------

TEST(HttpClient, RefusesMoreThanTheLimit) {
  HttpServer server([](const HttpCall& call, Peer& peer) {
    if (call.target == "/said") return peer.send(http_answer(200, std::string(101, 'x')));
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(101, 'x'));
    peer.close();
  });
  for (const char* path : {"/said", "/unsaid"}) {
    auto bytes = HttpClient().get(server.url(path), 100);
    ASSERT_FALSE(bytes.ok());
    EXPECT_EQ(bytes.error().code(), Code::kLimit);
    EXPECT_THAT(bytes.error().text(), HasSubstr(path));
  }
}

TEST(HttpClient, NoticesABodyThatEndsEarly) {
  HttpServer server([](const HttpCall& call, Peer& peer) {
    peer.send(call.target == "/length"
                  ? "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"
                  : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nshort");
    peer.close();
  });
  for (const char* path : {"/length", "/chunked"}) {
    auto bytes = HttpClient(impatient()).get(server.url(path), 1000);
    ASSERT_FALSE(bytes.ok()) << path;
    EXPECT_EQ(bytes.error().code(), Code::kMalformed) << bytes.error().text();
    EXPECT_THAT(bytes.error().text(), HasSubstr("ends early, after 5 bytes"));
  }
}

TEST(HttpClient, HandsOutWhatCameBeforeTheFailure) {
  HttpServer server([](const HttpCall&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
    peer.close();
  });
  auto response = HttpClient(impatient()).send({.url = server.url("/")});
  ASSERT_OK(response);
  char buffer[10];
  EXPECT_EQ(*response->body->read(buffer), 5u);
  EXPECT_FALSE(response->body->read(buffer).ok());
  EXPECT_FALSE(response->body->read(buffer).ok());  // the failure stays
}

TEST(HttpClient, RefusesAbsurdAnswers) {
  const std::string answers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
                                 "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx",
                                 "HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\nx",
                                 "<html>not HTTP at all</html>",
                                 "SSH-2.0-OpenSSH_9.2\r\n",
                                 ""};
  for (const std::string& answer : answers) {
    HttpServer server([&](const HttpCall&, Peer& peer) {
      peer.send(answer);
      peer.close();
    });
    auto bytes = HttpClient(impatient()).get(server.url("/"), 1000);
    ASSERT_FALSE(bytes.ok()) << answer;
    const Code code = bytes.error().code();
    EXPECT_TRUE(code == Code::kMalformed || code == Code::kNetwork || code == Code::kLimit)
        << bytes.error().text();
    EXPECT_THAT(bytes.error().text(), HasSubstr(server.host()));
  }
}

TEST(HttpClient, BoundsHeaders) {
  for (const bool many : {true, false}) {
    HttpServer server([&](const HttpCall&, Peer& peer) {
      std::string headers;
      for (int i = 0; i < (many ? 1000 : 6); ++i) {
        headers += fmt::format("X-{}: {}\r\n", i, std::string(many ? 1 : 60000, 'x'));
      }
      peer.send(http_answer(200, "x", headers));
    });
    auto bytes = HttpClient(impatient()).get(server.url("/"), 100);
    EXPECT_FALSE(bytes.ok());
    if (many) {
      EXPECT_EQ(bytes.error().code(), Code::kLimit);
    }
  }
}

TEST(HttpClient, GivesUpOnAStalledServer) {
  for (const char* before :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"}) {
    HttpServer server([&](const HttpCall&, Peer& peer) {
      peer.send(before);
      peer.stall(20);
    });
    const auto start = std::chrono::steady_clock::now();
    auto bytes = HttpClient(impatient()).get(server.url("/slow"), 100);
    ASSERT_FALSE(bytes.ok());
    EXPECT_EQ(bytes.error().code(), Code::kTimeout);
    EXPECT_THAT(bytes.error().text(), HasSubstr("/slow"));
    EXPECT_THAT(bytes.error().text(), HasSubstr("no byte came for 1 s"));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  }
}

// What the reader does between reads is no stall of the server's.
TEST(HttpClient, ASlowReaderIsNoStall) {
  HttpServer server([](const HttpCall&, Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na");
    peer.stall(1.3);
    peer.send("b");
  });
  auto response = HttpClient(impatient()).send({.url = server.url("/")});
  ASSERT_OK(response);
  char byte;
  ASSERT_OK(response->body->read({&byte, 1}));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_EQ(*read_all(*response->body, 10), "b");
}

TEST(HttpClient, StopsWhenInterrupted) {
  HttpServer server([](const HttpCall&, Peer& peer) { peer.stall(20); });
  std::thread signal([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    set_interrupted(true);
  });
  const auto start = std::chrono::steady_clock::now();
  auto bytes = HttpClient().get(server.url("/"), 100);
  signal.join();
  set_interrupted(false);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code(), Code::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(HttpClient, NamesAnUnreachablePeer) {
  const int port = test::free_port();
  auto bytes = HttpClient(impatient()).get(fmt::format("http://127.0.0.1:{}/feed", port), 100);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code(), Code::kNetwork);
  EXPECT_THAT(bytes.error().text(), HasSubstr(fmt::format("http://127.0.0.1:{}/feed", port)));
}

TEST(HttpClient, StaysOffline) {
  HttpServer server([](const HttpCall&, Peer& peer) { peer.send(http_answer(200, "x")); });
  auto bytes = HttpClient({.offline = true}).get(server.url("/"), 100);
  ASSERT_FALSE(bytes.ok());
  EXPECT_THAT(bytes.error().text(), HasSubstr("offline"));
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, RefusesOtherSchemesAndSplitHeaders) {
  EXPECT_EQ(HttpClient().get("file:///etc/passwd", 100).error().code(), Code::kUsage);
  EXPECT_EQ(HttpClient().send({.url = "http://h/", .headers = {{"A", "b\r\nC: d"}}}).error().code(),
            Code::kUsage);
}

TEST(HttpClient, QuotesTheAnswerInErrors) {
  HttpServer server([](const HttpCall& call, Peer& peer) {
    if (call.target == "/json") return peer.send(http_answer(403, R"({"message": "go away"})"));
    peer.send(http_answer(500, "<html>\n <b>broken\x1b[31m</b>" + std::string(5000, 'x')));
  });
  auto json = HttpClient().get(server.url("/json"), 100);
  EXPECT_EQ(json.error().code(), Code::kUnauthorized);
  EXPECT_THAT(json.error().text(), HasSubstr("status 403: go away"));
  auto html = HttpClient().get(server.url("/html?token=secret"), 100);
  EXPECT_EQ(html.error().code(), Code::kNetwork);
  EXPECT_THAT(html.error().text(), HasSubstr("<html> <b>broken"));
  EXPECT_THAT(html.error().text(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(html.error().text(), Not(HasSubstr("secret")));
  EXPECT_LT(html.error().text().size(), 400u);
}

// -- redirects ---------------------------------------------------------------------------------

TEST(HttpClient, FollowsRedirects) {
  HttpServer server([](const HttpCall& call, Peer& peer) {
    if (call.target == "/a/b") return peer.send(http_answer(302, "moved", "Location: ../c?d\r\n"));
    peer.send(http_answer(200, "there"));
  });
  auto response = HttpClient().send({.url = server.url("/a/b")});
  ASSERT_OK(response);
  EXPECT_EQ(response->url, server.url("/c?d"));
  EXPECT_EQ(*read_all(*response->body, 10), "there");
  auto kept = HttpClient().send({.url = server.url("/a/b"), .follow_redirects = false});
  ASSERT_OK(kept);
  EXPECT_EQ(kept->status, 302);
}

TEST(HttpClient, CarriesCredentialsOnlyToTheSameOrigin) {
  HttpServer other([](const HttpCall&, Peer& peer) { peer.send(http_answer(200, "blob")); });
  HttpServer server([&](const HttpCall& call, Peer& peer) {
    const std::string to = call.target == "/same" ? "/here" : other.url("/there");
    if (call.target == "/here") return peer.send(http_answer(200, "blob"));
    peer.send(http_answer(307, "", "Location: " + to + "\r\n"));
  });
  for (const char* path : {"/same", "/other"}) {
    ASSERT_OK(HttpClient().send(
        {.url = server.url(path),
         .headers = {
             {"AUTHORIZATION", "Bearer secret"}, {"Cookie", "secret"}, {"Accept", "x/y"}}}));
  }
  const auto calls = server.calls();
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[1].target, "/here");
  EXPECT_EQ(calls[1].header("authorization"), "Bearer secret");
  ASSERT_EQ(other.calls().size(), 1u);
  EXPECT_EQ(other.calls()[0].header("authorization"), "");
  EXPECT_EQ(other.calls()[0].header("cookie"), "");
  EXPECT_EQ(other.calls()[0].header("accept"), "x/y");
}

TEST(HttpClient, SendsCredentialsOfTheUrlButNotOnwards) {
  HttpServer other([](const HttpCall&, Peer& peer) { peer.send(http_answer(200, "x")); });
  HttpServer server([&](const HttpCall&, Peer& peer) {
    peer.send(
        http_answer(302, "", fmt::format("Location: http://evil:word@{}/\r\n", other.host())));
  });
  auto response = HttpClient().send({.url = fmt::format("http://me:p%40ss@{}/", server.host())});
  ASSERT_OK(response);
  EXPECT_EQ(server.calls()[0].header("authorization"), "Basic bWU6cEBzcw==");
  EXPECT_EQ(other.calls()[0].header("authorization"), "");
  EXPECT_THAT(response->url, Not(HasSubstr("word")));
}

TEST(HttpClient, LeavesARedirectCircle) {
  HttpServer server([](const HttpCall& call, Peer& peer) {
    peer.send(
        http_answer(302, "", fmt::format("Location: {}\r\n", call.target == "/a" ? "/b" : "/a")));
  });
  auto bytes = HttpClient().get(server.url("/a"), 100);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code(), Code::kNetwork);
  EXPECT_THAT(bytes.error().text(), HasSubstr("circle"));
  EXPECT_EQ(server.calls().size(), 2u);
}

TEST(HttpClient, LeavesAnEndlessChain) {
  HttpServer server([](const HttpCall& call, Peer& peer) {
    peer.send(http_answer(302, "", fmt::format("Location: {}x\r\n", call.target)));
  });
  auto bytes = HttpClient().get(server.url("/"), 100);
  ASSERT_FALSE(bytes.ok());
  EXPECT_THAT(bytes.error().text(), HasSubstr("more than 10 redirects"));
  EXPECT_EQ(server.calls().size(), 11u);
}

TEST(HttpClient, RefusesRedirectsToOtherSchemes) {
  for (const char* to : {"file:///etc/passwd", "ldap://h/", "http://", "http://a b/"}) {
    HttpServer server([&](const HttpCall&, Peer& peer) {
      peer.send(http_answer(302, "", fmt::format("Location: {}\r\n", to)));
    });
    auto bytes = HttpClient().get(server.url("/"), 100);
    ASSERT_FALSE(bytes.ok()) << to;
    EXPECT_EQ(bytes.error().code(), Code::kMalformed);
  }
}

TEST(HttpClient, TurnsAPostIntoAGetWhereItShould) {
  HttpServer server([](const HttpCall& call, Peer& peer) {
    if (call.target == "/end") return peer.send(http_answer(200, call.body));
    peer.send(http_answer(call.target == "/303" ? 303 : 307, "", "Location: /end\r\n"));
  });
  EXPECT_EQ(
      *read_all(
          *HttpClient().send({.method = "POST", .url = server.url("/303"), .body = "b"})->body, 9),
      "");
  EXPECT_EQ(
      *read_all(
          *HttpClient().send({.method = "POST", .url = server.url("/307"), .body = "b"})->body, 9),
      "b");
  EXPECT_EQ(server.calls()[1].method, "GET");
  EXPECT_EQ(server.calls()[3].method, "POST");
}

// -- retries -----------------------------------------------------------------------------------

TEST(HttpClient, ComesBackAfterARateLimit) {
  std::atomic<int> asked{0};
  HttpServer server([&](const HttpCall&, Peer& peer) {
    if (asked++ == 0) return peer.send(http_answer(429, "slow down", "Retry-After: 1\r\n"));
    peer.send(http_answer(200, "now"));
  });
  const auto start = std::chrono::steady_clock::now();
  auto bytes = HttpClient().get(server.url("/"), 100);
  ASSERT_OK(bytes);
  EXPECT_EQ(*bytes, "now");
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(950));
}

TEST(HttpClient, DoesNotWaitForever) {
  HttpServer server([&](const HttpCall&, Peer& peer) {
    peer.send(http_answer(503, "", "Retry-After: 3600\r\n"));
  });
  auto bytes = HttpClient().get(server.url("/"), 100);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code(), Code::kNetwork);
  EXPECT_THAT(bytes.error().text(), HasSubstr("3600 s"));
  EXPECT_EQ(server.calls().size(), 1u);
}

TEST(HttpClient, GivesTheLastAnswerWhenRetriesAreUsedUp) {
  HttpServer server([&](const HttpCall&, Peer& peer) { peer.send(http_answer(429, "no")); });
  auto response = HttpClient({.retries = 1}).send({.url = server.url("/")});
  ASSERT_OK(response);
  EXPECT_EQ(response->status, 429);
  EXPECT_EQ(server.calls().size(), 2u);
}

TEST(HttpClient, RetriesABrokenConnectionButNoPost) {
  std::atomic<int> asked{0};
  HttpServer server([&](const HttpCall&, Peer& peer) {
    if (asked++ < 1) return peer.close();
    peer.send(http_answer(200, "x"));
  });
  EXPECT_OK(HttpClient({.retries = 2}).get(server.url("/"), 100));
  asked = 0;
  EXPECT_FALSE(HttpClient({.retries = 2}).send({.method = "POST", .url = server.url("/")}).ok());
}

TEST(HttpClient, AWaitCanBeInterrupted) {
  HttpServer server(
      [&](const HttpCall&, Peer& peer) { peer.send(http_answer(429, "", "Retry-After: 30\r\n")); });
  std::thread signal([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    set_interrupted(true);
  });
  auto bytes = HttpClient().get(server.url("/"), 100);
  signal.join();
  set_interrupted(false);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code(), Code::kCancelled);
}

TEST(RetryAfter, ReadsSecondsAndDates) {
  EXPECT_EQ(parse_retry_after("120", ""), 120u);
  EXPECT_EQ(parse_retry_after(" 0 ", ""), 0u);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:07 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"),
            30u);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", ""), 0u);  // past
  EXPECT_FALSE(parse_retry_after("soon", "").has_value());
  EXPECT_FALSE(parse_retry_after("-5", "").has_value());
  EXPECT_FALSE(parse_retry_after("99999999999999999999999", "").has_value());
}

// -- unix sockets and TLS ----------------------------------------------------------------------

TEST(HttpClient, SpeaksOverAUnixSocket) {
  test::ScratchDirectory scratch;
  const std::string path = scratch.path() + "/socket";
  HttpServer server(
      [](const HttpCall& call, Peer& peer) {
        if (call.target == "/away")
          return peer.send(http_answer(302, "", "Location: http://h/\r\n"));
        peer.send(http_answer(200, call.target));
      },
      path);
  auto response =
      HttpClient({.offline = true}).send({.url = "http://engine/v1/x", .unix_socket = path});
  ASSERT_OK(response);
  EXPECT_EQ(*read_all(*response->body, 100), "/v1/x");
  EXPECT_FALSE(HttpClient().send({.url = "http://engine/away", .unix_socket = path}).ok());
}

class Tls : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!test::on_path("openssl")) GTEST_SKIP() << "openssl is not installed";
    const std::string dir = scratch_.path();
    ca_ = dir + "/cert.pem";
    const auto made =
        test::run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                   "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                   dir + "/key.pem", "-out", ca_});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    scratch_.write("page", "over TLS");
    const int port = test::free_port();
    server_ = std::make_unique<test::Service>(
        std::vector<std::string>{"openssl", "s_server", "-quiet", "-www", "-accept",
                                 fmt::format("127.0.0.1:{}", port), "-cert", ca_, "-key",
                                 dir + "/key.pem"},
        dir + "/log");
    url_ = fmt::format("https://localhost:{}/", port);
    port_ = port;
    for (int i = 0; i < 100; ++i) {
      if (HttpClient({.insecure = true, .retries = 0}).get(url_, 1 << 20).ok()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    FAIL() << "openssl s_server does not answer";
  }
  test::ScratchDirectory scratch_;
  std::unique_ptr<test::Service> server_;
  std::string ca_, url_;
  int port_ = 0;
};

TEST_F(Tls, ChecksTheCertificate) {
  auto refused = HttpClient().get(url_, 1 << 20);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::kNetwork);
  EXPECT_THAT(refused.error().text(), HasSubstr("not trusted"));
  EXPECT_FALSE(refused.error().hint().empty());
}

TEST_F(Tls, TakesAnOwnCertificateAuthority) {
  auto page = HttpClient({.ca_file = ca_}).get(url_, 1 << 20);
  ASSERT_OK(page);
  EXPECT_THAT(*page, HasSubstr("TLSv1.3"));
}

TEST_F(Tls, ChecksTheHostName) {
  auto refused =
      HttpClient({.ca_file = ca_}).get(fmt::format("https://127.0.0.1:{}/", port_), 1 << 20);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::kNetwork);
}

TEST_F(Tls, NamesABadCaFile) {
  auto refused = HttpClient({.ca_file = scratch_.path() + "/none.pem"}).get(url_, 1 << 20);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().text(), HasSubstr("none.pem"));
}

TEST_F(Tls, TakesAnythingWhenToldTo) {
  EXPECT_OK(HttpClient({.insecure = true}).get(url_, 1 << 20));
  // A connection that was accepted unchecked must not serve a checked request.
  EXPECT_FALSE(HttpClient().get(url_, 1 << 20).ok());
}

}  // namespace
}  // namespace seawall
