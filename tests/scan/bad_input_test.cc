// What is damaged, hostile or taken away while a scan runs: a clear error that names the part, the
// documented exit status, and nothing half-written.

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "artifact/layer_walk.h"
#include "codec/json.h"
#include "scan/file_collector.h"
#include "scan/layer_cache.h"
#include "scan/scan.h"
#include "support/image_builder.h"

namespace seawall::scan {
namespace {

using test::debian_layer;
using test::ImageParts;
using test::RunResult;
using test::tar_of;

class BadInput : public testing::Test {
 protected:
  RunResult scan_file(const std::string& path, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"scan",         path, "--db",       database_,
                                       "--max-db-age", "0",  "--scanners", "packages"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::seawall(arguments, {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/cache"});
  }
  RunResult scan_bytes(const std::string& bytes, std::vector<std::string> more = {"--no-cache"}) {
    return scan_file(scratch_.write("image.tar", bytes), std::move(more));
  }
  // Names of files that were being written when something went wrong.
  size_t leftovers(const std::string& directory) {
    size_t count = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, error)) {
      count += entry.path().extension() == ".part";
    }
    return count;
  }

  test::ScratchDirectory scratch_;
  std::string database_ = test::write_database(scratch_);
};

TEST_F(BadInput, WrongDigestsAreErrorsThatNameTheLayer) {
  ImageParts parts{{debian_layer({{"demo", "1"}}), tar_of({{"a", "b"}})}};
  test::complete(parts);
  parts.blobs[1] = tar_of({{"a", "c"}});
  const RunResult diff = scan_bytes(test::docker_archive(parts));
  EXPECT_EQ(diff.exit_code, 2) << diff.err;
  EXPECT_NE(diff.out.find("layer 2 of 2"), std::string::npos) << diff.out;
  EXPECT_NE(diff.out.find("demo"), std::string::npos) << "layer 1 is still reported";

  auto files = test::oci_layout({{debian_layer({{"demo", "1"}})}});
  for (auto& [path, bytes] : files) {
    if (bytes.find("dpkg") != std::string::npos) bytes[600] ^= 1;
  }
  const RunResult blob = scan_bytes(tar_of(files));
  EXPECT_EQ(blob.exit_code, 2);
  EXPECT_NE(blob.out.find("digest"), std::string::npos) << blob.out;

  for (auto& [path, bytes] : files) {
    if (bytes.find("\"layers\"") != std::string::npos) bytes += " ";
  }
  const RunResult manifest = scan_bytes(tar_of(files));
  EXPECT_EQ(manifest.exit_code, 2);
  EXPECT_NE(manifest.err.find("digest"), std::string::npos) << manifest.err;
}

TEST_F(BadInput, TruncatedArchivesNeverPass) {
  ImageParts parts{
      {debian_layer({{"fine", "1"}}), tar_of({{"usr/share/data", std::string(3000, 'x')}})}};
  for (const Compression compression :
       {Compression::kNone, Compression::kGzip, Compression::kZstd}) {
    parts.blobs.clear();
    parts.compression = compression;
    const std::string whole = test::docker_archive(parts, /*manifest_first=*/true);
    const size_t content = whole.find_last_not_of('\0') + 1;  // what follows is padding
    for (size_t cut = 0; cut < content; cut += 509) {
      const RunResult run = scan_bytes(whole.substr(0, cut));
      EXPECT_EQ(run.exit_code, 2) << cut << run.out << run.err;
    }
  }
}

TEST_F(BadInput, FlippedBitsNeverGiveAnotherAnswer) {
  const std::string whole = test::docker_archive(
      {{debian_layer({{"fine", "1"}})}, {}, Compression::kGzip}, /*manifest_first=*/true);
  const std::string good = scan_bytes(whole, {"--no-cache", "--format", "json"}).out;
  for (size_t at = 0; at < whole.size(); at += 97) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    const RunResult run = scan_bytes(flipped, {"--no-cache", "--format", "json"});
    ASSERT_LE(run.exit_code, 3) << "killed at " << at;
    // A flip outside what digests cover (padding, times, tags) may pass, but then says the same of
    // the content.
    if (run.exit_code == 0) {
      const auto before = parse_json(good), after = parse_json(run.out);
      ASSERT_OK(after);
      EXPECT_EQ(before->root()["packages"][0]["version"].string(),
                after->root()["packages"][0]["version"].string())
          << at;
    }
  }
}

TEST_F(BadInput, BombsEndAtTheLimit) {
  const Wanted wanted({}, {});
  for (const Compression compression :
       {Compression::kGzip, Compression::kZstd, Compression::kXz, Compression::kBzip2}) {
    const std::string packed =
        test::pack(compression, tar_of({{"zeros", std::string(8u << 20, '\0')}}));
    artifact::WalkOptions options;
    options.limits.ratio_floor = 1 << 20;
    options.limits.ratio = 50;
    LayerResult layer;
    FileCollector collector(wanted, options.limits, layer);
    const auto facts =
        artifact::walk_layer(std::make_unique<MemoryReader>(packed), options, collector);
    ASSERT_FALSE(facts.ok());
    EXPECT_EQ(facts.error().code(), Code::kLimit) << facts.error().text();
  }
}

TEST_F(BadInput, PathsThatLeaveTheRootAreRefusedAndNamed) {
  using test::tar_end;
  using test::tar_file;
  using test::tar_header;
  const std::string layer =
      tar_file("../../etc/os-release", "ID=evil\n") + tar_file("/etc/os-release", test::kDebian12) +
      tar_header({.name = "dev/sda", .type = '4'}) + tar_header({.name = "pipe", .type = '6'}) +
      tar_header({.name = "a", .type = '2', .link = "b"}) +
      tar_header({.name = "b", .type = '2', .link = "a"}) +
      tar_file("./var//lib/./dpkg/status", test::dpkg_status({{"demo", "1.0-1"}})) + tar_end();
  const RunResult run = scan_bytes(test::docker_archive({{layer}}));
  EXPECT_EQ(run.exit_code, 2) << "an entry that leads out of the root is a problem of its layer";
  EXPECT_NE(run.out.find("leads out of the root"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("demo"), std::string::npos);
  EXPECT_EQ(run.out.find("evil"), std::string::npos);
}

TEST_F(BadInput, EndlessHeadersEnd) {
  std::string layer;
  for (int i = 0; i < 1000; ++i)
    layer += test::tar_extension('x', test::pax_record("comment", std::string(400, 'c')));
  const RunResult run =
      scan_bytes(test::docker_archive({{layer + test::tar_file("a", "b") + test::tar_end()}}));
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(run.out.find("layer 1 of 1"), std::string::npos) << run.out;
}

// An archive whose one layer has a package database and `count` empty files, written piece by
// piece: this process must stay small, since a child's peak memory starts with its parent's.
void write_many_entries(const std::string& path, size_t count,
                        const std::function<std::string(size_t)>& name) {
  const std::string blob = path + ".layer";
  Hasher hasher;
  gzFile out = ::gzopen(blob.c_str(), "wb1");
  const auto put = [&](const std::string& bytes) {
    hasher.update(bytes);
    ::gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size()));
  };
  put(test::tar_file("etc/os-release", test::kDebian12) +
      test::tar_file("var/lib/dpkg/status", test::dpkg_status({{"demo", "1.0-1"}})));
  for (size_t i = 0; i < count; ++i) put(test::tar_header({.name = name(i)}));
  put(test::tar_end());
  ::gzclose(out);
  const std::string config = fmt::format(
      R"({{"architecture":"amd64","os":"linux","rootfs":{{"type":"layers","diff_ids":["{}"]}}}})",
      hasher.finish().text());
  const std::string config_name = test::hex_of(config) + ".json";
  const uint64_t size = std::filesystem::file_size(blob);
  std::ofstream archive(path, std::ios::binary);
  archive << test::tar_file(
                 "manifest.json",
                 fmt::format(R"([{{"Config":"{}","Layers":["layer.tar"]}}])", config_name))
          << test::tar_file(config_name, config)
          << test::tar_header({.name = "layer.tar", .size = size})
          << std::ifstream(blob, std::ios::binary).rdbuf()
          << std::string((512 - size % 512) % 512, '\0') << test::tar_end();
}

