#include "artifact/registry.h"

#include <sys/stat.h>

#include <cstdlib>

#include <fmt/format.h>

#include "artifact/docker_credentials.h"
#include "artifact/manifest.h"
#include "artifact/registry_auth.h"
#include "support/docker_registry.h"
#include "support/http_server.h"
#include "support/support.h"

namespace seawall::artifact {
namespace {

using test::http_answer;
using test::HttpCall;
using test::HttpServer;
using test::Peer;
using test::ScratchDirectory;
using ::testing::HasSubstr;
using ::testing::Not;

// -- challenges --------------------------------------------------------------------------------

TEST(Challenges, ReadsQuotedStringsAndSeveralSchemes) {
  const auto list = parse_challenges(
      R"(Basic realm="a \"b\", c", Bearer realm = "https://x/t",service=reg, SCOPE="repository:a:pull,push")");
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].scheme, "basic");
  EXPECT_EQ(list[0].parameters.at("realm"), "a \"b\", c");
  EXPECT_EQ(list[1].scheme, "bearer");
  EXPECT_EQ(list[1].parameters.at("realm"), "https://x/t");
  EXPECT_EQ(list[1].parameters.at("service"), "reg");
  EXPECT_EQ(list[1].parameters.at("scope"), "repository:a:pull,push");
}

TEST(Challenges, SurvivesAnything) {
  EXPECT_TRUE(parse_challenges("").empty());
  EXPECT_TRUE(parse_challenges("a=b").empty());
  EXPECT_EQ(parse_challenges("Negotiate").size(), 1u);
  EXPECT_EQ(parse_challenges("Bearer realm=\"open").size(), 1u);
  EXPECT_EQ(parse_challenges("Bearer realm=\"x\\").size(), 1u);
  EXPECT_LE(parse_challenges(std::string(5000, 'a') + ", b, \x01, c").size(), 2u);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += fmt::format("s{} p=1, ", i);
  EXPECT_LE(parse_challenges(many).size(), 16u);
}

// -- stored credentials ------------------------------------------------------------------------

TEST(DockerCredentials, ReadsAuths) {
  ScratchDirectory scratch;
  const std::string config = scratch.write("config.json", R"({"auths": {
    "https://index.docker.io/v1/": {"auth": "aHViOnB3OjI="},
    "reg.example:5000": {"username": "u", "password": "p"},
    "https://old.example/v2/": {"auth": "bzpw"},
    "tok.example": {"auth": "PHRva2VuPjo=", "identitytoken": "refresh"},
    "pod.example/team": {"auth": "dGVhbTp4"},
    "pod.example": {"auth": "YWxsOng="}}})");
  const auto find = [&](const char* registry, const char* repository) {
    auto found = find_credentials(registry, repository, config);
    EXPECT_OK(found);
    return found.ok() ? *found : Credentials();
  };
  EXPECT_EQ(find("docker.io", "library/x").username, "hub");
  EXPECT_EQ(find("docker.io", "library/x").password, "pw:2");
  EXPECT_EQ(find("reg.example:5000", "x").password, "p");
  EXPECT_EQ(find("old.example", "x").username, "o");
  EXPECT_EQ(find("tok.example", "x").identity_token, "refresh");
  EXPECT_EQ(find("pod.example", "team/x").username, "team");
  EXPECT_EQ(find("pod.example", "other/x").username, "all");
  EXPECT_TRUE(find("reg.example", "x").empty());
  EXPECT_TRUE(find_credentials("a", "b", scratch.path() + "/none")->empty());
}

TEST(DockerCredentials, SaysWhereAFileIsDamaged) {
  ScratchDirectory scratch;
  for (const char* text : {"{", R"({"auths": {"h": {"auth": "secretsecret!"}}})",
                           R"({"auths": {"h": {"auth": "bm9jb2xvbg=="}}})"}) {
    auto found = find_credentials("h", "x", scratch.write("config.json", text));
    ASSERT_FALSE(found.ok()) << text;
    EXPECT_THAT(found.error().text(), HasSubstr("config.json"));
    EXPECT_THAT(found.error().text(), HasSubstr("line 1"));
    EXPECT_THAT(found.error().text(), Not(HasSubstr("secret")));
  }
}

