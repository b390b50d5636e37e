// seawall db as people run it: import, export with a signature, verify, status, compare, push and
// update.

#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <map>
#include <set>

#include "codec/json.h"
#include "support/docker_registry.h"
#include "support/http_server.h"
#include "support/image_builder.h"

namespace seawall::cli {
namespace {

using test::RunResult;

class Db : public testing::Test {
 protected:
  RunResult run(std::vector<std::string> arguments, const std::string& cache = "cache") {
    return test::seawall(std::move(arguments),
                         {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/" + cache,
                          "DOCKER_CONFIG=" + scratch_.path() + "/docker"});
  }
  std::string path(std::string_view name) { return scratch_.path() + "/" + std::string(name); }
  // An Ed25519 pair NAME.key and NAME.pub; false where openssl is missing.
  bool make_keys(const std::string& name) {
    return test::run({"openssl", "genpkey", "-algorithm", "ed25519", "-out", path(name + ".key")})
                   .exit_code == 0 &&
           test::run({"openssl", "pkey", "-in", path(name + ".key"), "-pubout", "-out",
                      path(name + ".pub")})
                   .exit_code == 0;
  }
  std::string digest(const std::string& cache = "cache") {
    const auto document = parse_json(run({"db", "status", "--format", "json"}, cache).out);
    return document.ok() ? std::string(document->root()["digest"].string()) : "";
  }

