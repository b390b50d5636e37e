#include "artifact/engine.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "support/dockerd.h"
#include "support/http_server.h"
#include "support/support.h"

namespace seawall::artifact {
namespace {

using test::http_answer;
using test::HttpCall;
using test::HttpServer;
using test::Peer;
using test::ScratchDirectory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// -- addresses ---------------------------------------------------------------------------------

TEST(EngineAddress, ReadsWhatPeopleWrite) {
  EXPECT_EQ(parse_engine_address("unix:///run/x.sock")->socket, "/run/x.sock");
  EXPECT_EQ(parse_engine_address("/run/x.sock")->socket, "/run/x.sock");
  EXPECT_EQ(parse_engine_address("tcp://10.0.0.1:2375")->url, "http://10.0.0.1:2375");
  EXPECT_EQ(parse_engine_address("http://h:1/")->url, "http://h:1");
  EXPECT_EQ(parse_engine_address("ssh://me@h").error().code(), Code::kUnsupported);
  for (const char* bad : {"", "x", "tcp://", "tcp://a b", "npipe:////./pipe/docker"}) {
    auto address = parse_engine_address(bad);
    ASSERT_FALSE(address.ok()) << bad;
    EXPECT_EQ(address.error().code(), Code::kUsage);
    EXPECT_THAT(address.error().hint(), HasSubstr("unix:///"));
  }
}

TEST(EngineAddress, RefusesClientCertificates) {
  ::setenv("DOCKER_TLS_VERIFY", "1", 1);
  auto address = parse_engine_address("tcp://h:2376");
  ::unsetenv("DOCKER_TLS_VERIFY");
  ASSERT_FALSE(address.ok());
  EXPECT_EQ(address.error().code(), Code::kUnsupported);
}

TEST(EngineAddress, SaysWhereNoEngineListens) {
  ScratchDirectory scratch;
  auto missing = find_engine("docker", scratch.path() + "/none.sock");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
  EXPECT_THAT(missing.error().text(), HasSubstr("none.sock"));
  EXPECT_THAT(missing.error().hint(), HasSubstr("DOCKER_HOST"));
  EXPECT_EQ(find_engine("docker", scratch.write("file", "")).error().code(), Code::kUsage);
}

TEST(EngineAddress, TakesTheEnvironment) {
  ::setenv("CONTAINER_HOST", "tcp://127.0.0.1:9", 1);
  ::setenv("DOCKER_HOST", "tcp://127.0.0.1:8", 1);
  EXPECT_EQ(find_engine("podman", "")->url, "http://127.0.0.1:9");
  EXPECT_EQ(find_engine("docker", "")->url, "http://127.0.0.1:8");
  ::unsetenv("CONTAINER_HOST");
  ::unsetenv("DOCKER_HOST");
}

TEST(EngineAddress, NamesTheMissingRight) {
  ScratchDirectory scratch;
  const std::string path = scratch.path() + "/socket";
  {
    HttpServer server([](const HttpCall&, Peer&) {}, path);
  }  // leaves the socket behind
  ::chmod(scratch.path().c_str(), 0755);
  ::chmod(path.c_str(), 0600);
  const auto refused_with_hint = [&] {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && ::setresuid(kNobody, kNobody, kNobody) != 0) return 2;
    if (::geteuid() != kNobody) ::chmod(path.c_str(), 0);
    const auto refused = find_engine("docker", path);
    if (refused.ok() || refused.error().code() != Code::kPermission) return 1;
    return refused.error().hint().find("run as root") == std::string::npos ? 3 : 0;
  };
  EXPECT_EXIT(::_exit(refused_with_hint()), ::testing::ExitedWithCode(0), "");
}

// -- history -----------------------------------------------------------------------------------

TEST(History, IsMatchedWithLayers) {
  const std::vector<HistoryStep> steps = {{"CMD [\"x\"]", 0},
                                          {"RUN /bin/sh -c make # buildkit", 50},
                                          {"WORKDIR /srv", 0},
                                          {"RUN /bin/sh -c true # buildkit", 0},
                                          {"/bin/sh -c #(nop) ADD file:1 in / ", 100}};
  EXPECT_THAT(match_history(steps, 2), ElementsAre("ADD file:1 in /", "RUN make"));
  EXPECT_THAT(match_history(steps, 3), ElementsAre("ADD file:1 in /", "RUN true", "RUN make"));
  EXPECT_THAT(match_history(steps, 1), IsEmpty());
  EXPECT_THAT(match_history(steps, 5), IsEmpty());
  EXPECT_THAT(match_history({}, 0), IsEmpty());
}

// -- the stream --------------------------------------------------------------------------------

struct Member {
  std::string name, content;
  char type = '0';
  std::string link = "";
};

std::string tar_of(const std::vector<Member>& members) {
  std::string tar;
  for (const Member& member : members) {
    std::string header(512, '\0');
    const auto put = [&](size_t at, std::string_view text) {
      header.replace(at, text.size(), text);
    };
    put(0, member.name);
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, fmt::format("{:011o}", member.content.size()));
    put(136, "00000000000");
    put(156, std::string_view(&member.type, 1));
    put(157, member.link);
    put(257, std::string_view("ustar\00000", 8));
    put(148, "        ");
    unsigned sum = 0;
    for (const char c : header) sum += static_cast<unsigned char>(c);
    put(148, fmt::format("{:06o}", sum));
    header[154] = '\0';
    tar += header + member.content;
    tar.resize((tar.size() + 511) / 512 * 512, '\0');
  }
  return tar + std::string(1024, '\0');
}

