// Language packages from file to finding: real advisories' facts, the vulnerable version beside the
// fixed one, in an image and in a source tree.
#include <algorithm>
#include <set>

#include "codec/executable_builder.h"
#include "codec/zip_builder.h"
#include "scan/scan.h"
#include "support/image_builder.h"

namespace seawall::scan {
namespace {

using test::elf_of;
using test::le;
using test::ZipBuilder;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Record {
  const char *id, *alias, *ecosystem, *name, *introduced, *fixed;
};
// Facts as osv.dev has them.
constexpr Record kRecords[] = {
    {"GHSA-c2qf-rxjj-qqgw", "CVE-2022-25883", "npm", "semver", "7.0.0", "7.5.2"},
    {"GHSA-67hx-6x53-jw92", "CVE-2023-45133", "npm", "@babel/traverse", "0", "7.23.2"},
    {"GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228", "Maven", "org.apache.logging.log4j:log4j-core",
     "2.13.0", "2.15.0"},
    {"GHSA-j8r2-6x86-q33q", "CVE-2023-32681", "PyPI", "requests", "2.3.0", "2.31.0"},
    {"GHSA-cx63-2mw6-8hw5", "CVE-2024-6345", "PyPI", "setuptools", "0", "70.0.0"},
    {"GHSA-6c5p-j8vq-pqhj", "CVE-2024-33663", "PyPI", "python-jose", "0", "<=3.3.0"},
    {"GO-2022-0322", "CVE-2022-21698", "Go", "github.com/prometheus/client_golang", "0", "1.11.1"},
    {"GO-2023-1571", "CVE-2022-41723", "Go", "golang.org/x/net", "0", "0.7.0"},
    {"GO-2020-0017", "CVE-2020-26160", "Go", "github.com/dgrijalva/jwt-go", "0", ""},
    {"RUSTSEC-2021-0079", "CVE-2021-32714", "crates.io", "hyper", "0", "0.14.10"},
    {"GHSA-93pm-5p5f-3ghx", "CVE-2022-44571", "RubyGems", "rack", "2.0.0", "2.0.9.2"},
    {"GHSA-5crp-9r3c-p9vr", "CVE-2024-21907", "NuGet", "Newtonsoft.Json", "0", "13.0.1"},
    {"GHSA-q559-8m2m-g699", "CVE-2022-31091", "Packagist", "guzzlehttp/guzzle", "7.0.0", "7.4.5"},
    {"GHSA-p8f7-22gq-m7j9", "CVE-2022-42975", "Hex", "phoenix", "0", "1.6.14"},
    {"GHSA-4rgh-jx4f-qfcq", "CVE-2020-35669", "Pub", "http", "0", "0.13.3"},
};

std::string osv_of(const Record& record) {
  std::string events = fmt::format(R"({{"introduced":"{}"}})", record.introduced);
  const std::string_view fixed = record.fixed;
  if (fixed.starts_with("<="))
    events += fmt::format(R"(,{{"last_affected":"{}"}})", fixed.substr(2));
  else if (!fixed.empty())
    events += fmt::format(R"(,{{"fixed":"{}"}})", fixed);
  const std::string_view ecosystem = record.ecosystem;
  const bool is_semver = ecosystem == "npm" || ecosystem == "Go" || ecosystem == "crates.io";
  return fmt::format(
      R"({{"schema_version":"1.6.0","id":"{}","modified":"2026-11-01T00:00:00Z","aliases":["{}"],)"
      R"("summary":"a real one","affected":[{{"package":{{"ecosystem":"{}","name":"{}"}},)"
      R"("ranges":[{{"type":"{}","events":[{}]}}]}}]}})",
      record.id, record.alias, record.ecosystem, record.name, is_semver ? "SEMVER" : "ECOSYSTEM",
      events);
}

std::string varint(size_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}

std::string go_program(const std::string& modules) {
  const std::string version = "go1.22.4";
  const std::string guarded = std::string(16, 's') + modules + std::string(16, 'e');
  return elf_of(
      {{".go.buildinfo", "\xff Go buildinf:" + le(8, 1) + le(2, 1) + le(0, 16) +
                             varint(version.size()) + version + varint(guarded.size()) + guarded}});
}

std::string rust_program(const std::string& packages) {
  return elf_of({{".dep-v0", test::deflate_bytes("{\"packages\":[" + packages + "]}", 15)}});
}

std::string jar_of(const std::string& group, const std::string& artifact,
                   const std::string& version) {
  return ZipBuilder()
      .add({"META-INF/maven/" + group + "/" + artifact + "/pom.properties",
            "groupId=" + group + "\nartifactId=" + artifact + "\nversion=" + version + "\n"})
      .build();
}

std::string python_metadata(const std::string& name, const std::string& version) {
  return "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n\n";
}

class Languages : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new test::ScratchDirectory();
    for (const Record& record : kRecords)
      directory_->write(fmt::format("feed/{}.json", record.id), osv_of(record));
    // Of the distribution, so that it answers for what it installed.
    directory_->write(
        "feed/DEBIAN.json",
        R"({"schema_version":"1.6.0","id":"DEBIAN-CVE-2000-1","modified":"2026-11-01T00:00:00Z",)"
        R"("upstream":["CVE-2000-1"],"affected":[{"package":{"ecosystem":"Debian:12","name":"x"},)"
        R"("ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1"}]}]}]})");
    database_ = directory_->path() + "/advisories.swdb";
    const test::RunResult built = test::seawall(
        {"db", "import", directory_->path() + "/feed", "--db", database_, "--replace"});
    EXPECT_EQ(built.exit_code, 0) << built.err;
  }
  static void TearDownTestSuite() { delete directory_; }