TEST_F(BadInput, AMillionFilesOrWhiteoutsFitInMemory) {
  if (test::seawall_binary().find("/release/") == std::string_view::npos) {
    GTEST_SKIP() << "memory is that of the release build only";
  }
  const std::string path = scratch_.path() + "/many.tar";
  for (const bool whiteouts : {false, true}) {
    write_many_entries(path, 1'000'000, [&](size_t i) {
      return fmt::format("var/lib/{}{}/{}{}", whiteouts ? "dpkg/d" : "d", i / 1000,
                         whiteouts ? ".wh." : "f", i);
    });
    const RunResult run = scan_file(path, {"--no-cache"});
    EXPECT_EQ(run.exit_code, 1) << run.out << run.err;
    EXPECT_LT(run.max_rss_kib, 96 * 1024) << (whiteouts ? "whiteouts" : "empty files");
  }
}

TEST_F(BadInput, TheCacheIsUsedAndNeverBelievedBlindly) {
  const std::string image =
      scratch_.write("image.tar", test::docker_archive({{debian_layer({{"demo", "1.0-1"}})}}));
  const RunResult first = scan_file(image, {"--format", "json"});
  EXPECT_EQ(first.exit_code, 1) << first.err;
  std::filesystem::path entry;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(scratch_.path() + "/cache/layers")) {
    if (file.is_regular_file()) entry = file.path();
  }
  ASSERT_FALSE(entry.empty());
  // Torn, foreign and empty entries count as absent.
  const std::string whole = test::read(entry.string());
  for (const std::string& bytes : {whole.substr(0, whole.size() / 2), std::string(),
                                   std::string("seawall-layer-2 \n{}"), whole + " "}) {
    ASSERT_OK(write_file(entry.string(), bytes));
    const RunResult again = scan_file(image, {"--format", "json"});
    EXPECT_EQ(again.out, first.out);
  }
  // What is cached is not read again: the layer's bytes may be gone.
  ImageParts parts{{debian_layer({{"demo", "1.0-1"}})}};
  test::complete(parts);
  parts.blobs[0] = "";
  const RunResult cached = scan_file(scratch_.write("image.tar", test::docker_archive(parts)));
  EXPECT_EQ(cached.exit_code, 1) << cached.out << cached.err;
}

