#include "artifact/reference.h"

#include "support/support.h"

namespace seawall::artifact {
namespace {

using ::testing::HasSubstr;

const std::string kHex(64, 'a');

struct Case {
  std::string text, registry, repository, tag, full;
};

TEST(Reference, FillsInDockersDefaults) {
  const Case cases[] = {
      {"ubuntu", "docker.io", "library/ubuntu", "latest", "docker.io/library/ubuntu:latest"},
      {"ubuntu:24.04", "docker.io", "library/ubuntu", "24.04", "docker.io/library/ubuntu:24.04"},
      {"grafana/grafana", "docker.io", "grafana/grafana", "latest",
       "docker.io/grafana/grafana:latest"},
      {"docker.io/ubuntu", "docker.io", "library/ubuntu", "latest",
       "docker.io/library/ubuntu:latest"},
      {"index.docker.io/a/b:c", "docker.io", "a/b", "c", "docker.io/a/b:c"},
      {"localhost/x", "localhost", "x", "latest", "localhost/x:latest"},
      {"localhost:5000/x", "localhost:5000", "x", "latest", "localhost:5000/x:latest"},
      {"ghcr.io/a/b/c/d:v1", "ghcr.io", "a/b/c/d", "v1", "ghcr.io/a/b/c/d:v1"},
      {"[::1]:5000/x:y", "[::1]:5000", "x", "y", "[::1]:5000/x:y"},
      {"[2001:db8::1]/x", "[2001:db8::1]", "x", "latest", "[2001:db8::1]/x:latest"},
      {"Registry.Example/x", "registry.example", "x", "latest", "registry.example/x:latest"},
      {"a__b/c-d--e.f_g", "docker.io", "a__b/c-d--e.f_g", "latest",
       "docker.io/a__b/c-d--e.f_g:latest"},
      {"x:_Tag.-1", "docker.io", "library/x", "_Tag.-1", "docker.io/library/x:_Tag.-1"}};
  for (const Case& c : cases) {
    auto reference = parse_reference(c.text);
    ASSERT_OK(reference);
    EXPECT_EQ(reference->registry, c.registry) << c.text;
    EXPECT_EQ(reference->repository, c.repository) << c.text;
    EXPECT_EQ(reference->tag, c.tag) << c.text;
    EXPECT_TRUE(reference->digest.empty());
    EXPECT_EQ(reference->text(), c.full);
  }
}

TEST(Reference, TakesDigests) {
  auto plain = parse_reference("ubuntu@sha256:" + kHex);
  ASSERT_OK(plain);
  EXPECT_EQ(plain->tag, "");
  EXPECT_EQ(plain->digest.hex, kHex);
  EXPECT_EQ(plain->text(), "docker.io/library/ubuntu@sha256:" + kHex);
  auto both = parse_reference("localhost:5000/a/b:c@sha256:" + kHex);
  ASSERT_OK(both);
  EXPECT_EQ(both->tag, "c");
  EXPECT_EQ(both->text(), "localhost:5000/a/b:c@sha256:" + kHex);
}

TEST(Reference, ItsTextReadsBackTheSame) {
  for (const std::string& text : {std::string("a"), std::string("a/b:c"), "h.io/a@sha256:" + kHex,
                                  std::string("[::1]:1/x")}) {
    const auto once = parse_reference(text);
    ASSERT_OK(once);
    const auto twice = parse_reference(once->text());
    ASSERT_OK(twice);
    EXPECT_EQ(once->text(), twice->text());
  }
}

TEST(Reference, SaysWhatIsWrong) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "empty"},
      {"Ubuntu", "lower case"},
      {"a/B", "lower case"},
      {"ubuntu:", "tag"},
      {"ubuntu:a b", "tag"},
      {"ubuntu:-x", "tag"},
      {"ubuntu:" + std::string(129, 'x'), "longer than 128"},
      {"https://docker.io/x", "scheme"},
      {"a//b", "empty"},
      {"/a", "empty"},
      {"a/", "empty"},
      {"a/b_", "characters"},
      {"a/.b", "characters"},
      {"a/../b", "characters"},
      {"a..b/c", "registry"},
      {"a/b...c", "characters"},
      {"a/b___c", "characters"},
      {"a?b", "characters"},
      {"a/b%2fc", "characters"},
      {"h.io:0/x", "registry"},
      {"h.io:99999/x", "registry"},
      {"h.io:x/x", "registry"},
      {"-h.io/x", "registry"},
      {"[::1/x", "registry"},
      {"[]/x", "registry"},
      {"[::1]5/x", "registry"},
      {"h.io/", "missing"},
      {":tag", "missing"},
      {"ubuntu@sha256:abc", "hex digits"},
      {"ubuntu@md5:" + kHex, "sha256"},
      {"ubuntu@", "sha256"},
      {"a@sha256:" + kHex + "@sha256:" + kHex, "hex digits"},
      {"h.io/" + std::string(256, 'a'), "longer than 255"},
      {std::string("a\0b", 3), "characters"}};
  for (const auto& [text, why] : cases) {
    auto reference = parse_reference(text);
    ASSERT_FALSE(reference.ok()) << text;
    EXPECT_EQ(reference.error().code(), Code::kUsage);
    EXPECT_THAT(reference.error().message(), HasSubstr(why)) << text;
  }
}

}  // namespace
}  // namespace seawall::artifact