  static ScanReport run(const std::string& target) {
    ScanOptions options;
    options.target = target;
    options.database = database_;
    options.max_database_age = 0;
    options.categories = static_cast<uint8_t>(inspect::Category::kPackages);
    auto report = scan(options);
    EXPECT_OK(report);
    return report.ok() ? std::move(*report) : ScanReport();
  }
  // Files below usr/bin can be executed.
  static ScanReport image(const std::vector<std::pair<std::string, std::string>>& files) {
    std::string layer;
    for (const auto& [path, bytes] : files) {
      const uint32_t mode = path.starts_with("usr/bin/") ? 0755 : 0644;
      layer += test::tar_header({.name = path, .size = bytes.size(), .mode = mode}) +
               test::padded(bytes);
    }
    return run(directory_->write(fmt::format("image{}.tar", count_++),
                                 test::docker_archive({{layer + test::tar_end()}})));
  }
  static ScanReport tree(const std::vector<std::pair<std::string, std::string>>& files) {
    const std::string name = fmt::format("tree{}", count_++);
    for (const auto& [path, text] : files) directory_->write(name + "/" + path, text);
    return run("dir:" + directory_->path() + "/" + name);
  }
  // "CVE-2022-25883 semver 7.5.1"
  static std::vector<std::string> found(const ScanReport& report) {
    std::vector<std::string> out;
    for (const Finding& finding : report.findings) {
      std::set<std::string> names(finding.vulnerability.aliases.begin(),
                                  finding.vulnerability.aliases.end());
      names.insert(finding.rule_id);
      for (const std::string& name : names) {
        if (name.starts_with("CVE-"))
          out.push_back(name + " " + finding.package.name + " " + finding.package.version);
      }
    }
    return out;
  }

  static inline test::ScratchDirectory* directory_ = nullptr;
  static inline std::string database_;
  static inline int count_ = 0;
};