std::vector<std::string> layers_in(const std::string& tar) {
  std::vector<std::string> layers;
  MemoryReader reader(tar);
  EXPECT_OK(walk_saved_layers(reader, {}, [&](std::unique_ptr<Reader> layer) -> Status {
    SEAWALL_TRY(std::string bytes, read_all(*layer, 1 << 20));
    layers.push_back(std::move(bytes));
    return {};
  }));
  return layers;
}

TEST(SavedLayers, AreFoundInAllGenerations) {
  const std::string a = tar_of({{"a", "1"}}), b = tar_of({{"{b", "2"}}), gzip = "\x1f\x8b\x08 gz";
  EXPECT_THAT(layers_in(tar_of({{"id1/", "", '5'},
                                {"id1/VERSION", "1.0"},
                                {"id1/json", "{}"},
                                {"id1/layer.tar", a},
                                {"id2/layer.tar", "", '2', "../id1/layer.tar"},
                                {"id3/layer.tar", b},
                                {"abc.json", "{}"},
                                {"manifest.json", "[]"}})),
              ElementsAre(a, b));
  EXPECT_THAT(layers_in(tar_of({{"aaaa.tar", a}, {"x/layer.tar", "", '2', "../aaaa.tar"}})),
              ElementsAre(a));
  EXPECT_THAT(layers_in(tar_of({{"blobs/sha256/1", a},
                                {"blobs/sha256/2", "{\"schemaVersion\": 2}"},
                                {"blobs/sha256/3", " \n[1]"},
                                {"blobs/sha256/4", gzip},
                                {"blobs/sha256/5", b},
                                {"blobs/sha256/6", std::string(1024, '\0')},
                                {"blobs/sha256/7", ""},
                                {"./blobs/sha256/8", a},
                                {"index.json", "{}"}})),
              ElementsAre(a, gzip, b, std::string(1024, '\0'), a));
}