class Helpers : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* path = std::getenv("PATH");
    old_path_ = path ? path : "";
    ::setenv("PATH", (scratch_.path() + ":" + old_path_).c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", old_path_.c_str(), 1); }
  void helper(const std::string& name, const std::string& script) {
    const auto file = scratch_.write("docker-credential-" + name, "#!/bin/sh\n" + script);
    ::chmod(file.c_str(), 0755);
  }
  ScratchDirectory scratch_;
  std::string old_path_;
};

TEST_F(Helpers, AreAskedForTheServer) {
  helper("one", R"(read -r server; echo "{\"Username\": \"$1\", \"Secret\": \"$server\"}")");
  helper("token", R"(echo '{"Username": "<token>", "Secret": "refresh"}')");
  auto found = run_credential_helper("one", "reg.example");
  ASSERT_OK(found);
  EXPECT_EQ(found->username, "get");
  EXPECT_EQ(found->password, "reg.example");
  EXPECT_EQ(run_credential_helper("token", "x")->identity_token, "refresh");
}

TEST_F(Helpers, ComeBeforeTheStoreAndTheFile) {
  helper("own", R"(echo '{"Username": "own", "Secret": "x"}')");
  helper(
      "store",
      R"(read -r s; [ "$s" = "https://index.docker.io/v1/" ] || { echo "credentials not found in native keychain"; exit 1; }
    echo '{"Username": "stored", "Secret": "x"}')");
  helper("broken", "echo secret; exit 3");
  const auto config = scratch_.write("config.json", R"({"credsStore": "store",
    "credHelpers": {"own.example": "own", "broken.example": "broken", "missing.example": "is-missing"},
    "auths": {"file.example": {"auth": "ZmlsZTp4"}, "broken.example": {"auth": "ZmlsZTp4"}}})");
  EXPECT_EQ(find_credentials("own.example", "x", config)->username, "own");
  EXPECT_EQ(find_credentials("docker.io", "x", config)->username, "stored");
  EXPECT_EQ(find_credentials("file.example", "x", config)->username, "file");
  EXPECT_EQ(find_credentials("broken.example", "x", config)->username, "file");
  EXPECT_TRUE(find_credentials("missing.example", "x", config)->empty());
}

TEST_F(Helpers, AreBounded) {
  helper("slow", "sleep 60");
  helper("endless", "yes");
  helper("odd", "echo '[]'");
  EXPECT_EQ(run_credential_helper("slow", "x", 1).error().code(), Code::kTimeout);
  EXPECT_EQ(run_credential_helper("endless", "x", 5).error().code(), Code::kLimit);
  EXPECT_EQ(run_credential_helper("odd", "x").error().code(), Code::kMalformed);
  for (const char* name : {"", "a/b", "../x", "a b", "a;b", "$(x)"}) {
    EXPECT_EQ(run_credential_helper(name, "x").error().code(), Code::kUsage) << name;
  }
}

// -- a scripted registry -----------------------------------------------------------------------

// One image of one layer, told as truthfully as the switches allow.
struct FakeRegistry {
  std::string layer = std::string(200000, 'L') + "end";
  std::string config = fmt::format(
      R"({{"os": "linux", "architecture": "amd64", "rootfs": {{"diff_ids": ["{}"]}},
      "history": [{{"created_by": "COPY a b"}}]}})",
      digest_of("x").text());
  std::string layer_type = "application/vnd.oci.image.layer.v1.tar";
  std::string manifest() const {
    return fmt::format(R"({{"schemaVersion": 2, "config": {{"digest": "{}", "size": {},
      "mediaType": "application/vnd.oci.image.config.v1+json"}},
      "layers": [{{"digest": "{}", "size": {}, "mediaType": "{}"}}]}})",
                       digest_of(config).text(), config.size(), digest_of(layer).text(),
                       layer.size(), layer_type);
  }
  // True when the call was answered.
  void answer(const HttpCall& call, Peer& peer) const {
    if (call.target.find("/manifests/") != std::string::npos) {
      return peer.send(
          http_answer(200, manifest(), fmt::format("Content-Type: {}\r\n", kOciManifest)));
    }
    if (call.target.ends_with(digest_of(config).text())) return peer.send(http_answer(200, config));
    if (call.target.ends_with(digest_of(layer).text())) return peer.send(http_answer(200, layer));
    peer.send(http_answer(404, R"({"errors": [{"message": "unknown"}]})"));
  }
};

