#include "advisory/repository.h"

#include <fmt/format.h>

#include "advisory/database.h"
#include "advisory/feed_sources.h"
#include "advisory/update.h"
#include "base/digest.h"
#include "support/http_server.h"
#include "support/support.h"

namespace seawall::advisory {
namespace {

// A repository whose address changes, as Amazon's does.
class Repository : public testing::Test {
 protected:
  void answer(const test::HttpCall& call, test::Peer& peer) {
    const auto found = files_.find(call.target);
    if (found == files_.end()) return peer.send(test::http_answer(missing_, "no such key"));
    peer.send(test::http_answer(200, found->second));
  }
  void publish(const std::string& guid, const std::string& content, std::string checksum = {},
               const std::string& href = "repodata/updateinfo.xml.gz") {
    if (checksum.empty()) checksum = digest_of(content).hex;
    files_["/mirror.list"] = server_.url("/" + guid) + "/\nhttps://second.example.com/\n";
    files_["/" + guid + "/repodata/repomd.xml"] =
        fmt::format(R"(<?xml version="1.0"?><repomd xmlns="http://linux.duke.edu/metadata/repo">)"
                    R"(<data type="primary"><location href="repodata/primary.xml.gz"/></data>)"
                    R"(<data type="updateinfo"><checksum type="sha256">{}</checksum>)"
                    R"(<location href="{}"/></data></repomd>)",
                    checksum, href);
    files_["/" + guid + "/repodata/updateinfo.xml.gz"] = content;
  }
  Result<Download> fetch() {
    return download_updateinfo(client_, server_.url("/mirror.list"), scratch_.path() + "/feeds",
                               1 << 20);
  }
  Code code() {
    const auto file = fetch();
    return file.ok() ? Code::kInternal : file.error().code();
  }

  test::ScratchDirectory scratch_;
  std::map<std::string, std::string> files_;
  int missing_ = 404;
  test::HttpServer server_{
      [this](const test::HttpCall& call, test::Peer& peer) { answer(call, peer); }};
  HttpClient client_;
};

TEST_F(Repository, FollowsTheListToTheFile) {
  publish("first", "one");
  auto file = fetch();
  ASSERT_OK(file);
  EXPECT_EQ(test::read(file->path), "one");
  publish("second", "two");
  const auto next = fetch();
  ASSERT_OK(next);
  EXPECT_EQ(next->path, file->path) << "the new one takes the old one's place";
  EXPECT_TRUE(next->changed);
  EXPECT_EQ(test::read(next->path), "two");
}

TEST_F(Repository, TrustsNothing) {
  publish("a", "one", digest_of("other").hex);
  EXPECT_EQ(code(), Code::kMismatch);
  for (const char* href : {"../../x", "/x", "https://example.com/x", "a/../../x"}) {
    publish("a", "one", {}, href);
    EXPECT_EQ(code(), Code::kMalformed) << href;
  }
  files_["/mirror.list"] = "\n\n";
  EXPECT_EQ(code(), Code::kMalformed);
  files_["/mirror.list"] = "file:///etc/passwd\n";
  EXPECT_EQ(code(), Code::kMalformed);
  publish("a", "one");
  files_["/a/repodata/repomd.xml"] = "<repomd>";
  EXPECT_EQ(code(), Code::kMalformed);
}

TEST_F(Repository, WhatIsGoneIsToldApart) {
  EXPECT_EQ(code(), Code::kNotFound);
  missing_ = 403;
  EXPECT_EQ(code(), Code::kNotFound) << "how object stores say it";
  publish("a", "one");
  files_["/a/repodata/repomd.xml"] = "<repomd><data type=\"primary\"/></repomd>";
  EXPECT_EQ(code(), Code::kNotFound);
  missing_ = 500;
  files_.clear();
  EXPECT_EQ(code(), Code::kNetwork);
}

// From the list of mirrors to the database; the repository that is gone is named.
TEST_F(Repository, UpdatesAFeed) {
  publish("a", R"(<?xml version="1.0"?><updates><update type="security"><id>ALAS2023-2024-1</id>)"
               R"(<severity>low</severity><references><reference type="cve" id="CVE-2024-1000"/>)"
               R"(</references><pkglist><collection short="amazon-linux-2023">)"
               R"(<package name="expat" epoch="0" version="2.6" release="1" arch="x86_64"/>)"
               R"(</collection></pkglist></update></updates>)");
  UpdateOptions options;
  FeedSource amazon;
  amazon.name = "amazon";
  amazon.repositories = {server_.url("/mirror.list"), server_.url("/gone/mirror.list")};
  options.feeds = {amazon};
  options.database = scratch_.path() + "/advisories.swdb";
  options.cache_directory = scratch_.path() + "/cache";
  const auto summary = update_feeds(options);
  ASSERT_OK(summary);
  EXPECT_THAT(summary->updated, testing::ElementsAre("amazon"));
  EXPECT_EQ(summary->database.problems.size(), 1u);
  const auto database = Database::open(options.database);
  ASSERT_OK(database);
  EXPECT_TRUE(database->has_ecosystem("amazon:2023"));
  const auto again = update_feeds(options);
  ASSERT_OK(again);
  options.feeds[0].repositories = {server_.url("/gone/mirror.list")};
  EXPECT_FALSE(update_feeds(options).ok()) << "nothing is left of the feed";
  EXPECT_TRUE(Database::open(options.database)->has_ecosystem("amazon:2023"));
}

TEST(FeedSources, AmazonHasAnAddress) {
  const auto sources = load_feed_sources("");
  ASSERT_OK(sources);
  const auto amazon = choose_feeds(*sources, {"amazon"});
  ASSERT_OK(amazon);
  ASSERT_EQ(amazon->size(), 1u);
  EXPECT_GE(amazon->front().repositories.size(), 2u);
}

}  // namespace
}  // namespace seawall::advisory