TEST_F(BadInput, ACacheThatCannotBeWrittenIsNoFailure) {
  const std::string image =
      scratch_.write("image.tar", test::docker_archive({{debian_layer({{"demo", "1.0-1"}})}}));
  const std::vector<std::string> arguments{"scan", image, "--db", database_, "--max-db-age", "0"};
  // A file where the directory should be cannot be written to by root either.
  scratch_.write("blocked", "");
  EXPECT_EQ(
      test::seawall(arguments, {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/blocked"}).exit_code, 1);
  const std::string full = scratch_.path() + "/full";
  ASSERT_EQ(::mkdir(full.c_str(), 0755), 0);
  if (::mount("tmpfs", full.c_str(), "tmpfs", 0, "size=4k,nr_inodes=3") != 0) {
    GTEST_SKIP() << "no right to mount a tiny file system; the full disk is not tried";
  }
  EXPECT_EQ(test::seawall(arguments, {"SEAWALL_CACHE_DIR=" + full}).exit_code, 1);
  auto more = arguments;
  more.insert(more.end(), {"--format", "json", "--output", full + "/report.json"});
  const RunResult output =
      test::seawall(more, {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/blocked"});
  EXPECT_EQ(output.exit_code, 2) << output.err;
  EXPECT_FALSE(file_exists(full + "/report.json"));
  EXPECT_EQ(leftovers(full), 0u);
  ::umount(full.c_str());
}

TEST_F(BadInput, ManyAtOnceShareOneCacheWhileTheDatabaseIsReplaced) {
  std::vector<std::string> layers{debian_layer({{"demo", "1.0-1"}})};
  for (int i = 0; i < 5; ++i)
    layers.push_back(tar_of({{fmt::format("f{}", i), std::string(200'000, 'x')}}));
  const std::string image =
      scratch_.write("image.tar", test::docker_archive({layers, {}, Compression::kGzip}));
  const std::string feed = scratch_.path() + "/feed";
  std::vector<RunResult> runs(8);
  {
    std::vector<std::jthread> threads;
    for (auto& run : runs)
      threads.emplace_back([&] { run = scan_file(image, {"--format", "json"}); });
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i)
        EXPECT_EQ(test::seawall({"db", "import", feed, "--db", database_}).exit_code, 0);
    });
  }
  for (const RunResult& run : runs) {
    EXPECT_EQ(run.exit_code, 1) << run.err;
    const auto report = parse_json(run.out);
    ASSERT_OK(report);
    EXPECT_EQ(report->root()["findings"].size(), 1u);
  }
  EXPECT_EQ(leftovers(scratch_.path()), 0u);
}

TEST_F(BadInput, AnInterruptionLeavesNothingBehind) {
  // A layer that takes a while: random bytes cannot be compressed away, and the scan must read them
  // all.
  const std::string path = scratch_.path() + "/big.tar";
  {
    std::ofstream out(path, std::ios::binary);
    const uint64_t size = 3ull << 30;
    const std::string header = test::tar_header({.name = "etc/passwd", .size = 0}) +
                               test::tar_header({.name = "zeros", .size = size});
    out << header;
    out.close();
    std::filesystem::resize_file(path,
                                 header.size() + size + 1024);  // a sparse file: no disk is used
  }
  const pid_t pid = ::fork();
  if (pid == 0) {
    const std::string report = scratch_.path() + "/report.json";
    const int err = ::open((scratch_.path() + "/err").c_str(), O_CREAT | O_WRONLY, 0600);
    ::dup2(err, 2);
    ::execl(test::seawall_binary().c_str(), "seawall", "scan", path.c_str(), "--no-cache", "--db",
            database_.c_str(), "--output", report.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  ::kill(pid, SIGINT);
  int status = 0;
  ::waitpid(pid, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 2);
  EXPECT_NE(test::read(scratch_.path() + "/err").find("interrupted"), std::string::npos);
  EXPECT_FALSE(file_exists(scratch_.path() + "/report.json"));
  EXPECT_EQ(leftovers(scratch_.path()), 0u);
}

TEST_F(BadInput, WhatIsNoImageSaysSo) {
  for (const std::string& bytes : {std::string(), std::string("hello"), std::string(5000, '\0'),
                                   std::string(5000, 'x'), tar_of({{"readme", "no image"}})}) {
    const RunResult run = scan_bytes(bytes);
    EXPECT_EQ(run.exit_code, 2) << run.out;
    EXPECT_NE(run.err.find("image.tar"), std::string::npos) << run.err;
  }
  const RunResult absent = scan_file(scratch_.path() + "/absent.tar");
  EXPECT_EQ(absent.exit_code, 2);
  EXPECT_NE(absent.err.find("no such file"), std::string::npos);
}

TEST_F(BadInput, DamagedDatabasesAreErrorsNotCrashes) {
  const std::string image =
      scratch_.write("image.tar", test::docker_archive({{debian_layer({{"demo", "1.0-1"}})}}));
  const std::string whole = test::read(database_);
  for (size_t at = 0; at < whole.size(); at += std::max<size_t>(1, whole.size() / 60)) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0xff);
    scratch_.write("damaged.swdb", flipped);
    const RunResult run = test::seawall({"scan", image, "--no-cache", "--max-db-age", "0", "--db",
                                         scratch_.path() + "/damaged.swdb"});
    ASSERT_LE(run.exit_code, 3) << at;
    EXPECT_EQ(test::seawall({"db", "verify", "--db", scratch_.path() + "/damaged.swdb"}).exit_code,
              2)
        << at;
  }
}

}  // namespace
}  // namespace seawall::scan
