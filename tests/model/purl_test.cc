#include "model/purl.h"

#include "support/support.h"

namespace seawall {
namespace {

Purl parse(std::string_view text) {
  auto purl = parse_purl(text);
  EXPECT_OK(purl);
  return purl.ok() ? std::move(purl).value() : Purl();
}

TEST(ParsePurl, TakesThePartsApart) {
  const Purl purl = parse(
      "pkg:Maven/org.apache.xmlgraphics/batik-anim@1.9.1?Repository_url=repo%2Frelease#/a/./b/");
  EXPECT_EQ(purl.type, "maven");
  EXPECT_EQ(purl.space, "org.apache.xmlgraphics");
  EXPECT_EQ(purl.name, "batik-anim");
  EXPECT_EQ(purl.version, "1.9.1");
  EXPECT_EQ(purl.qualifier("repository_url"), "repo/release");
  EXPECT_EQ(purl.subpath, "a/b");
}

TEST(ParsePurl, CanonicalFormIsStable) {
  for (const auto& [text, canonical] :
       {std::pair("pkg://npm/@angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
        std::pair("PKG:PYPI/Django_package@1.11.1.DEV1", "pkg:pypi/django-package@1.11.1.dev1"),
        std::pair("pkg:deb/Debian/Curl@7.50.3-1?b=2&a=1&c=",
                  "pkg:deb/debian/curl@7.50.3-1?a=1&b=2"),
        std::pair("pkg:npm/a@1%2B100%", "pkg:npm/a@1%2B100%25")}) {
    EXPECT_EQ(to_string(parse(text)), canonical);
    EXPECT_EQ(parse(canonical), parse(text));
  }
}

TEST(ParsePurl, RefusesWhatNamesNothing) {
  for (const char* text :
       {"", "pkg:", "npm/a@1", "pkg:npm", "pkg:npm/", "pkg:npm/@1", "pkg:1x/a", "pkg:n&x/a",
        "pkg:npm/a?in production=1", "pkg:npm/a?x=1&X=2", "pkg:cpan/A::B@1", "pkg:swift/x@1"}) {
    EXPECT_FALSE(parse_purl(text).ok()) << text;
  }
  EXPECT_EQ(parse_purl("pkg:npm/" + std::string(9000, 'a')).error().code(), Code::kLimit);
}

TEST(PackageOf, ReadsWhatToolsPutIntoQualifiers) {
  const auto rpm =
      package_of(parse("pkg:rpm/redhat/openssl-libs@3.0.7-6.el9?arch=x86_64&epoch=1&"
                       "upstream=openssl-3.0.7-6.el9.src.rpm&distro=rhel-9.2"));
  ASSERT_TRUE(rpm);
  EXPECT_EQ(rpm->version, "1:3.0.7-6.el9");
  EXPECT_EQ(rpm->source_name, "openssl");
  EXPECT_EQ(rpm->source_version, "");
  EXPECT_EQ(rpm->architecture, "x86_64");
  const auto jar = package_of(parse("pkg:maven/org.apache/io@1"));
  EXPECT_EQ(jar->name, "org.apache:io");
  EXPECT_FALSE(package_of(parse("pkg:oci/debian@sha256:1")));
}

TEST(DistributionOf, KnowsTheNamesOfOtherTools) {
  const auto text = [](std::string_view purl) {
    const Distribution distribution = distribution_of(parse(purl));
    return distribution.id + " " + distribution.version_id + " " + distribution.codename;
  };
  EXPECT_EQ(text("pkg:deb/debian/a@1?distro=debian-12.5"), "debian 12.5 ");
  EXPECT_EQ(text("pkg:rpm/redhat/a@1?distro=redhat-9.2"), "rhel 9.2 ");
  EXPECT_EQ(text("pkg:rpm/amazon/a@1?distro=amazon-2"), "amzn 2 ");
  EXPECT_EQ(text("pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5"), "opensuse-leap 15.5 ");
  EXPECT_EQ(text("pkg:apk/alpine/a@1?distro=3.18.2"), "alpine 3.18.2 ");
  EXPECT_EQ(text("pkg:deb/debian/a@1?distro=jessie"), "debian  jessie");
  EXPECT_EQ(text("pkg:npm/a@1?distro=debian-12"), "  ");
}

}  // namespace
}  // namespace seawall