  test::ScratchDirectory scratch_;
  const std::string sample_ = test::source_directory() + "/content/sample-feed";
};

TEST_F(Db, WithoutADatabaseSaysWhatToDo) {
  for (const char* verb : {"status", "verify"}) {
    const RunResult none = run({"db", verb});
    EXPECT_EQ(none.exit_code, 3);
    EXPECT_THAT(none.err, testing::HasSubstr("seawall db update"));
  }
}

TEST_F(Db, ImportsEveryFormOfAFeedAlike) {
  ASSERT_EQ(run({"db", "import", sample_}).exit_code, 0);
  const RunResult status = run({"db", "status", "--format", "json"});
  const auto document = parse_json(status.out);
  ASSERT_OK(document);
  const auto rows = document->root()["rows"].integer();
  std::set<std::string> feeds;
  for (const Node& feed : document->root()["feeds"].items()) feeds.emplace(feed["name"].string());
  EXPECT_THAT(feeds,
              testing::IsSupersetOf({"debian", "alpine", "redhat", "npm", "kev", "epss", "eol"}));
  for (const auto& command : std::vector<std::vector<std::string>>{
           {"tar", "-C", sample_, "-czf", path("feed.tar.gz"), "."},
           {"tar", "-C", sample_, "--zstd", "-cf", path("feed.tar.zst"), "."},
           {"python3", "-m", "zipfile", "-c", path("feed.zip"), sample_ + "/"}}) {
    if (test::run(command).exit_code != 0) continue;
    const std::string& archive = command[0] == "tar" ? command[command.size() - 2] : command[4];
    ASSERT_EQ(run({"db", "import", archive}, "c" + archive.substr(archive.rfind('.'))).exit_code, 0)
        << archive;
    const auto again = parse_json(
        run({"db", "status", "--format", "json"}, "c" + archive.substr(archive.rfind('.'))).out);
    ASSERT_OK(again);
    EXPECT_EQ(again->root()["rows"].integer(), rows) << archive;
  }
}

TEST_F(Db, KeepsOtherFeedsUnlessReplacing) {
  ASSERT_EQ(run({"db", "import", sample_}).exit_code, 0);
  const std::string feed = test::write_feed(scratch_);
  ASSERT_EQ(run({"db", "import", feed}).exit_code, 0);
  const RunResult both = run({"db", "status"});
  EXPECT_THAT(both.out, testing::HasSubstr("alpine"));
  EXPECT_THAT(both.out, testing::HasSubstr("debian"));
  ASSERT_EQ(run({"db", "import", feed, "--replace"}).exit_code, 0);
  EXPECT_THAT(run({"db", "status"}).out, testing::Not(testing::HasSubstr("alpine")));
}

TEST_F(Db, TheDateOfTheDataIsSaidOrRead) {
  ASSERT_EQ(run({"db", "import", sample_, "--date", "2026-02-12"}).exit_code, 0);
  EXPECT_THAT(run({"db", "status"}).out, testing::HasSubstr("2026-02-12"));
  const auto document = parse_json(run({"db", "status", "--format", "json"}).out);
  ASSERT_OK(document);
  for (const Node& feed : document->root()["feeds"].items()) {
    const std::string_view name = feed["name"].string();
    const std::string_view expected = name == "kev"    ? "2026-08-07T00:00:00Z"
                                      : name == "epss" ? "2026-08-16T00:00:00Z"
                                                       : "2026-02-12T00:00:00Z";
    if (name == "eol") continue;
    EXPECT_EQ(feed["date"].string().substr(0, 10), expected.substr(0, 10)) << name;
  }
  EXPECT_EQ(run({"db", "import", sample_, "--date", "soon"}).exit_code, 2);
  EXPECT_EQ(run({"db", "import", sample_, "--date", "9999-01-01"}).exit_code, 2);
  scratch_.write("old/debian.jsonl", test::read(test::write_feed(scratch_) + "/debian.jsonl"));
  const struct timespec times[2] = {{1'700'000'000, 0}, {1'700'000'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path("old/debian.jsonl").c_str(), times, 0), 0);
  ASSERT_EQ(run({"db", "import", path("old"), "--replace"}).exit_code, 0);
  EXPECT_THAT(run({"db", "status"}).out, testing::HasSubstr("2023-11-14"))
      << "the files' date, not the directory's";
}

TEST_F(Db, WhatIsNoFeedIsRefusedAndNothingChanges) {
  ASSERT_EQ(run({"db", "import", sample_}).exit_code, 0);
  const std::string before = digest();
  EXPECT_EQ(run({"db", "import", scratch_.write("notes.txt", "no feed")}).exit_code, 2);
  EXPECT_EQ(run({"db", "import", path("absent")}).exit_code, 2);
  EXPECT_EQ(digest(), before);
}

TEST_F(Db, SignedExportsAreCheckedOnImport) {
  if (!make_keys("team") || !make_keys("other")) GTEST_SKIP() << "openssl is missing";
  ASSERT_EQ(run({"db", "import", sample_}).exit_code, 0);
  ASSERT_EQ(run({"db", "export", path("out.swdb"), "--key", path("team.key")}).exit_code, 0);
  EXPECT_EQ(run({"db", "import", path("out.swdb"), "--key", path("team.pub")}, "second").exit_code,
            0);
  EXPECT_EQ(digest("second"), digest());
  const std::string feed = test::write_feed(scratch_);
  ASSERT_EQ(run({"db", "import", feed}, "third").exit_code, 0);
  const std::string before = digest("third");
  EXPECT_EQ(run({"db", "import", path("out.swdb"), "--key", path("other.pub")}, "third").exit_code,
            2);
  EXPECT_EQ(run({"db", "export", path("bad.swdb"), "--key", path("team.pub")}).exit_code, 2)
      << "a public key cannot sign";
  std::string bytes = test::read(path("out.swdb"));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  scratch_.write("changed.swdb", bytes);
  EXPECT_EQ(run({"db", "import", path("changed.swdb")}, "third").exit_code, 2);
  ASSERT_EQ(run({"db", "export", path("unsigned.swdb")}).exit_code, 0);
  EXPECT_EQ(
      run({"db", "import", path("unsigned.swdb"), "--key", path("team.pub")}, "third").exit_code,
      2);
  EXPECT_EQ(digest("third"), before) << "a refused database changes nothing";
}

TEST_F(Db, VerifyFindsEveryFlippedByte) {
  ASSERT_EQ(run({"db", "import", sample_}).exit_code, 0);
  EXPECT_EQ(run({"db", "verify"}).exit_code, 0);
  const std::string whole = test::read(path("cache/advisories.swdb"));
  for (size_t at = 0; at < whole.size(); at += whole.size() / 40) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x40);
    EXPECT_EQ(run({"db", "verify", "--db", scratch_.write("flipped.swdb", flipped)}).exit_code, 2)
        << at;
  }
}

TEST_F(Db, CompareReportsLinesThatDoNotHold) {
  const std::string good =
      scratch_.write("good", "1.0~rc1 < 1.0\n# why\n1:0.1 > 2.0\n1.0-1 = 1.0-1\n");
  EXPECT_EQ(run({"db", "compare", "debian", good}).exit_code, 0);
  const RunResult bad =
      run({"db", "compare", "debian", scratch_.write("bad", "1.0 < 1.0\n2 > 1\n")});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.out, testing::HasSubstr("line 1"));
  EXPECT_THAT(bad.out, testing::HasSubstr("2 comparisons, 1 do not hold"));
  EXPECT_EQ(run({"db", "compare", "debian", scratch_.write("odd", "1.0 is 1.0\n")}).exit_code, 2);
  EXPECT_EQ(run({"db", "compare", "klingon", good}).exit_code, 2);
}

