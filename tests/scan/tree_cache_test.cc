#include "scan/tree_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/time.h"
#include "report/report.h"
#include "scan/file_collector.h"
#include "scan/scan.h"
#include "support/image_builder.h"

namespace seawall::scan {
namespace {

using artifact::EntryKind;
using artifact::FileStamp;
using artifact::WalkedEntry;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kStarted = 1000 * kSecond;

FileKey key(std::string_view path, const FileStamp& stamp, uint64_t size = 10,
            uint32_t mode = 0644) {
  Hasher hasher;
  return file_key({path, EntryKind::kFile, mode, size, {}, &stamp}, hasher);
}

FileResult result(std::string path, std::string note) {
  FileResult out;
  out.path = std::move(path);
  out.inspector = "dpkg";
  out.notes.push_back(std::move(note));
  return out;
}

class TreeCaches : public testing::Test {
 protected:
  TreeCache open(const std::string& fingerprint = "fingerprint") const {
    return {scratch_.path() + "/cache", fingerprint, scratch_.path(), kStarted};
  }
  std::vector<std::string> files() const {
    std::vector<std::string> out;
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(scratch_.path() + "/cache/trees", error))
      out.push_back(entry.path().string());
    return out;
  }
  test::ScratchDirectory scratch_;
};

TEST_F(TreeCaches, EverythingTheKernelSaysIsPartOfTheKey) {
  const FileStamp stamp{1, 2, 3, 4};
  const FileKey same = key("a", stamp);
  EXPECT_EQ(key("a", FileStamp{1, 2, 3, 4}), same);
  EXPECT_NE(key("b", stamp), same);
  EXPECT_NE(key("a", stamp, 11), same);
  EXPECT_NE(key("a", stamp, 10, 0755), same);
  for (const FileStamp& other :
       {FileStamp{9, 2, 3, 4}, FileStamp{1, 9, 3, 4}, FileStamp{1, 2, 9, 4}, FileStamp{1, 2, 3, 9}})
    EXPECT_NE(key("a", other), same);
}

TEST_F(TreeCaches, GivesBackWhatWasKept) {
  const FileKey silent = key("etc/silent", {1, 2, 3, 4}), dpkg = key("etc/x", {1, 3, 3, 4});
  const FileKey odd = key("etc/\xff", {1, 4, 3, 4});
  EXPECT_FALSE(open().find(silent));
  open().put({{silent}, {{"etc/\xff", odd}, {"etc/x", dpkg}}, 3},
             {result("etc/a", "not kept"), result("etc/x", "one"), result("etc/x", "two"),
              result("etc/\xff", "no text")});
  const TreeCache again = open();
  const auto nothing = again.find(silent);
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->empty());
  const auto results = again.find(dpkg);
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 2u);
  EXPECT_EQ((*results)[1].notes, std::vector<std::string>{"two"});
  EXPECT_EQ((*results)[1].path, "etc/x");
  EXPECT_FALSE(again.find(odd)) << "a path that JSON cannot hold is read each time";
  EXPECT_FALSE(again.find(key("etc/silent", {1, 2, 3, 5})));
  EXPECT_FALSE(open("other inspectors").find(silent));
  EXPECT_FALSE(TreeCache(scratch_.path() + "/cache", "fingerprint", "/", kStarted).find(silent));
}

TEST_F(TreeCaches, WhatChangedJustNowIsNotTrusted) {
  const TreeCache cache = open();
  EXPECT_TRUE(cache.trusts({1, 2, kStarted - 3 * kSecond, kStarted - 3 * kSecond}));
  EXPECT_FALSE(cache.trusts({1, 2, kStarted - 3 * kSecond, kStarted - kSecond}));
  EXPECT_FALSE(cache.trusts({1, 2, kStarted + 9 * kSecond, kStarted - 3 * kSecond}));
}