TEST_F(Languages, InstalledOnesMatchByTheirOwnVersionOrder) {
  const ScanReport report = image({
      {"srv/node_modules/semver/package.json", R"({"name":"semver","version":"7.5.1"})"},
      {"srv/new/node_modules/semver/package.json", R"({"name":"semver","version":"7.5.2"})"},
      {"srv/node_modules/@babel/traverse/package.json",
       R"({"name":"@babel/traverse","version":"7.23.0"})"},
      {"srv/app.war", ZipBuilder()
                          .add({"WEB-INF/lib/log4j-core-2.14.1.jar",
                                jar_of("org.apache.logging.log4j", "log4j-core", "2.14.1")})
                          .add({"WEB-INF/lib/log4j-core-2.15.0.jar",
                                jar_of("org.apache.logging.log4j", "log4j-core", "2.15.0")})
                          .build()},
      {"usr/lib/python3.12/site-packages/requests-2.30.0.dist-info/METADATA",
       python_metadata("requests", "2.30.0")},
      {"opt/v/lib/python3.12/site-packages/requests-2.31.0.dist-info/METADATA",
       python_metadata("requests", "2.31.0")},
      {"usr/lib/python3.12/site-packages/Python_Jose-3.3.0.dist-info/METADATA",
       python_metadata("Python_Jose", "3.3.0")},
      {"usr/bin/tool",
       go_program("path\tx\nmod\tx\tv1.0.0\t\n"
                  "dep\tgithub.com/prometheus/client_golang\tv1.11.0\th1:x\n"
                  "dep\tgolang.org/x/net\tv0.0.0-20220722155237-a158d28d115b\th1:x\n"
                  "dep\tgithub.com/dgrijalva/jwt-go\tv3.2.0+incompatible\th1:x\n")},
      {"usr/bin/fixed", go_program("path\ty\nmod\ty\tv1.0.0\t\n"
                                   "dep\tgithub.com/prometheus/client_golang\tv1.11.1\th1:x\n"
                                   "dep\tgolang.org/x/net\tv0.7.0\th1:x\n")},
      {"usr/bin/web", rust_program(R"({"name":"hyper","version":"0.14.9","source":"crates.io"})")},
      {"usr/bin/web2",
       rust_program(R"({"name":"hyper","version":"0.14.10","source":"crates.io"})")},
      {"usr/lib/ruby/gems/3.1.0/specifications/rack-2.0.9.1.gemspec",
       "Gem::Specification.new do |s|\n  s.name = \"rack\".freeze\n  s.version = "
       "\"2.0.9.1\"\nend\n"},
  });
  EXPECT_THAT(
      found(report),
      UnorderedElementsAre("CVE-2022-25883 semver 7.5.1", "CVE-2023-45133 @babel/traverse 7.23.0",
                           "CVE-2021-44228 org.apache.logging.log4j:log4j-core 2.14.1",
                           "CVE-2023-32681 requests 2.30.0", "CVE-2024-33663 Python_Jose 3.3.0",
                           "CVE-2022-21698 github.com/prometheus/client_golang v1.11.0",
                           "CVE-2022-41723 golang.org/x/net v0.0.0-20220722155237-a158d28d115b",
                           "CVE-2020-26160 github.com/dgrijalva/jwt-go v3.2.0+incompatible",
                           "CVE-2021-32714 hyper 0.14.9", "CVE-2022-44571 rack 2.0.9.1"));
  for (const Finding& finding : report.findings) {
    EXPECT_GE(finding.package.location.layer, 0) << finding.rule_id;
    EXPECT_FALSE(finding.package.location.path.empty()) << finding.rule_id;
    EXPECT_FALSE(finding.vulnerability.affected_range.empty()) << finding.rule_id;
  }
}

TEST_F(Languages, WhatTheDistributionInstalledIsTheDistributions) {
  const ScanReport report = image({
      {"etc/os-release", std::string(test::kDebian12)},
      {"var/lib/dpkg/status", test::dpkg_status({{"python3-setuptools", "66.1.1-1+deb12u1"}})},
      {"var/lib/dpkg/info/python3-setuptools.list",
       "/.\n/usr/lib/python3/dist-packages/setuptools-66.1.1.egg-info/PKG-INFO\n"},
      {"usr/lib/python3/dist-packages/setuptools-66.1.1.egg-info/PKG-INFO",
       python_metadata("setuptools", "66.1.1")},
      {"opt/venv/lib/python3.11/site-packages/setuptools-65.5.0.dist-info/METADATA",
       python_metadata("setuptools", "65.5.0")},
  });
  EXPECT_THAT(found(report), UnorderedElementsAre("CVE-2024-6345 setuptools 65.5.0"))
      << "Debian fixes its own copy under its own version";
}

