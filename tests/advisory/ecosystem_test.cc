#include "advisory/ecosystem.h"

#include "advisory/ecosystem_osv.h"
#include "support/support.h"

namespace seawall::advisory {
namespace {

struct OsvName {
  const char *osv, *ours;
};

TEST(EcosystemOfOsv, NamesReleasesAsSeawallDoes) {
  const OsvName cases[] = {
      {"Debian:12", "debian:12"},
      {"Debian:3.1", "debian:3.1"},
      {"Debian:sid", "debian:sid"},
      {"Alpine:v3.20", "alpine:3.20"},
      {"Alpine:3.20", "alpine:3.20"},
      {"Alpine:edge", "alpine:edge"},
      {"Ubuntu:22.04:LTS", "ubuntu:22.04"},
      {"Ubuntu:24.10", "ubuntu:24.10"},
      {"Ubuntu:Pro:16.04:LTS", "ubuntu-pro:16.04"},
      {"Red Hat:enterprise_linux:9::appstream", "redhat:9"},
      {"Red Hat:enterprise_linux:9::baseos", "redhat:9"},
      {"Red Hat:enterprise_linux:7::server", "redhat:7"},
      {"Red Hat:enterprise_linux:10.0", "redhat:10"},
      {"Red Hat:rhel_eus:9.2::appstream", "redhat-eus:9.2"},
      {"Red Hat:rhel_e4s:8.4::baseos", "redhat-e4s:8.4"},
      {"Red Hat:rhel_tus:8.4::appstream", "redhat-tus:8.4"},
      {"Red Hat:rhel_aus:7.2::server", "redhat-aus:7.2"},
      {"Red Hat:rhel_els:6", "redhat-els:6"},
      {"Red Hat:rhel_software_collections:3::el7", "redhat:7"},
      {"Red Hat:devtools:2019::el7", "redhat:7"},
      {"Red Hat:rhel_extras:6", "redhat:6"},
      {"AlmaLinux:8", "alma:8"},
      {"Rocky Linux:9", "rocky:9"},
      {"SUSE:Linux Enterprise Server 15 SP5", "sles:15.5"},
      {"SUSE:Linux Enterprise Server 12", "sles:12"},
      {"SUSE:Linux Enterprise Module for Basesystem 15 SP5", "sles:15.5"},
      {"SUSE:Linux Enterprise Desktop 12 SP4", "sles:12.4"},
      {"SUSE:Package Hub 15 SP5", "sles:15.5"},
      {"SUSE:Linux Enterprise Server 15 SP3-LTSS", "sles-ltss:15.3"},
      {"SUSE:Linux Enterprise Server 12 SP2-BCL", "sles-ltss:12.2"},
      {"SUSE:Linux Enterprise Server for SAP Applications 12 SP3", "sles-ltss:12.3"},
      {"SUSE:Linux Enterprise High Performance Computing 15 SP3-ESPOS", "sles-ltss:15.3"},
      {"SUSE:Linux Enterprise Micro 5.3", "sle-micro:5.3"},
      {"openSUSE:Leap 15.6", "opensuse-leap:15.6"},
      {"openSUSE:Leap 15.1 NonFree", "opensuse-leap:15.1"},
      {"openSUSE:Leap Micro 5.3", "opensuse-leap-micro:5.3"},
      {"openSUSE:Tumbleweed", "opensuse-tumbleweed"},
      {"npm", "npm"},
      {"PyPI", "pypi"},
      {"Maven", "maven"},
      {"Maven:https://repo.example.org/maven2", "maven"},
      {"Go", "go"},
      {"crates.io", "cargo"},
      {"RubyGems", "gem"},
      {"NuGet", "nuget"},
      {"Packagist", "composer"},
      {"Packagist:https://packages.drupal.org/8", "composer"},
      {"Pub", "pub"},
      {"Hex", "hex"},
      {"SwiftURL", "swift"},
      {"CRAN", "cran"},
      {"Hackage", "hackage"},
      {"ConanCenter", "conan"},
      {"GitHub Actions", "github"},
      {"Bitnami", "bitnami"},
  };
  for (const auto& [osv, ours] : cases) EXPECT_EQ(ecosystem_of_osv(osv), ours) << osv;
}

TEST(EcosystemOfOsv, LeavesOutWhatCannotBeMatched) {
  for (const char* osv : {"",
                          ":",
                          "Debian",
                          "Debian:",
                          "Debian:bullseye-backports",
                          "Alpine",
                          "Alpine:v",
                          "Ubuntu",
                          "Ubuntu:Pro:FIPS-updates:22.04:LTS",
                          "Ubuntu:22.04:Nvidia",
                          "Red Hat",
                          "Red Hat:enterprise_linux",
                          "Red Hat:enterprise_linux:x::y",
                          "Red Hat:openshift:4.12::el8",
                          "Red Hat:jboss_enterprise_application_platform:6::el6",
                          "Red Hat:devtools:2019",
                          "Rocky Linux:SIG Cloud:8",
                          "AlmaLinux",
                          "SUSE:OpenStack Cloud 9",
                          "SUSE:",
                          "SUSE:Linux Enterprise Server",
                          "SUSE:Linux Enterprise Server 15 SP",
                          "SUSE:Linux Enterprise Live Patching 15 SP2",
                          "SUSE:Manager Server 4.2",
                          "openSUSE:Leap",
                          "openSUSE:Leap x",
                          "Wolfi",
                          "Chainguard",
                          "Android",
                          "OSS-Fuzz",
                          "GIT",
                          "npm2",
                          "NPM",
                          "Debian:1111111111111111111111111",
                          "Debian:12.",
                          "Debian:1\n2"}) {
    EXPECT_EQ(ecosystem_of_osv(osv), "") << osv;
  }
}

TEST(FeedOfEcosystem, GroupsTheVariantsOfOneVendor) {
  EXPECT_EQ(feed_of_ecosystem("debian:12"), "debian");
  EXPECT_EQ(feed_of_ecosystem("debian-elts:8"), "debian-elts");
  EXPECT_EQ(feed_of_ecosystem("ubuntu-pro:16.04"), "ubuntu");
  EXPECT_EQ(feed_of_ecosystem("redhat-eus:9.2"), "redhat");
  EXPECT_EQ(feed_of_ecosystem("sles-ltss:15.3"), "suse");
  EXPECT_EQ(feed_of_ecosystem("sle-micro:5.3"), "suse");
  EXPECT_EQ(feed_of_ecosystem("opensuse-tumbleweed"), "suse");
  EXPECT_EQ(feed_of_ecosystem("alma:9"), "alma");
  EXPECT_EQ(feed_of_ecosystem("npm"), "npm");
  EXPECT_EQ(feed_of_ecosystem("plan9:4"), "");
}

TEST(DebugPackages, AreTold) {
  EXPECT_TRUE(is_debug_package("bash-debuginfo"));
  EXPECT_TRUE(is_debug_package("nodejs-debugsource"));
  EXPECT_TRUE(is_debug_package("kernel-debuginfo-common-x86_64"));
  EXPECT_FALSE(is_debug_package("kernel-debug"));
  EXPECT_FALSE(is_debug_package("debuginfod"));
}

Distribution distribution(std::string id, std::string version, std::string codename = {},
                          std::string pretty = {}, std::string cpe = {}) {
  Distribution made;
  made.id = std::move(id);
  made.version_id = std::move(version);
  made.codename = std::move(codename);
  made.pretty_name = std::move(pretty);
  made.cpe_name = std::move(cpe);
  return made;
}

struct Release {
  Distribution distribution;
  const char *ecosystem, *feed, *eol_product, *eol_cycle;
  bool by_source;
};

TEST(MatchDistribution, FindsTheReleaseOfEachFamily) {
  const Release cases[] = {
      {distribution("debian", "12"), "debian:12", "debian", "debian", "12", true},
      {distribution("debian", "12.6"), "debian:12", "debian", "debian", "12", true},
      {distribution("debian", "3.1"), "debian:3.1", "debian", "debian", "3.1", true},
      {distribution("debian", "", "trixie"), "debian:13", "debian", "debian", "13", true},
      {distribution("debian", "", "forky/sid"), "debian:14", "debian", "debian", "14", true},
      {distribution("debian", "", "sid"), "debian:sid", "debian", "debian", "", true},
      {distribution("ubuntu", "22.04"), "ubuntu:22.04", "ubuntu", "ubuntu", "22.04", true},
      {distribution("ubuntu", "22.04.3"), "ubuntu:22.04", "ubuntu", "ubuntu", "22.04", true},
      {distribution("alpine", "3.20.1"), "alpine:3.20", "alpine", "alpine-linux", "3.20", true},
      {distribution("alpine", "3.21_alpha20240606"), "alpine:edge", "alpine", "alpine-linux", "",
       true},
      {distribution("alpine", "3.20.1", "", "Alpine Linux edge"), "alpine:edge", "alpine",
       "alpine-linux", "", true},
      {distribution("rhel", "9.4"), "redhat:9", "redhat", "rhel", "9", false},
      {distribution("centos", "7", "", "CentOS Linux 7 (Core)"), "redhat:7", "redhat", "centos",
       "7", false},
      {distribution("centos", "9", "", "CentOS Stream 9"), "redhat:9", "redhat", "centos-stream",
       "9", false},
      {distribution("almalinux", "9.4"), "alma:9", "alma", "almalinux", "9", false},
      {distribution("rocky", "8.10"), "rocky:8", "rocky", "rocky-linux", "8", false},
      {distribution("amzn", "2023"), "amazon:2023", "amazon", "amazon-linux", "2023", false},
      {distribution("amzn", "2"), "amazon:2", "amazon", "amazon-linux", "2", false},
      {distribution("amzn", "2018.03"), "amazon:1", "amazon", "amazon-linux", "2018.03", false},
      {distribution("sles", "15.5"), "sles:15.5", "suse", "sles", "15.5", false},
      {distribution("sles_sap", "15.3"), "sles-ltss:15.3", "suse", "sles", "15.3", false},
      {distribution("sles", "15.3", "", "", "cpe:/o:suse:sles-ltss:15:sp3"), "sles-ltss:15.3",
       "suse", "sles", "15.3", false},
      {distribution("sle-micro", "5.3"), "sle-micro:5.3", "suse", "", "5.3", false},
      {distribution("opensuse-leap", "15.6"), "opensuse-leap:15.6", "suse", "opensuse", "15.6",
       false},
      {distribution("opensuse-tumbleweed", "20240801"), "opensuse-tumbleweed", "suse", "", "",
       false},
      {distribution("arch", ""), "arch", "arch", "", "", false},
  };
  for (const Release& one : cases) {
    const auto match = match_distribution(one.distribution);
    ASSERT_TRUE(match) << one.ecosystem;
    EXPECT_EQ(match->ecosystem, one.ecosystem);
    EXPECT_EQ(match->feed, one.feed) << one.ecosystem;
    EXPECT_EQ(match->eol_product, one.eol_product) << one.ecosystem;
    EXPECT_EQ(match->eol_cycle, one.eol_cycle) << one.ecosystem;
    EXPECT_EQ(match->by_source, one.by_source) << one.ecosystem;
    EXPECT_EQ(feed_of_ecosystem(match->ecosystem), match->feed);
  }
}

TEST(MatchDistribution, IsSilentOnWhatNoFeedDescribes) {
  for (const char* id : {"", "fedora", "wolfi", "chainguard", "ol", "photon", "mariner",
                         "azurelinux", "raspbian", "kali", "linuxmint", "gentoo", "void"}) {
    Distribution one = distribution(id, "12");
    one.id_like = {"debian", "rhel fedora"};
    EXPECT_FALSE(match_distribution(one)) << id;
  }
  for (const char* id : {"debian", "ubuntu", "alpine", "rhel", "amzn", "sles", "opensuse-leap"}) {
    EXPECT_FALSE(match_distribution(distribution(id, ""))) << id;
    EXPECT_FALSE(match_distribution(distribution(id, "", "unheard"))) << id;
  }
  EXPECT_FALSE(match_distribution(distribution("rhel", "nine")));
}

TEST(LanguageEcosystem, IsEmptyForOsPackages) {
  EXPECT_EQ(language_ecosystem(PackageType::kNpm), "npm");
  EXPECT_EQ(language_ecosystem(PackageType::kGolang), "go");
  EXPECT_EQ(language_ecosystem(PackageType::kGem), "gem");
  EXPECT_EQ(language_ecosystem(PackageType::kBitnami), "bitnami");
  for (auto type : {PackageType::kDeb, PackageType::kApk, PackageType::kRpm, PackageType::kAlpm,
                    PackageType::kGeneric, PackageType::kConda}) {
    EXPECT_EQ(language_ecosystem(type), "");
  }
}

TEST(SchemeOf, FollowsThePackageManager) {
  EXPECT_EQ(scheme_of("debian:12"), VersionScheme::kDpkg);
  EXPECT_EQ(scheme_of("debian-elts:8"), VersionScheme::kDpkg);
  EXPECT_EQ(scheme_of("ubuntu-pro:16.04"), VersionScheme::kDpkg);
  EXPECT_EQ(scheme_of("alpine:edge"), VersionScheme::kApk);
  for (const char* rpm :
       {"redhat:9", "redhat-eus:9.2", "alma:9", "rocky:9", "sles:15.5", "sles-ltss:15.3",
        "sle-micro:5.3", "opensuse-leap:15.6", "opensuse-tumbleweed", "amazon:2023"}) {
    EXPECT_EQ(scheme_of(rpm), VersionScheme::kRpm) << rpm;
  }
  EXPECT_EQ(scheme_of("arch"), VersionScheme::kPacman);
  EXPECT_EQ(scheme_of("npm"), VersionScheme::kNpm);
  EXPECT_EQ(scheme_of("pypi"), VersionScheme::kPypi);
  EXPECT_EQ(scheme_of("go"), VersionScheme::kGo);
  EXPECT_EQ(scheme_of("cargo"), VersionScheme::kCrates);
  EXPECT_EQ(scheme_of("composer"), VersionScheme::kPackagist);
  EXPECT_EQ(scheme_of(""), VersionScheme::kGeneric);
  EXPECT_EQ(scheme_of("plan9:4"), VersionScheme::kGeneric);
}

TEST(NormalizeName, ComparesAsTheEcosystemDoes) {
  EXPECT_EQ(normalize_name("pypi", "Zope.Interface__x"), "zope-interface-x");
  EXPECT_EQ(normalize_name("pypi", ""), "");
  EXPECT_EQ(normalize_name("nuget", "Newtonsoft.Json"), "newtonsoft.json");
  EXPECT_EQ(normalize_name("composer", "Symfony/HTTP-kernel"), "symfony/http-kernel");
  EXPECT_EQ(normalize_name("swift", "https://github.com/Apple/swift-nio.git"),
            "github.com/apple/swift-nio");
  EXPECT_EQ(normalize_name("go", "github.com/BurntSushi/toml"), "github.com/BurntSushi/toml");
  EXPECT_EQ(normalize_name("npm", "JSONStream"), "JSONStream");
  EXPECT_EQ(normalize_name("debian:12", "expat"), "expat");
}

}  // namespace
}  // namespace seawall::advisory
