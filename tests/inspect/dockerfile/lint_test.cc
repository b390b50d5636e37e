// Every example of every rule on Dockerfiles, and the comments that set rules aside.
#include "inspect/dockerfile/lint.h"

#include <cstdlib>
#include <set>

#include <fmt/format.h>

#include "../collecting_sink.h"
#include "base/file.h"
#include "base/strings.h"

namespace seawall::inspect {
namespace {

using ::testing::Contains;
using ::testing::Not;

const std::vector<DockerRule>& rules() {
  static const auto loaded = load_docker_rules();
  EXPECT_OK(loaded);
  return *loaded;
}

DockerLintOptions options() {
  DockerLintOptions out;
  out.trusted_registries = {"registry.example", "docker.io"};
  out.has_dockerignore = false;
  out.ignore_lines = parse_dockerignore("ignored.txt\n");
  out.labels = {{"org.example.team", "text"},     {"org.example.url", "url"},
                {"org.example.built", "rfc3339"}, {"org.example.licence", "spdx"},
                {"org.example.commit", "hash"},   {"org.example.version", "semver"},
                {"org.example.mail", "email"}};
  out.strict_labels = true;
  return out;
}

std::vector<std::string> ids(std::string_view text) {
  std::vector<std::string> out;
  for (const Finding& finding : lint_dockerfile(text, rules(), options()).findings)
    out.push_back(finding.rule_id);
  return out;
}

TEST(DockerRules, EveryExampleHolds) {
  EXPECT_GE(rules().size(), 80u);
  for (const DockerRule& rule : rules()) {
    for (const std::string& text : rule.pass)
      EXPECT_THAT(ids(text), Not(Contains(rule.rule.id))) << text;
    for (const std::string& text : rule.fail)
      EXPECT_THAT(ids(text), Contains(rule.rule.id)) << text;
  }
}

// The parts of a range are views of the word, also of one that is longer than a short string.
TEST(DockerRules, RangesOfPortsAreReadToTheirEnd) {
  const auto id = [](std::string_view ports) {
    return ids("FROM registry.example/a:1\nEXPOSE " + std::string(ports) + "\n");
  };
  EXPECT_THAT(id("8000-8010/tcp"), Not(Contains("SW-D0030")));
  EXPECT_THAT(id("8000-80100/tcp"), Contains("SW-D0030"));
  EXPECT_THAT(id("80000-8010/udp"), Contains("SW-D0030"));
  EXPECT_THAT(id("0000000000000000008000-0000000000000000080100/tcp"), Contains("SW-D0030"));
  EXPECT_THAT(id("0000000000000000008000-0000000000000000008010/tcp"), Not(Contains("SW-D0030")));
}

TEST(DockerRules, CoverWhatOtherLintersCover) {
  std::set<std::string> aliases;
  for (const DockerRule& rule : rules())
    aliases.insert(rule.rule.aliases.begin(), rule.rule.aliases.end());
  for (const char* id :
       {"DL3000", "DL3001", "DL3002", "DL3003", "DL3004", "DL3006", "DL3007", "DL3008", "DL3009",
        "DL3010", "DL3011", "DL3012", "DL3013", "DL3014", "DL3015", "DL3016", "DL3018", "DL3019",
        "DL3020", "DL3021", "DL3022", "DL3023", "DL3024", "DL3025", "DL3026", "DL3027", "DL3028",
        "DL3029", "DL3030", "DL3032", "DL3033", "DL3034", "DL3035", "DL3036", "DL3037", "DL3038",
        "DL3040", "DL3041", "DL3042", "DL3043", "DL3044", "DL3045", "DL3046", "DL3047", "DL3048",
        "DL3057", "DL3059", "DL3060", "DL3061", "DL3062", "DL3063", "DL3064", "DL3065", "DL3066",
        "DL3067", "DL4000", "DL4001", "DL4003", "DL4004", "DL4005", "DL4006"}) {
    EXPECT_TRUE(aliases.contains(std::string("hadolint/") + id)) << id;
  }
}

TEST(DockerRules, CommentsSetThemAside) {
  EXPECT_THAT(ids("FROM debian:latest"), Contains("SW-D0002"));
  for (const char* comment :
       {"# hadolint ignore=DL3007,DL3006\n", "# hadolint global ignore=DL3007\n",
        "# trivy:ignore:DS-0001\n", "# seawall ignore=SW-D0002 we follow it\n"}) {
    EXPECT_THAT(ids(std::string(comment) + "FROM debian:latest"), Not(Contains("SW-D0002")))
        << comment;
  }
  EXPECT_THAT(ids("# check=skip=StageNameCasing;error=true\nFROM debian:12 AS Big"),
              Not(Contains("SW-D0035")));
  EXPECT_THAT(ids("FROM debian:12\n# hadolint ignore=DL3004\nRUN true\nRUN sudo true"),
              Contains("SW-D0046"))
      << "only the next instruction";
}

TEST(DockerRules, NeverShowASecret) {
  for (const Finding& finding :
       lint_dockerfile("FROM debian:12\nENV DB_PASSWORD=hunter2hunter2\nRUN git clone "
                       "https://me:hunter2hunter2@g.example/a",
                       rules(), options())
           .findings) {
    EXPECT_EQ(finding.evidence.find("hunter2"), std::string::npos) << finding.rule_id;
  }
}

// The table in docs/lint.md is made from the rules; SEAWALL_UPDATE_GOLDEN=1 writes it.
TEST(DockerRules, TheDocumentListsThemAll) {
  std::string table = "| id | severity | what | also |\n|---|---|---|---|\n";
  for (const DockerRule& rule : rules()) {
    table += fmt::format("| {} | {} | {} | {} |\n", rule.rule.id, to_string(rule.rule.severity),
                         rule.rule.title.en, join(rule.rule.aliases, ", "));
  }
  const std::string path = test::source_directory() + "/docs/lint.md";
  const std::string before = test::read(path);
  constexpr std::string_view kMark = "<!-- rules -->\n";
  const size_t mark = before.find(kMark);
  ASSERT_NE(mark, std::string::npos);
  const std::string wanted = before.substr(0, mark + kMark.size()) + "\n" + table;
  if (std::getenv("SEAWALL_UPDATE_GOLDEN")) {
    ASSERT_OK(write_file(path, wanted));
  } else {
    EXPECT_EQ(before, wanted) << "docs/lint.md is old; SEAWALL_UPDATE_GOLDEN=1 writes it anew";
  }
}

TEST(DockerRules, InSourceTrees) {
  const auto sink =
      inspect_text(inspect_dockerfile, "app/Dockerfile", "FROM debian:latest\nRUN sudo true\n");
  EXPECT_GE(sink.findings.size(), 3u);
  EXPECT_EQ(sink.findings[0].location.line, 1u);
  EXPECT_TRUE(inspect_text(inspect_dockerfile, "docs/Dockerfile.md", "# About\n").findings.empty());
}

}  // namespace
}  // namespace seawall::inspect