OpenOptions quick() {
  OpenOptions options;
  options.platform = "linux/amd64";
  options.plain_http = true;
  options.docker_config = "/nonexistent/config.json";
  options.http.retries = 0;
  options.http.stall_seconds = 1;
  return options;
}

Result<Image> open_at(const HttpServer& server, const OpenOptions& options = quick(),
                      const std::string& name = "team/app:1") {
  return open_registry_image(server.host() + "/" + name, options);
}

TEST(Registry, OpensAnImage) {
  const FakeRegistry fake;
  HttpServer server([&](const HttpCall& call, Peer& peer) { fake.answer(call, peer); });
  auto image = open_at(server);
  ASSERT_OK(image);
  EXPECT_EQ(image->kind, "registry");
  EXPECT_EQ(image->manifest_digest, digest_of(fake.manifest()));
  EXPECT_EQ(image->config, fake.config);
  EXPECT_EQ(image->platform, "linux/amd64");
  ASSERT_EQ(image->layers.size(), 1u);
  EXPECT_EQ(image->layers[0].instruction, "COPY a b");
  EXPECT_EQ(image->layers[0].digest, digest_of(fake.layer));
  for (int i = 0; i < 2; ++i) {
    auto reader = image->layers[0].open();
    ASSERT_OK(reader);
    EXPECT_EQ(*read_all(**reader, 1 << 20), fake.layer);
  }
  EXPECT_EQ(server.calls()[0].target, "/v2/team/app/manifests/1");
  EXPECT_THAT(server.calls()[0].header("accept"), HasSubstr("image.index.v1+json"));
}

TEST(Registry, FallsBackToPlainHttpOnLoopbackOnly) {
  const FakeRegistry fake;
  HttpServer server([&](const HttpCall& call, Peer& peer) { fake.answer(call, peer); });
  OpenOptions options = quick();
  options.plain_http = false;
  EXPECT_OK(open_at(server, options));
}

TEST(Registry, TellsWhenDigestsDoNotFit) {
  FakeRegistry fake;
  const std::string wrong = digest_of("something else").text();
  HttpServer server([&](const HttpCall& call, Peer& peer) {
    if (call.target.ends_with(digest_of(fake.config).text())) {
      return peer.send(http_answer(200, std::string(fake.config.size(), '{')));
    }
    fake.answer(call, peer);
  });
  auto config = open_at(server);
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.error().code(), Code::kMismatch);
  auto manifest = open_at(server, quick(), "team/app@" + wrong);
  ASSERT_FALSE(manifest.ok());
  EXPECT_EQ(manifest.error().code(), Code::kMismatch);
  EXPECT_THAT(manifest.error().text(), HasSubstr("team/app"));
}

struct BadAnswer {
  std::string answer;
  Code code;
  const char* message;
};

