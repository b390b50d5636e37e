#include "model/package.h"

#include "support/support.h"

namespace seawall {
namespace {

Package package(PackageType type, std::string name, std::string version) {
  Package made;
  made.type = type;
  made.name = std::move(name);
  made.version = std::move(version);
  return made;
}

TEST(PackageType, KnowsWhichComeWithTheDistribution) {
  EXPECT_EQ(to_string(PackageType::kDeb), "deb");
  EXPECT_EQ(to_string(PackageType::kGolang), "golang");
  EXPECT_EQ(to_string(PackageType::kGeneric), "generic");
  EXPECT_TRUE(is_os_package(PackageType::kDeb));
  EXPECT_TRUE(is_os_package(PackageType::kOpkg));
  EXPECT_FALSE(is_os_package(PackageType::kNpm));
  EXPECT_FALSE(is_os_package(PackageType::kGeneric));
}

TEST(Purl, DescribesOsPackages) {
  Distribution debian;
  debian.id = "debian";
  debian.version_id = "12";
  Package deb = package(PackageType::kDeb, "libexpat1", "1:2.5.0-1+b1");
  deb.architecture = "amd64";
  deb.source_name = "expat";
  EXPECT_EQ(purl_of(deb, debian),
            "pkg:deb/debian/libexpat1@1:2.5.0-1%2Bb1?arch=amd64&distro=debian-12&upstream=expat");
  deb.source_version = "1:2.5.0-1";
  EXPECT_EQ(purl_of(deb, debian),
            "pkg:deb/debian/libexpat1@1:2.5.0-1%2Bb1?arch=amd64&distro=debian-12"
            "&upstream=expat%401:2.5.0-1");
  deb.source_version = deb.version;
  EXPECT_THAT(purl_of(deb, debian), testing::EndsWith("&upstream=expat"));
  EXPECT_EQ(purl_of(package(PackageType::kDeb, "a", ""), {}), "pkg:deb/a");
}

TEST(Purl, MovesTheEpochOfRpmsToAQualifier) {
  Distribution rhel;
  rhel.id = "rhel";
  rhel.version_id = "9.4";
  Package rpm = package(PackageType::kRpm, "NetworkManager", "1:1.46.0-1.el9");
  rpm.architecture = "x86_64";
  EXPECT_EQ(purl_of(rpm, rhel),
            "pkg:rpm/rhel/NetworkManager@1.46.0-1.el9?arch=x86_64&distro=rhel-9.4&epoch=1");
  rpm.module = "nodejs:18";
  EXPECT_THAT(purl_of(rpm, rhel), testing::EndsWith("&epoch=1&rpmmod=nodejs:18"));
}

TEST(Purl, FollowsTheNameRulesOfEachType) {
  struct Case {
    PackageType type;
    const char *name, *version, *purl;
  };
  for (const Case& known :
       {Case{PackageType::kNpm, "@angular/animation", "12.3.1",
             "pkg:npm/%40angular/animation@12.3.1"},
        {PackageType::kNpm, "foobar", "12.3.1", "pkg:npm/foobar@12.3.1"},
        {PackageType::kPypi, "Django_Package", "1.11.1.DEV1",
         "pkg:pypi/django-package@1.11.1.dev1"},
        {PackageType::kMaven, "org.apache.commons:io", "1.0.0 Final",
         "pkg:maven/org.apache.commons/io@1.0.0%20Final"},
        {PackageType::kGolang, "github.com/gorilla/context", "v1.0.0+incompatible",
         "pkg:golang/github.com/gorilla/context@v1.0.0%2Bincompatible"},
        {PackageType::kGolang, "stdlib", "1.21.0", "pkg:golang/stdlib@1.21.0"},
        {PackageType::kComposer, "Laravel/Framework", "v5.5",
         "pkg:composer/laravel/framework@v5.5"},
        {PackageType::kNuget, "EnterpriseLibrary.Common", "6.0",
         "pkg:nuget/EnterpriseLibrary.Common@6.0"},
        {PackageType::kPub, "my-Pkg", "1.0", "pkg:pub/my_pkg@1.0"},
        {PackageType::kSwift, "github.com/Alamofire/Alamofire", "5.4.3",
         "pkg:swift/github.com/Alamofire/Alamofire@5.4.3"},
        {PackageType::kHex, "Acme/Foo", "2.3", "pkg:hex/acme/foo@2.3"},
        {PackageType::kGithub, "Actions/Checkout", "v4", "pkg:github/actions/checkout@v4"},
        {PackageType::kHackage, "AC-HalfInteger", "1.2.1", "pkg:hackage/AC-HalfInteger@1.2.1"},
        {PackageType::kCargo, "rand", "0.7.2", "pkg:cargo/rand@0.7.2"},
        {PackageType::kGeneric, "a b/c", "", "pkg:generic/a%20b%2Fc"},
        {PackageType::kGolang, "//a//b?c#d@e\n", "", "pkg:golang/a/b%3Fc%23d%40e%0A"}}) {
    EXPECT_EQ(purl_of(package(known.type, known.name, known.version), {}), known.purl);
  }
}

TEST(Purl, EncodesBytesOfUtf8) {
  EXPECT_EQ(purl_of(package(PackageType::kCargo, "\xc3\xa9~_.-:", "1"), {}),
            "pkg:cargo/%C3%A9~_.-:@1");
}

TEST(SortPackages, OrdersAndDropsDuplicates) {
  std::vector<Package> packages = {
      package(PackageType::kNpm, "a", "1"), package(PackageType::kDeb, "b", "1"),
      package(PackageType::kDeb, "a", "2"), package(PackageType::kDeb, "a", "1"),
      package(PackageType::kDeb, "a", "1")};
  packages[3].architecture = "i386";
  packages[4].architecture = "amd64";
  packages.push_back(packages[4]);
  packages.push_back(packages[4]);
  packages.back().location.path = "other/status";
  sort_packages(packages);
  ASSERT_EQ(packages.size(), 6u);
  EXPECT_EQ(packages[0].architecture, "amd64");
  EXPECT_EQ(packages[0].location.path, "");
  EXPECT_EQ(packages[1].location.path, "other/status");
  EXPECT_EQ(packages[2].architecture, "i386");
  EXPECT_EQ(packages[3].version, "2");
  EXPECT_EQ(packages[4].name, "b");
  EXPECT_EQ(packages[5].type, PackageType::kNpm);
}

}  // namespace
}  // namespace seawall