TEST_F(TreeCaches, DamagedOnesCountAsAbsent) {
  const FileKey silent = key("a", {1, 2, 3, 4}), dpkg = key("b", {1, 3, 3, 4});
  open().put({{silent}, {{"b", dpkg}}, 2}, {result("b", "one")});
  ASSERT_EQ(files().size(), 1u);
  const std::string path = files()[0];
  const std::string whole = test::read(path);
  ASSERT_TRUE(open().find(silent));
  const auto overwrite = [&](std::string_view bytes) {
    auto file = AtomicFile::create(path);
    ASSERT_OK(file);
    ASSERT_OK(file->write(bytes));
    ASSERT_OK(file->commit(/*durable=*/false));
  };
  for (size_t length = 0; length < whole.size(); ++length) {
    overwrite(std::string_view(whole).substr(0, length));
    ASSERT_FALSE(open().find(silent)) << length;
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    overwrite(flipped);
    ASSERT_FALSE(open().find(silent)) << i;
    ASSERT_FALSE(open().find(dpkg)) << i;
  }
}

TEST_F(TreeCaches, IsWrittenOnlyWhenThereIsMoreToKeep) {
  std::vector<FileKey> keys;
  for (int i = 0; i < 10; ++i) keys.push_back(key(fmt::format("f{}", i), {1, 2, 3, 4}));
  open().put({keys, {}, 10}, {});
  ASSERT_EQ(files().size(), 1u);
  const std::string whole = test::read(files()[0]);
  struct stat info;
  ASSERT_EQ(::stat(files()[0].c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
  const std::vector<FileKey> most(keys.begin(), keys.begin() + 6),
      few(keys.begin(), keys.begin() + 2);
  open().put({most, {}, 0}, {});
  EXPECT_EQ(test::read(files()[0]), whole);
  open().put({few, {}, 0}, {});
  EXPECT_LT(test::read(files()[0]).size(), whole.size()) << "most of the files are gone";
}

TEST_F(TreeCaches, OnlySoManyTreesAreKept) {
  const FileKey silent = key("a", {1, 2, 3, 4});
  for (int i = 0; i < 70; ++i) open(fmt::format("{}", i)).put({{silent}, {}, 1}, {});
  EXPECT_EQ(files().size(), 64u);
  EXPECT_TRUE(open("69").find(silent));
}

// Whole scans.
class ScanOfATree : public testing::Test {
 protected:
  ScanOptions options(unsigned jobs = 2) const {
    ScanOptions options;
    options.target = "rootfs:" + root_;
    options.database = database_;
    options.max_database_age = 0;
    options.jobs = jobs;
    options.cache_directory = scratch_.path() + "/cache";
    return options;
  }
  std::string json(const ScanOptions& options) const {
    set_now(1'790'000'000);
    const auto report = scan(options);
    EXPECT_OK(report);
    if (!report.ok()) return {};
    for (const auto& format : report::formats())
      if (format.name == "json") return format.render(*report);
    return {};
  }
  std::string uncached() const {
    ScanOptions without = options();
    without.cache_directory.clear();
    return json(without);
  }
  static void grow_old() { std::this_thread::sleep_for(std::chrono::milliseconds(2100)); }
  // Gives the file other bytes of the same length and its old modification time.
  static void rewrite_in_place(const std::string& path, std::string_view bytes) {
    struct stat before, after;
    ASSERT_EQ(::stat(path.c_str(), &before), 0);
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(fd, 0);
    ASSERT_EQ(::pwrite(fd, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    const timespec times[2] = {before.st_atim, before.st_mtim};
    ASSERT_EQ(::futimens(fd, times), 0);
    ::close(fd);
    ASSERT_EQ(::stat(path.c_str(), &after), 0);
    ASSERT_EQ(after.st_size, before.st_size);
    ASSERT_EQ(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
    ASSERT_EQ(after.st_ino, before.st_ino);
  }

  // Made of parts, so that no scanner takes this file for a leak.
  const std::string secret_ = std::string("AKIA") + "Q7XDK4P2WJ5NBT3Z";
  test::ScratchDirectory scratch_;
  std::string root_ = scratch_.path() + "/root";
  std::string database_ = test::write_database(scratch_);
};

TEST_F(ScanOfATree, IsTheSameColdAndWarmAndFollowsEveryChange) {
  scratch_.write("root/etc/os-release", test::kDebian12);
  const std::string status =
      scratch_.write("root/var/lib/dpkg/status", test::dpkg_status({{"demo", "1.0-1"}}));
  scratch_.write("root/var/lib/dpkg/info/demo.list", "/.\n/usr/share/demo\n");
  scratch_.write("root/opt/notes.txt", "token = " + secret_ + "\n");
  const std::string quiet =
      scratch_.write("root/opt/quiet.txt", "token = " + std::string(20, 'x') + "\n");
  for (int i = 0; i < 50; ++i) scratch_.write(fmt::format("root/srv/{}/f", i), "nothing here\n");
  const std::string fresh = json(options());
  EXPECT_EQ(json(options()), fresh) << "too young to be kept";
  grow_old();
  EXPECT_EQ(json(options()), fresh);  // fills the cache
  const std::string truth = uncached();
  EXPECT_EQ(fresh, truth);
  EXPECT_NE(truth.find("demo"), std::string::npos);
  EXPECT_NE(truth.find("opt/notes.txt"), std::string::npos);
  for (const unsigned jobs : {1u, 2u, 7u}) EXPECT_EQ(json(options(jobs)), truth) << jobs;

  size_t entries = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(scratch_.path() + "/cache")) {
    if (!file.is_regular_file()) continue;
    ++entries;
    EXPECT_EQ(test::read(file.path().string()).find(secret_), std::string::npos)
        << "a secret's value lies in the cache";
  }
  EXPECT_GE(entries, 1u);

  rewrite_in_place(status, test::dpkg_status({{"demo", "2.0-1"}}));
  const std::string upgraded = json(options());
  EXPECT_NE(upgraded, truth);
  EXPECT_EQ(upgraded, uncached());
  rewrite_in_place(quiet, "token = " + secret_);
  const std::string leaked = json(options());
  EXPECT_NE(leaked.find("opt/quiet.txt"), std::string::npos) << "a file known as silent speaks";
  EXPECT_EQ(leaked, uncached());
  ASSERT_EQ(::unlink((root_ + "/opt/notes.txt").c_str()), 0);
  EXPECT_EQ(json(options()), uncached());
}

// Shown by a package that only the cache knows of.
TEST_F(ScanOfATree, WhatIsKnownIsNotReadAgain) {
  scratch_.write("root/etc/os-release", test::kDebian12);
  const std::string status =
      scratch_.write("root/var/lib/dpkg/status", test::dpkg_status({{"demo", "1.0-1"}}));
  struct stat info;
  ASSERT_EQ(::stat(status.c_str(), &info), 0);
  const FileStamp stamp{info.st_dev, info.st_ino,
                        info.st_mtim.tv_sec * kSecond + info.st_mtim.tv_nsec,
                        info.st_ctim.tv_sec * kSecond + info.st_ctim.tv_nsec};
  FileResult planted = result("var/lib/dpkg/status", "a note");
  const Wanted wanted({}, {});
  const std::string cache = scratch_.path() + "/cache";
  TreeCache(cache, wanted.fingerprint(), root_, kStarted)
      .put({{},
            {{planted.path, key(planted.path, stamp, static_cast<uint64_t>(info.st_size),
                                info.st_mode & 07777u)}},
            1},
           {planted});
  EXPECT_NE(json(options()).find("a note"), std::string::npos);
  ScanOptions others = options();
  others.skip = {"no/such/path"};
  EXPECT_EQ(json(others), uncached()) << "kept for another selection";
}

TEST_F(ScanOfATree, ManyAtOnceShareOneCache) {
  scratch_.write("root/etc/os-release", test::kDebian12);
  scratch_.write("root/var/lib/dpkg/status", test::dpkg_status({{"demo", "1.0-1"}}));
  grow_old();
  const std::string truth = uncached();
  std::vector<std::string> outputs(8);
  {
    std::vector<std::jthread> threads;
    for (auto& output : outputs)
      threads.emplace_back([&] {
        const auto run = test::seawall(
            {"scan", "rootfs:" + root_, "--db", database_, "--max-db-age", "0", "--format", "json"},
            {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/shared", "SOURCE_DATE_EPOCH=1790000000"});
        EXPECT_EQ(run.exit_code, 1) << run.err;
        output = run.out;
      });
  }
  for (const std::string& output : outputs) EXPECT_EQ(output, outputs[0]);
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(scratch_.path() + "/shared"))
    EXPECT_EQ(file.path().filename().string().find(".part"), std::string::npos);
}

}  // namespace
}  // namespace seawall::scan