TEST(SavedLayers, MayBeLeftUnreadAndFail) {
  const std::string tar = tar_of({{"1.tar", std::string(5000, 'a')}, {"2.tar", "b"}});
  MemoryReader reader(tar);
  int visited = 0;
  EXPECT_OK(walk_saved_layers(reader, {}, [&](std::unique_ptr<Reader>) -> Status {
    ++visited;
    return {};
  }));
  EXPECT_EQ(visited, 2);
  MemoryReader again(tar);
  auto failed = walk_saved_layers(
      again, {}, [](std::unique_ptr<Reader>) -> Status { return malformed("no"); });
  EXPECT_EQ(failed.error().message(), "no");
  MemoryReader cut(std::string_view(tar).substr(0, 700));
  EXPECT_FALSE(walk_saved_layers(cut, {}, [](std::unique_ptr<Reader> layer) -> Status {
                 return layer->skip(5000);
               }).ok());
}

// -- a scripted engine -------------------------------------------------------------------------

const std::string kId = "sha256:" + std::string(64, 'c');

class FakeEngine : public ::testing::Test {
 protected:
  FakeEngine() {
    options_.engine_socket = scratch_.path() + "/socket";
    options_.http.stall_seconds = 1;
    inspect_ =
        fmt::format(R"({{"Id": "{}", "RepoTags": ["app:1"], "Architecture": "amd64", "Os": "linux",
      "Created": "2026-01-02T03:04:05Z", "RootFS": {{"Type": "layers", "Layers": ["{}"]}}}})",
                    kId, digest_of(layer_).text());
  }
  void start() {
    server_ = std::make_unique<HttpServer>(
        [this](const HttpCall& call, Peer& peer) {
          if (call.target.ends_with("/history")) {
            return peer.send(http_answer(
                200,
                R"([{"CreatedBy": "CMD x", "Size": 0}, {"CreatedBy": "COPY a b", "Size": 3}])"));
          }
          if (call.target.ends_with("/get")) return peer.send(http_answer(200, saved_));
          if (call.target == "/images/app:1/json") return peer.send(http_answer(200, inspect_));
          peer.send(http_answer(404, R"({"message": "No such image"})"));
        },
        options_.engine_socket);
  }
  std::string layer_ = tar_of({{"etc/os-release", "ID=debian\n"}});
  std::string saved_ = tar_of({{"x/layer.tar", layer_}, {"manifest.json", "[]"}});
  std::string inspect_;
  ScratchDirectory scratch_;
  OpenOptions options_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(FakeEngine, OpensAnImage) {
  start();
  auto image = open_engine_image("docker", "app:1", options_);
  ASSERT_OK(image);
  EXPECT_EQ(image->kind, "docker");
  EXPECT_EQ(image->config_digest.text(), kId);
  EXPECT_THAT(image->tags, ElementsAre("app:1"));
  EXPECT_EQ(image->platform, "linux/amd64");
  EXPECT_EQ(image->created, "2026-01-02T03:04:05Z");
  EXPECT_EQ(image->config, "");
  ASSERT_EQ(image->layers.size(), 1u);
  EXPECT_EQ(image->layers[0].diff_id, digest_of(layer_));
  EXPECT_EQ(image->layers[0].instruction, "COPY a b");
  EXPECT_FALSE(image->layers[0].open);
  std::vector<std::string> seen;
  EXPECT_OK(image->stream_layers([&](std::unique_ptr<Reader> reader) -> Status {
    SEAWALL_TRY(std::string bytes, read_all(*reader, 1 << 20));
    seen.push_back(std::move(bytes));
    return {};
  }));
  EXPECT_THAT(seen, ElementsAre(layer_));
  EXPECT_EQ(server_->calls().back().target, "/images/" + kId + "/get");
}

TEST_F(FakeEngine, TakesPodmansBareIds) {
  inspect_.replace(inspect_.find("sha256:"), 7, "");
  start();
  auto image = open_engine_image("podman", "app:1", options_);
  ASSERT_OK(image);
  EXPECT_EQ(image->config_digest.text(), kId);
  EXPECT_EQ(image->kind, "podman");
}

