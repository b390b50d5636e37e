#include "inspect/dockerfile/dockerignore.h"

#include "inspect/dockerfile/hadolint_config.h"
#include "inspect/dockerfile/labels.h"
#include "support/support.h"

namespace seawall::inspect {
namespace {

bool ignored(std::string_view lines, std::string_view path) {
  return is_ignored(parse_dockerignore(lines), path);
}

TEST(DockerIgnore, TheLastLineThatMatchesDecides) {
  EXPECT_TRUE(ignored("a\n", "a"));
  EXPECT_TRUE(ignored("/a/\n", "a/b/c")) << "what is below";
  EXPECT_FALSE(ignored("a\n", "b/a"));
  EXPECT_TRUE(ignored("**/a\n", "b/a"));
  EXPECT_TRUE(ignored("*.log\n", "./x.log"));
  EXPECT_FALSE(ignored("*.log\n", "d/x.log"));
  EXPECT_FALSE(ignored("*\n!keep\n", "keep"));
  EXPECT_TRUE(ignored("*\n!keep\nkeep\n", "keep"));
  EXPECT_FALSE(ignored("# a\n\n   \n", "a"));
}

TEST(DockerIgnore, TheContextItself) {
  EXPECT_TRUE(ignored("*\n", "."));
  EXPECT_TRUE(ignored("**\n", "./"));
  EXPECT_FALSE(ignored("**\n!Dockerfile\n", "."));
  EXPECT_FALSE(ignored(".*\n", "."));
}

TEST(HadolintConfig, ReadsWhatProjectsHave) {
  const auto config = read_hadolint_config(
      "ignored: [DL3008, SC1010]\ntrustedRegistries:\n  - docker.io\n  - '*.example.com'\n"
      "label-schema:\n  author: text\n  created: rfc3339\nstrict-labels: true\n"
      "override:\n  error: [DL3001]\n  style: [DL3002]\nfailure-threshold: warning\nformat: tty\n");
  ASSERT_OK(config);
  EXPECT_THAT(config->options.ignored, testing::ElementsAre("DL3008", "SC1010"));
  EXPECT_EQ(config->options.trusted_registries.size(), 2u);
  EXPECT_EQ(config->options.labels.at("created"), "rfc3339");
  EXPECT_TRUE(config->options.strict_labels);
  EXPECT_EQ(config->options.severities.at("dl3001"), Severity::kHigh);
  EXPECT_EQ(config->threshold, Severity::kMedium);
  EXPECT_OK(read_hadolint_config(""));
  for (const char* wrong : {"- a\n", "ignored: DL3008\n", "label-schema: {a: nonsense}\n",
                            "override: {fatal: [DL1]}\n", "failure-threshold: loud\n", "a: [\n"})
    EXPECT_FALSE(read_hadolint_config(wrong).ok()) << wrong;
}

TEST(HadolintConfig, OverridesSeverities) {
  const auto rules = load_docker_rules();
  ASSERT_OK(rules);
  DockerLintOptions options;
  options.severities["dl3004"] = Severity::kCritical;
  for (const Finding& finding :
       lint_dockerfile("FROM a:1\nRUN sudo x\n", *rules, options).findings) {
    EXPECT_EQ(finding.severity == Severity::kCritical, finding.rule_id == "SW-D0046");
  }
}

TEST(LabelKinds, AcceptAndRefuse) {
  EXPECT_TRUE(fits_label_kind("url", "https://example.com/x"));
  EXPECT_FALSE(fits_label_kind("url", "example"));
  EXPECT_TRUE(fits_label_kind("rfc3339", "2026-11-22T08:15:00+01:00"));
  EXPECT_FALSE(fits_label_kind("rfc3339", "2026-11-22"));
  EXPECT_TRUE(fits_label_kind("spdx", "MIT OR Apache-2.0"));
  EXPECT_FALSE(fits_label_kind("spdx", "mine"));
  EXPECT_TRUE(fits_label_kind("hash", "43c572f"));
  EXPECT_FALSE(fits_label_kind("hash", "43c572"));
  EXPECT_TRUE(fits_label_kind("semver", "1.2.3-rc.1+b"));
  EXPECT_FALSE(fits_label_kind("semver", "v1.2.3"));
  EXPECT_TRUE(fits_label_kind("email", "a@example.org"));
  EXPECT_FALSE(fits_label_kind("email", "a at example"));
  EXPECT_TRUE(fits_label_kind("hash", "${COMMIT}")) << "known only when building";
}

}  // namespace
}  // namespace seawall::inspect