TEST(Registry, ExplainsBadAnswers) {
  const BadAnswer cases[] = {
      {http_answer(200, "<html>Welcome</html>", "Content-Type: text/html; charset=utf-8\r\n"),
       Code::kNetwork, "web page"},
      {http_answer(404, R"({"errors": [{"message": "manifest unknown"}]})"), Code::kNotFound,
       "manifest unknown"},
      {http_answer(403, ""), Code::kUnauthorized, "refuses"},
      {http_answer(401, "", "WWW-Authenticate: Basic realm=\"x\"\r\n"), Code::kUnauthorized,
       "not public"},
      {http_answer(429, "toomanyrequests"), Code::kNetwork, "toomanyrequests"},
      {http_answer(429, "", "Retry-After: 7200\r\n"), Code::kNetwork, "7200 s"},
      {http_answer(500, "oops"), Code::kNetwork, "status 500"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{", Code::kLimit,
       "99999999999 bytes"},
      {http_answer(200, R"({"schemaVersion": 1, "fsLayers": []})"), Code::kUnsupported, "schema 1"},
      {http_answer(200, "{}"), Code::kMalformed, "neither"},
      {http_answer(200, "not json"), Code::kMalformed, "line 1"},
      {http_answer(302, "", "Location: /v2/team/app/manifests/1\r\n"), Code::kNetwork, "circle"}};
  for (const BadAnswer& bad : cases) {
    HttpServer server([&](const HttpCall&, Peer& peer) {
      peer.send(bad.answer);
      if (bad.code == Code::kLimit) peer.close();
    });
    auto image = open_at(server);
    ASSERT_FALSE(image.ok()) << bad.message;
    EXPECT_EQ(image.error().code(), bad.code) << image.error().text();
    EXPECT_THAT(image.error().text(), HasSubstr(bad.message));
    EXPECT_THAT(image.error().text(), HasSubstr(server.host() + "/team/app:1"));
    if (bad.code == Code::kUnauthorized) {
      EXPECT_EQ(image.error().hint(), "docker login " + server.host());
    }
  }
}

TEST(Registry, GivesUpOnAStalledServer) {
  HttpServer server([](const HttpCall&, Peer& peer) { peer.stall(20); });
  auto image = open_at(server);
  ASSERT_FALSE(image.ok());
  EXPECT_EQ(image.error().code(), Code::kTimeout);
  EXPECT_THAT(image.error().text(), HasSubstr("team/app"));
}

TEST(Registry, TakesUpABrokenLayerWhereItBroke) {
  const FakeRegistry fake;
  std::atomic<int> broken{0};
  const bool ranges[] = {true, false};
  for (const bool supports_ranges : ranges) {
    broken = 0;
    HttpServer server([&](const HttpCall& call, Peer& peer) {
      if (!call.target.ends_with(digest_of(fake.layer).text())) return fake.answer(call, peer);
      const std::string range = call.header("range");
      const size_t from = supports_ranges && !range.empty() ? std::stoul(range.substr(6)) : 0;
      const std::string rest = fake.layer.substr(from);
      std::string head =
          from == 0 ? "HTTP/1.1 200 OK\r\n"
                    : fmt::format("HTTP/1.1 206 Partial\r\nContent-Range: bytes {}-{}/{}\r\n", from,
                                  fake.layer.size() - 1, fake.layer.size());
      head += fmt::format("Content-Length: {}\r\n\r\n", rest.size());
      const bool breaks = broken++ < 2;
      peer.send(head + rest.substr(0, breaks ? static_cast<size_t>(60000 * broken) : rest.size()));
      if (breaks) peer.close();
    });
    auto image = open_at(server);
    ASSERT_OK(image);
    auto reader = image->layers[0].open();
    ASSERT_OK(reader);
    auto bytes = read_all(**reader, 1 << 20);
    ASSERT_OK(bytes);
    EXPECT_EQ(*bytes, fake.layer);
    EXPECT_EQ(broken, 3);
  }
}

TEST(Registry, StopsResumingAfterThreeTimes) {
  const FakeRegistry fake;
  std::atomic<int> asked{0};
  HttpServer server([&](const HttpCall& call, Peer& peer) {
    if (!call.target.ends_with(digest_of(fake.layer).text())) return fake.answer(call, peer);
    ++asked;
    peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\nLLL", fake.layer.size()));
    peer.close();
  });
  auto image = open_at(server);
  ASSERT_OK(image);
  auto reader = image->layers[0].open();
  ASSERT_OK(reader);
  auto bytes = read_all(**reader, 1 << 20);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code(), Code::kMalformed);
  EXPECT_THAT(bytes.error().text(), HasSubstr("the layer sha256:"));
  EXPECT_EQ(asked, 4);
}

