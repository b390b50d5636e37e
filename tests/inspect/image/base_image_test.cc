// What an image builds on, and what its history gives away.
#include "inspect/image/base_image.h"

#include "inspect/dockerfile/history.h"
#include "support/support.h"

namespace seawall::inspect {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Distribution debian() {
  Distribution out;
  out.id = "debian";
  out.version_id = "12";
  return out;
}

BaseImage base_of(std::string_view config) {
  auto facts = ImageFacts::make(config, {}, true);
  EXPECT_OK(facts);
  return recognise_base(*facts, debian());
}

TEST(BaseImage, EndsAtItsStartCommand) {
  const BaseImage base = base_of(R"({"history": [
    {"created_by": "/bin/sh -c #(nop) ADD file:1 in / "},
    {"created_by": "/bin/sh -c #(nop)  CMD [\"bash\"]", "empty_layer": true},
    {"created_by": "RUN /bin/sh -c apt-get update # buildkit"},
    {"created_by": "CMD [\"app\"]", "empty_layer": true}]})");
  EXPECT_EQ(base.name, "debian:12");
  EXPECT_EQ(base.layers, 1u);
  EXPECT_EQ(base.steps, 2u);
  EXPECT_EQ(base.known_by, "history");
}

TEST(BaseImage, WellKnownImagesSayTheirVersion) {
  const BaseImage base = base_of(R"({"history": [
    {"created_by": "/bin/sh -c #(nop) ADD file:1 in / "},
    {"created_by": "/bin/sh -c #(nop)  CMD [\"bash\"]", "empty_layer": true},
    {"created_by": "ENV NODE_VERSION=18.20.4", "empty_layer": true},
    {"created_by": "RUN /bin/sh -c install node # buildkit"},
    {"created_by": "CMD [\"node\"]", "empty_layer": true},
    {"created_by": "COPY . /app # buildkit"}]})");
  EXPECT_EQ(base.name, "node:18.20.4");
  EXPECT_EQ(base.layers, 2u);
}

TEST(BaseImage, ALabelKnowsBetter) {
  const BaseImage base = base_of(R"({"config": {"Labels": {
    "org.opencontainers.image.base.name": "registry.example/base:1",
    "org.opencontainers.image.base.digest": "sha256:ab"}}})");
  EXPECT_EQ(base.name, "registry.example/base:1");
  EXPECT_EQ(base.digest, "sha256:ab");
  EXPECT_EQ(base.known_by, "label");
  EXPECT_EQ(base.layers, 0u);
}

TEST(BaseImage, SaysNothingOfABaseImageItself) {
  EXPECT_EQ(base_of(R"({"history": [{"created_by": "ADD x"},
    {"created_by": "CMD [\"bash\"]", "empty_layer": true}]})")
                .layers,
            0u);
  EXPECT_EQ(base_of("{}").known_by, "");
}

std::vector<std::string> ids(const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.rule_id);
  return out;
}

TEST(HistoryLint, JudgesWhatTheHistoryShows) {
  const auto rules = load_docker_rules();
  ASSERT_OK(rules);
  const std::vector<HistoryStep> steps = {{"ADD rootfs.tar /", 0},
                                          {"RUN curl https://a.example/x | sh", 1},
                                          {"CMD [\"bash\"]", -1},
                                          {"RUN sudo make install", 2},
                                          {"ENV DB_PASSWORD=hunter2hunter2", -1},
                                          {"RUN set -eux;\n\tcurl https://b.example/y | bash", 3},
                                          {"", -1}};
  const auto findings = lint_history(steps, 3, *rules);
  EXPECT_THAT(ids(findings), Contains("SW-D0046"));
  EXPECT_THAT(ids(findings), Not(Contains("SW-D0009"))) << "no rule on the Dockerfile as a whole";
  size_t pipes = 0;
  for (const Finding& finding : findings) {
    EXPECT_GE(finding.location.layer, -1);
    EXPECT_FALSE(finding.fingerprint.empty());
    EXPECT_EQ(finding.evidence.find("hunter2"), std::string::npos);
    if (finding.rule_id != "SW-D0077") continue;
    ++pipes;
    EXPECT_EQ(finding.location.layer, 3) << "not the base image's own";
  }
  EXPECT_EQ(pipes, 1u);
}

TEST(HistoryLint, TakesAnyText) {
  const auto rules = load_docker_rules();
  ASSERT_OK(rules);
  for (const char* text : {"RUN <<EOF", "RUN x \\", "FROM a", "ONBUILD ONBUILD", "\xff\xfe", "#"})
    lint_history({{text, 0}, {"RUN sudo x", 1}}, 0, *rules);
  EXPECT_THAT(ids(lint_history({{"RUN x \\", 0}, {"RUN sudo x", 1}}, 0, *rules)),
              Contains("SW-D0046"));
}

}  // namespace
}  // namespace seawall::inspect