TEST_F(FakeEngine, ExplainsWhatIsMissing) {
  start();
  auto missing = open_engine_image("docker", "other", options_);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
  EXPECT_THAT(missing.error().text(), HasSubstr("no image \"other\""));
  EXPECT_THAT(missing.error().hint(), HasSubstr("docker pull"));
  options_.platform = "linux/arm64";
  auto wrong = open_engine_image("docker", "app:1", options_);
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().text(), HasSubstr("linux/amd64, not for linux/arm64"));
}

TEST_F(FakeEngine, RefusesHostileNames) {
  start();
  for (const char* name : {"", "../containers", "a/../b", "a//b", "a b", "a\r\nb", "/"}) {
    auto image = open_engine_image("docker", name, options_);
    ASSERT_FALSE(image.ok()) << name;
    EXPECT_EQ(image.error().code(), Code::kUsage);
  }
  EXPECT_FALSE(open_engine_image("docker", "app:1?x=y#z", options_).ok());
  EXPECT_EQ(server_->calls().back().target, "/images/app:1%3Fx%3Dy%23z/json");
}

TEST_F(FakeEngine, RefusesBadAnswers) {
  for (const std::string& answer :
       {std::string("{"), std::string("[]"), std::string(R"({"Id": "sha256:12"})"),
        fmt::format(R"({{"Id": "{}", "RootFS": {{"Layers": [3]}}}})", kId)}) {
    inspect_ = answer;
    start();
    auto image = open_engine_image("docker", "app:1", options_);
    ASSERT_FALSE(image.ok()) << answer;
    EXPECT_EQ(image.error().code(), Code::kMalformed);
    server_.reset();
    ::unlink(options_.engine_socket.c_str());
  }
}

TEST_F(FakeEngine, TellsOfACutStream) {
  saved_.resize(900);
  start();
  auto image = open_engine_image("docker", "app:1", options_);
  ASSERT_OK(image);
  auto walked = image->stream_layers([](std::unique_ptr<Reader> reader) -> Status {
    auto bytes = read_all(*reader, 1 << 20);
    return bytes.ok() ? Status() : Status(std::move(bytes).error());
  });
  ASSERT_FALSE(walked.ok());
  EXPECT_THAT(walked.error().text(), HasSubstr("the docker engine's image"));
}

// -- the real one ------------------------------------------------------------------------------

TEST(RealEngine, StreamsALoadedImage) {
  std::string why;
  ScratchDirectory scratch;
  const std::string layout = test::make_layout(scratch, why);
  if (layout.empty()) GTEST_SKIP() << why;
  if (!test::on_path("skopeo")) GTEST_SKIP() << "skopeo is not installed";
  const std::string archive = scratch.path() + "/image.tar";
  const auto copied = test::run({"skopeo", "copy", "--insecure-policy", "oci:" + layout,
                                 "docker-archive:" + archive + ":tests/tiny:1"});
  ASSERT_EQ(copied.exit_code, 0) << copied.err;
  auto engine = test::Dockerd::start(why);
  if (!engine) GTEST_SKIP() << why;
  ASSERT_OK(engine->load(test::read(archive)));
  OpenOptions options;
  options.engine_socket = "unix://" + engine->socket();
  auto image = open_engine_image("docker", "tests/tiny:1", options);
  ASSERT_OK(image);
  EXPECT_THAT(image->tags, ElementsAre("tests/tiny:1"));
  ASSERT_EQ(image->layers.size(), 2u);
  EXPECT_EQ(image->layers[1].instruction, "RUN apt-get install -y base-files");
  std::vector<Digest> seen, expected;
  for (const ImageLayer& layer : image->layers) expected.push_back(layer.diff_id);
  ASSERT_OK(image->stream_layers([&](std::unique_ptr<Reader> reader) -> Status {
    SEAWALL_TRY(const std::string bytes, read_all(*reader, 1 << 20));
    seen.push_back(digest_of(bytes));
    return {};
  }));
  EXPECT_THAT(seen, ::testing::UnorderedElementsAreArray(expected));
  auto missing = open_engine_image("docker", "tests/none", options);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace seawall::artifact
