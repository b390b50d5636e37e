// The controls that ship: whole, bilingual, and each right about its own examples.
#include "benchmark/control.h"

#include <cstdlib>
#include <set>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "benchmark/judge.h"
#include "support/support.h"

namespace seawall::benchmark {
namespace {

const ControlSet& controls() {
  static const ControlSet set = [] {
    auto loaded = ControlSet::built_in();
    EXPECT_OK(loaded);
    return std::move(loaded).value();
  }();
  return set;
}

TEST(Controls, AreRightAboutTheirExamples) {
  for (const Control& control : controls().controls()) {
    const auto judged = [&](const char* side, ControlVerdict wanted) {
      for (const Node& facts : (*control.examples)[side].items()) {
        const ControlResult result = judge_control(control, facts);
        const std::string why =
            result.subjects.empty() ? result.message : result.subjects[0].message;
        EXPECT_EQ(to_string(result.verdict), to_string(wanted))
            << control.rule.id << " " << side << " (" << control.rule.file << ":" << facts.line()
            << "): " << why;
      }
    };
    judged("pass", control.pass ? ControlVerdict::kPass : ControlVerdict::kManual);
    judged("fail", control.pass ? ControlVerdict::kFail : ControlVerdict::kManual);
  }
}

// Every item of the benchmarks, once. Counts: reference of CIS Docker, by version.
TEST(Controls, CoverTheBenchmarks) {
  const std::vector<std::pair<std::string, size_t>> kItems = {
      {"cis-docker-1.8.0", 118}, {"cis-docker-1.7.0", 117}, {"cis-docker-1.6.0", 117}};
  for (const auto& [benchmark, count] : kItems) {
    std::set<std::string> numbers;
    for (const Control& control : controls().controls()) {
      const std::string number = control.number_in(benchmark);
      if (number.empty()) continue;
      EXPECT_TRUE(numbers.insert(number).second) << number;
    }
    EXPECT_EQ(numbers.size(), count) << benchmark;
  }
  const std::map<std::string, int> kSections = {{"1.1", 18}, {"1.2", 2}, {"2", 19}, {"3", 24},
                                                {"4", 12},   {"5", 32},  {"6", 2},  {"7", 9}};
  for (const auto& [section, last] : kSections) {
    for (int i = 1; i <= last; ++i) {
      const std::string number = fmt::format("{}.{}", section, i);
      EXPECT_EQ(controls().named(number, "cis-docker-1.8.0").size(), 1u) << number;
    }
  }
  // 2.7 of 1.8.0 is new, and what follows has moved by one.
  EXPECT_EQ(controls().named("2.7", "cis-docker-1.7.0")[0]->rule.id, "SW-H0208");
  EXPECT_EQ(controls().named("5.31", "cis-docker-1.1.0")[0]->rule.id, "SW-H0532");
}

TEST(Controls, OnlyWhatNoMachineCanJudgeIsLeftToPeople) {
  std::vector<std::string> manual;
  for (const Control& control : controls().controls()) {
    if (!control.pass) manual.push_back(control.number_in("cis-docker-1.8.0"));
  }
  EXPECT_THAT(manual, testing::UnorderedElementsAre("4.2", "4.3", "4.5", "4.8", "4.12", "5.23",
                                                    "5.24", "7.6"));
}

TEST(Controls, SayWhatToDoInBothLanguages) {
  for (const Control& control : controls().controls()) {
    const rules::Rule& rule = control.rule;
    EXPECT_FALSE(control.patch.empty()) << rule.id;
    EXPECT_FALSE(rule.why.en.empty() || rule.why.fr.empty()) << rule.id;
    EXPECT_NE(rule.title.en, rule.title.fr) << rule.id;
    EXPECT_NE(rule.why.en, rule.why.fr) << rule.id;
    EXPECT_FALSE(rule.frameworks.empty()) << rule.id;
    EXPECT_FALSE(control.evidence.empty()) << rule.id;
  }
}

// Facts that conditions read are those that docs/formats/host-facts.md tells of.
TEST(Controls, ReadDocumentedFacts) {
  const std::string page = test::read(test::source_directory() + "/docs/formats/host-facts.md");
  for (const Control& control : controls().controls()) {
    if (!control.pass) continue;
    for (const std::string& path : control.pass->reads) {
      for (const std::string_view part : split(path, '.')) {
        std::string name(part.substr(0, part.find('[')));
        if (path.starts_with("kernel.sysctl.") || path.starts_with("docker.info.")) break;
        if (name.empty() || name == "item" || name == "now") continue;
        EXPECT_TRUE(page.find("`" + name + "`") != page.npos || page.find(name) != page.npos)
            << control.rule.id << " reads " << path << ": " << name << " is not documented";
      }
    }
  }
}

TEST(Controls, FileSaysWhatIsWrong) {
  const auto load = [](const std::string& text) {
    return ControlSet::load({{"controls/benchmarks.yaml", "benchmarks:\n  - {name: b, title: B}\n"},
                             {"controls/x.yaml", text}});
  };
  const std::string rest =
      "    title: {en: a, fr: b}\n    severity: low\n    fix: {en: a, fr: b}\n"
      "    examples: {pass: [{}], fail: [{}]}\n";
  const auto error_of = [&](const std::string& more) {
    auto set = load("rules:\n  - id: SW-H9999\n" + rest + more);
    EXPECT_FALSE(set.ok()) << more;
    return set.ok() ? std::string() : set.error().text();
  };
  EXPECT_THAT(error_of(""), testing::HasSubstr("neither a condition"));
  EXPECT_THAT(error_of("    pass: 'docker.'\n"), testing::HasSubstr("controls/x.yaml:2"));
  EXPECT_THAT(error_of("    pass: 'nothing.known'\n    evidence: ['docker']\n"),
              testing::HasSubstr("nothing"));
  EXPECT_THAT(error_of("    pass: 'true'\n"), testing::HasSubstr("evidence"));
  EXPECT_THAT(error_of("    each: thing\n    pass: 'true'\n    evidence: ['docker']\n"),
              testing::HasSubstr("thing"));
  EXPECT_THAT(error_of("    each: thing\n    typo: 1\n"), testing::HasSubstr("typo"));
  EXPECT_THAT(load("rules:\n  - id: SW-H9999\n" + rest +
                   "    pass: 'true'\n    evidence: ['docker']\n  - id: SW-H9999\n" + rest)
                  .error()
                  .text(),
              testing::HasSubstr("twice"));
}

TEST(Controls, AreListed) {
  std::string table = "| id | CIS 1.8.0 | level | severity | what |\n|---|---|---|---|---|\n";
  for (const Control& control : controls().controls()) {
    table += fmt::format("| {} | {} | {} | {} | {} |\n", control.rule.id,
                         control.number_in("cis-docker-1.8.0"),
                         control.level == 0 ? "" : std::to_string(control.level),
                         to_string(control.rule.severity), control.rule.title.en);
  }
  const std::string path = test::source_directory() + "/docs/controls.md";
  const std::string before = test::read(path);
  constexpr std::string_view kMark = "<!-- controls -->\n";
  const size_t mark = before.find(kMark);
  ASSERT_NE(mark, std::string::npos);
  const std::string wanted = before.substr(0, mark + kMark.size()) + "\n" + table;
  if (std::getenv("SEAWALL_UPDATE_GOLDEN")) {
    ASSERT_OK(write_file(path, wanted));
  } else {
    EXPECT_EQ(before, wanted) << "docs/controls.md is old; SEAWALL_UPDATE_GOLDEN=1 writes it anew";
  }
}

}  // namespace
}  // namespace seawall::benchmark