TEST_F(Db, PushedToARegistryAndFetchedByOthers) {
  if (!make_keys("team") || !make_keys("other")) GTEST_SKIP() << "openssl is missing";
  std::string why;
  const auto registry = test::DockerRegistry::start(why);
  if (!registry) GTEST_SKIP() << why;
  ASSERT_EQ(run({"db", "import", sample_}).exit_code, 0);
  const std::string name = registry->host() + "/team/advisories:latest";
  const RunResult pushed = run({"db", "push", name, "--key", path("team.key")});
  ASSERT_EQ(pushed.exit_code, 0) << pushed.err;
  const RunResult fetched =
      run({"db", "update", "--from", name, "--key", path("team.pub")}, "second");
  ASSERT_EQ(fetched.exit_code, 0) << fetched.err;
  EXPECT_EQ(digest("second"), digest());
  ASSERT_EQ(run({"db", "import", test::write_feed(scratch_)}, "third").exit_code, 0);
  const std::string before = digest("third");
  const RunResult wrong =
      run({"db", "update", "--from", name, "--key", path("other.pub")}, "third");
  EXPECT_EQ(wrong.exit_code, 2);
  const std::string plain = registry->host() + "/team/plain:1";
  ASSERT_EQ(run({"db", "push", plain}).exit_code, 0);
  const RunResult without =
      run({"db", "update", "--from", plain, "--key", path("team.pub")}, "third");
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err, testing::HasSubstr("not signed"));
  EXPECT_EQ(run({"db", "update", "--from", registry->host() + "/team/absent:1"}, "third").exit_code,
            2);
  EXPECT_EQ(digest("third"), before) << "a refused database changes nothing";
  EXPECT_EQ(run({"db", "update", "--from", plain}, "third").exit_code, 0);
  EXPECT_EQ(digest("third"), digest());
}

TEST_F(Db, PushedWithANameAndPassword) {
  std::string why;
  const auto registry = test::DockerRegistry::start(why, "team", "secret");
  if (!registry) GTEST_SKIP() << why;
  ASSERT_EQ(run({"db", "import", sample_}).exit_code, 0);
  const std::string name = registry->host() + "/team/advisories:latest";
  const RunResult refused = run({"db", "push", name});
  EXPECT_EQ(refused.exit_code, 2);
  scratch_.write("docker/config.json", fmt::format(R"({{"auths":{{"{}":{{"auth":"{}"}}}}}})",
                                                   registry->host(), to_base64("team:secret")));
  const RunResult pushed = run({"db", "push", name});
  ASSERT_EQ(pushed.exit_code, 0) << pushed.err;
  EXPECT_EQ(run({"db", "update", "--from", name}, "second").exit_code, 0);
  EXPECT_EQ((refused.err + pushed.err).find("secret"), std::string::npos);
}

TEST_F(Db, UpdateKeepsWhatCannotBeFetched) {
  std::atomic<bool> broken{false};
  const std::string debian = test::read(test::write_feed(scratch_) + "/debian.jsonl");
  const std::string kev = test::read(path("feed/kev.json"));
  test::HttpServer server([&](const test::HttpCall& call, test::Peer& peer) {
    const bool is_kev = call.target.find("kev") != std::string::npos;
    if (broken && is_kev) return peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops");
    const std::string& body = is_kev ? kev : debian;
    const auto etag = call.headers.find("if-none-match");
    if (etag != call.headers.end() && etag->second == "\"one\"") {
      return peer.send("HTTP/1.1 304 Not Modified\r\nETag: \"one\"\r\n\r\n");
    }
    peer.send(
        fmt::format("HTTP/1.1 200 OK\r\nETag: \"one\"\r\nContent-Length: {}\r\n\r\n", body.size()) +
        body);
  });
  const std::string list = scratch_.write(
      "feeds.yaml", fmt::format("feeds:\n  - {{name: debian, urls: ['{}']}}\n  - {{name: kev, "
                                "default: true, urls: ['{}']}}\n",
                                server.url("/debian.jsonl"), server.url("/kev.json")));
  const RunResult first = run({"db", "update", "--all", "--feeds", list});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, testing::HasSubstr("updated    debian, kev"));
  const RunResult second = run({"db", "update", "--all", "--feeds", list});
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_THAT(second.out, testing::HasSubstr("unchanged  debian, kev"));
  broken = true;
  const RunResult partly = run({"db", "update", "--all", "--feeds", list});
  EXPECT_EQ(partly.exit_code, 2);
  EXPECT_THAT(partly.out, testing::HasSubstr("failed     kev"));
  const RunResult status = run({"db", "status"});
  EXPECT_THAT(status.out, testing::HasSubstr("last update failed"));
  const auto document = parse_json(run({"db", "status", "--format", "json"}).out);
  ASSERT_OK(document);
  for (const Node& feed : document->root()["feeds"].items()) {
    EXPECT_GT(feed["records"].integer().value_or(0), 0)
        << feed["name"].string() << " keeps its old data";
  }
  const std::string before = digest();
  const RunResult none = run({"db", "update", "--only", "kev", "--feeds", list});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, testing::HasSubstr("db import"));
  EXPECT_EQ(digest(), before);
  EXPECT_EQ(run({"db", "update", "--offline", "--all", "--feeds", list}).exit_code, 2);
  const RunResult unknown = run({"db", "update", "--only", "klingon", "--feeds", list});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, testing::HasSubstr("debian, kev"));
}