TEST_F(Languages, LockFilesMatchWithTheirLines) {
  const ScanReport report = tree({
      {"web/package-lock.json",
       "{\n \"lockfileVersion\": 3,\n \"packages\": {\n  \"node_modules/semver\": {\n   "
       "\"version\": \"7.5.1\"\n  },\n  \"node_modules/x/node_modules/semver\": {\n   \"version\": "
       "\"7.5.4\"\n  }\n }\n}\n"},
      {"api/requirements.txt", "# pinned\nRequests==2.30.0\nsetuptools==70.0.0\n"},
      {"go/go.mod",
       "module x\n\ngo 1.22\n\nrequire (\n\tgolang.org/x/net v0.6.0\n"
       "\tgithub.com/prometheus/client_golang v1.19.0\n)\n"},
      {"rs/Cargo.lock",
       "version = 3\n\n[[package]]\nname = \"hyper\"\nversion = \"0.14.9\"\nsource = "
       "\"registry+https://index.example\"\n"},
      {"rb/Gemfile.lock", "GEM\n  remote: https://gems.example/\n  specs:\n    rack (2.0.9.1)\n"},
      {"cs/packages.lock.json",
       R"({"version":1,"dependencies":{"net8.0":{"newtonsoft.json":{"type":"Direct","resolved":"12.0.3.0"}}}})"},
      {"php/composer.lock",
       R"({"packages":[{"name":"guzzlehttp/guzzle","version":"v7.4.4"}],"packages-dev":[]})"},
      {"ex/mix.lock",
       "%{\n  \"phoenix\": {:hex, :phoenix, \"1.6.13\", \"aa\", [:mix], [], \"hexpm\", "
       "\"bb\"},\n}\n"},
      {"dart/pubspec.lock",
       "packages:\n  http:\n    dependency: \"direct main\"\n    source: hosted\n    version: "
       "\"0.13.2\"\n"},
      {"java/pom.xml",
       "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId>"
       "<version>1</version><dependencies>\n<dependency><groupId>org.apache.logging.log4j</groupId>"
       "<artifactId>log4j-core</artifactId><version>2.14.1</version></dependency>\n"
       "</dependencies></project>\n"},
  });
  EXPECT_THAT(
      found(report),
      UnorderedElementsAre("CVE-2022-25883 semver 7.5.1", "CVE-2023-32681 Requests 2.30.0",
                           "CVE-2022-41723 golang.org/x/net v0.6.0", "CVE-2021-32714 hyper 0.14.9",
                           "CVE-2022-44571 rack 2.0.9.1", "CVE-2024-21907 newtonsoft.json 12.0.3.0",
                           "CVE-2022-31091 guzzlehttp/guzzle v7.4.4",
                           "CVE-2022-42975 phoenix 1.6.13", "CVE-2020-35669 http 0.13.2",
                           "CVE-2021-44228 org.apache.logging.log4j:log4j-core 2.14.1"));
  for (const Finding& finding : report.findings)
    EXPECT_GT(finding.package.location.line, 0u) << finding.package.name;
}

TEST_F(Languages, ImagesOfEcosystemsThatKeepOnlyALock) {
  const ScanReport report = image({
      {"app/pubspec.lock",
       "packages:\n  http:\n    dependency: \"direct main\"\n    source: hosted\n    version: "
       "\"0.13.2\"\n"},
      {"app/Package.resolved",
       R"({"pins":[{"identity":"swift-nio","kind":"remoteSourceControl","location":)"
       R"("https://git.example/apple/swift-nio.git","state":{"version":"2.0.0"}}],"version":2})"},
      {"app/Manifest.toml",
       "julia_version = \"1.9.4\"\nmanifest_format = \"2.0\"\n[[deps.JSON]]\nuuid = "
       "\"682c06a0-de6a-54ab-a142-c8b1cf79cde6\"\nversion = \"0.21.4\"\n"},
  });
  EXPECT_THAT(found(report), UnorderedElementsAre("CVE-2020-35669 http 0.13.2"));
  std::set<PackageType> types;
  for (const Package& package : report.inventory.packages) types.insert(package.type);
  EXPECT_THAT(types,
              UnorderedElementsAre(PackageType::kPub, PackageType::kSwift, PackageType::kJulia));
}

TEST_F(Languages, FixedOnesAreClean) {
  EXPECT_THAT(
      found(tree(
          {{"requirements.txt", "requests==2.31.0\nsetuptools==70.0.0\npython-jose==3.4.0\n"},
           {"Gemfile.lock", "GEM\n  remote: https://gems.example/\n  specs:\n    rack (2.0.9.2)\n"},
           {"packages.lock.json",
            R"({"version":1,"dependencies":{"net8.0":{"Newtonsoft.Json":{"type":"Direct","resolved":"13.0.1"}}}})"},
           {"composer.lock", R"({"packages":[{"name":"guzzlehttp/guzzle","version":"7.4.5"}]})"},
           {"mix.lock",
            "%{\n  \"phoenix\": {:hex, :phoenix, \"1.6.14\", \"aa\", [:mix], [], \"hexpm\", "
            "\"bb\"},\n}\n"},
           {"pubspec.lock",
            "packages:\n  http:\n    dependency: \"direct main\"\n    source: hosted\n    "
            "version: \"0.13.3\"\n"},
           {"go.mod", "module x\n\nrequire golang.org/x/net v0.7.0\n"}})),
      IsEmpty());
}

}  // namespace
}  // namespace seawall::scan