TEST(Registry, TellsOfAWrongLayerSizeAndForeignLayers) {
  FakeRegistry fake;
  HttpServer server([&](const HttpCall& call, Peer& peer) {
    if (!call.target.ends_with(digest_of(fake.layer).text())) return fake.answer(call, peer);
    peer.send(fake.layer_type.find("foreign") != std::string::npos ? http_answer(404, "")
                                                                   : http_answer(200, "short"));
  });
  auto image = open_at(server);
  ASSERT_OK(image);
  auto reader = image->layers[0].open();
  ASSERT_FALSE(reader.ok());
  EXPECT_THAT(reader.error().text(), HasSubstr("5 bytes"));
  fake.layer_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
  image = open_at(server);
  ASSERT_OK(image);
  reader = image->layers[0].open();
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code(), Code::kUnsupported);
  EXPECT_THAT(reader.error().text(), HasSubstr("foreign"));
}

TEST(Registry, FetchesTokensAndSendsThemNowhereElse) {
  const FakeRegistry fake;
  ScratchDirectory scratch;
  HttpServer storage([&](const HttpCall&, Peer& peer) { peer.send(http_answer(200, fake.layer)); });
  std::atomic<bool> identity{false};
  HttpServer tokens([&](const HttpCall& call, Peer& peer) {
    const bool known = identity ? call.method == "POST" &&
                                      call.body.find("refresh_token=r%2Ft") != std::string::npos
                                : call.header("authorization") == "Basic dTpw";
    if (!known) return peer.send(http_answer(401, "no"));
    peer.send(http_answer(
        200, identity ? R"({"access_token": "T1", "expires_in": 300})" : R"({"token": "T1"})"));
  });
  HttpServer server([&](const HttpCall& call, Peer& peer) {
    if (call.header("authorization") != "Bearer T1") {
      return peer.send(
          http_answer(401, "",
                      fmt::format("WWW-Authenticate: Bearer realm=\"{}?x=y\",service=\"my "
                                  "reg\",scope=\"repository:team/app:pull\"\r\n",
                                  tokens.url("/token"))));
    }
    if (call.target.ends_with(digest_of(fake.layer).text())) {
      return peer.send(
          http_answer(307, "", fmt::format("Location: {}\r\n", storage.url("/blob?sig=1"))));
    }
    fake.answer(call, peer);
  });
  OpenOptions options = quick();
  for (const bool with_identity : {false, true}) {
    identity = with_identity;
    const char* entry = with_identity ? R"("identitytoken": "r/t")" : R"("auth": "dTpw")";
    options.docker_config = scratch.write(
        "config.json", fmt::format(R"({{"auths": {{"{}": {{{}}}}}}})", server.host(), entry));
    auto image = open_at(server, options);
    ASSERT_OK(image);
    auto reader = image->layers[0].open();
    ASSERT_OK(reader);
    EXPECT_EQ(read_all(**reader, 1 << 20)->size(), fake.layer.size());
  }
  EXPECT_EQ(tokens.calls()[0].target,
            "/token?x=y&scope=repository%3Ateam%2Fapp%3Apull&service=my%20reg");
  EXPECT_EQ(tokens.calls().size(), 2u);
  for (const HttpCall& call : storage.calls()) EXPECT_EQ(call.header("authorization"), "");
  // Wrong credentials: refused by the token service, said without the secret.
  options.docker_config = scratch.write(
      "config.json",
      fmt::format(R"({{"auths": {{"{}": {{"username": "u", "password": "hunter2"}}}}}})",
                  server.host()));
  auto refused = open_at(server, options);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::kUnauthorized);
  EXPECT_EQ(refused.error().hint(), "docker login " + server.host());
  EXPECT_THAT(refused.error().text(), Not(HasSubstr("hunter2")));
}