TEST_F(Db, ADamagedDownloadKeepsTheOldDataWhole) {
  std::atomic<bool> broken{false};
  const std::string debian = test::read(test::write_feed(scratch_) + "/debian.jsonl");
  const std::string kev = test::read(path("feed/kev.json"));
  test::HttpServer server([&](const test::HttpCall& call, test::Peer& peer) {
    const bool is_kev = call.target.find("kev") != std::string::npos;
    std::string body = is_kev ? kev : debian;
    // The first record whole, then something that is no JSON.
    if (broken && !is_kev) body = debian.substr(0, debian.find('\n') + 1) + "{\"id\": \n";
    peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.size()) + body);
  });
  const std::string list = scratch_.write(
      "feeds.yaml", fmt::format("feeds:\n  - {{name: debian, urls: ['{}']}}\n  - {{name: kev, "
                                "default: true, urls: ['{}']}}\n",
                                server.url("/debian.jsonl"), server.url("/kev.json")));
  const auto records = [&] {
    std::map<std::string, std::pair<int64_t, std::string>> feeds;
    const auto document = parse_json(run({"db", "status", "--format", "json"}).out);
    EXPECT_OK(document);
    for (const Node& feed : document->root()["feeds"].items()) {
      feeds[std::string(feed["name"].string())] = {feed["records"].integer().value_or(0),
                                                   std::string(feed["problem"].string())};
    }
    return feeds;
  };
  ASSERT_EQ(run({"db", "update", "--all", "--feeds", list}).exit_code, 0);
  const auto before = records();
  broken = true;
  const RunResult partly = run({"db", "update", "--all", "--feeds", list});
  EXPECT_EQ(partly.exit_code, 2) << partly.out << partly.err;
  const auto after = records();
  EXPECT_EQ(after.at("debian").first, before.at("debian").first) << "neither fewer nor more";
  EXPECT_THAT(after.at("debian").second, testing::HasSubstr("damaged"));
  // An update of another feed does not make this one look well.
  ASSERT_EQ(run({"db", "update", "--only", "kev", "--feeds", list}).exit_code, 0);
  EXPECT_EQ(records().at("debian"), after.at("debian"));
}

TEST_F(Db, ABrokenTransferGoesOnWhereItEnded) {
  const std::string debian = test::read(test::write_feed(scratch_) + "/debian.jsonl");
  std::atomic<int> ranges{0};
  test::HttpServer server([&](const test::HttpCall& call, test::Peer& peer) {
    const auto range = call.headers.find("range");
    if (range == call.headers.end()) {
      // Half of it, then the connection ends.
      peer.send(fmt::format("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {}\r\n\r\n",
                            debian.size()) +
                debian.substr(0, debian.size() / 2));
      return peer.close();
    }
    ++ranges;
    const size_t from = debian.size() / 2;
    EXPECT_EQ(range->second, fmt::format("bytes={}-", from));
    peer.send(fmt::format("HTTP/1.1 206 Partial Content\r\nETag: \"v1\"\r\nContent-Range: bytes "
                          "{}-{}/{}\r\nContent-Length: {}\r\n\r\n",
                          from, debian.size() - 1, debian.size(), debian.size() - from) +
              debian.substr(from));
  });
  const std::string list = scratch_.write(
      "feeds.yaml", fmt::format("feeds:\n  - {{name: debian, urls: ['{}']}}\n", server.url("/d")));
  EXPECT_EQ(run({"db", "update", "--all", "--feeds", list}).exit_code, 2);
  const RunResult second = run({"db", "update", "--all", "--feeds", list});
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_EQ(ranges, 1);
}

}  // namespace
}  // namespace seawall::cli