TEST(Registry, SendsNoCredentialsToAnUnencryptedRealm) {
  HttpServer server([](const HttpCall&, Peer& peer) {
    peer.send(
        http_answer(401, "", "WWW-Authenticate: Bearer realm=\"http://tokens.example/t\"\r\n"));
  });
  auto image = open_at(server);
  ASSERT_FALSE(image.ok());
  EXPECT_THAT(image.error().text(), HasSubstr("not encrypted"));
}

TEST(Registry, ChoosesThePlatformOfAnIndex) {
  const FakeRegistry fake;
  const std::string manifest = fake.manifest();
  const std::string index =
      fmt::format(R"({{"schemaVersion": 2, "manifests": [
    {{"digest": "{}", "size": 3, "platform": {{"os": "linux", "architecture": "s390x"}}}},
    {{"digest": "{}", "size": {}, "platform": {{"os": "linux", "architecture": "amd64"}}}}]}})",
                  digest_of("no").text(), digest_of(manifest).text(), manifest.size());
  HttpServer server([&](const HttpCall& call, Peer& peer) {
    if (call.target.ends_with("manifests/1")) {
      return peer.send(http_answer(200, index, fmt::format("Content-Type: {}\r\n", kOciIndex)));
    }
    fake.answer(call, peer);
  });
  auto image = open_at(server);
  ASSERT_OK(image);
  EXPECT_EQ(image->manifest_digest, digest_of(manifest));
  OpenOptions options = quick();
  options.platform = "linux/riscv64";
  auto missing = open_at(server, options);
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().text(), HasSubstr("linux/s390x, linux/amd64"));
  options.platform = "linux/arm64";
  auto single = open_at(server, options, "team/app:single");
  ASSERT_FALSE(single.ok());
  EXPECT_THAT(single.error().text(), HasSubstr("is for linux/amd64, not for linux/arm64"));
}

// -- the real one ------------------------------------------------------------------------------

TEST(RealRegistry, ServesAnImageWithAndWithoutALogin) {
  for (const bool login : {false, true}) {
    std::string why;
    ScratchDirectory scratch;
    const std::string layout = test::make_layout(scratch, why);
    if (layout.empty()) GTEST_SKIP() << why;
    auto registry =
        test::DockerRegistry::start(why, login ? "someone" : "", login ? "pass:word" : "");
    if (!registry) GTEST_SKIP() << why;
    const auto pushed = registry->push(layout, "tests/tiny:1");
    ASSERT_EQ(pushed.exit_code, 0) << pushed.err;
    OpenOptions options;
    options.docker_config = scratch.write("none.json", "{}");
    const std::string name = registry->host() + "/tests/tiny:1";
    if (login) {
      auto refused = open_registry_image(name, options);
      ASSERT_FALSE(refused.ok());
      EXPECT_EQ(refused.error().code(), Code::kUnauthorized);
      options.docker_config = scratch.write(
          "config.json", fmt::format(R"({{"auths": {{"{}": {{"auth": "{}"}}}}}})", registry->host(),
                                     to_base64("someone:pass:word")));
    }
    auto image = open_registry_image(name, options);
    ASSERT_OK(image);
    EXPECT_EQ(digest_of(image->config), image->config_digest);
    ASSERT_EQ(image->layers.size(), 2u);
    EXPECT_EQ(image->layers[1].instruction, "RUN apt-get install -y base-files");
    for (const ImageLayer& layer : image->layers) {
      auto reader = layer.open();
      ASSERT_OK(reader);
      auto bytes = read_all(**reader, 1 << 20);
      ASSERT_OK(bytes);
      EXPECT_EQ(digest_of(*bytes), layer.digest);
    }
    EXPECT_OK(open_registry_image(registry->host() + "/tests/tiny@" + image->manifest_digest.text(),
                                  options));
    auto missing = open_registry_image(registry->host() + "/tests/tiny:2", options);
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().code(), Code::kNotFound);
  }
}

}  // namespace
}  // namespace seawall::artifact
