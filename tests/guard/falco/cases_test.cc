// Every file of cases/: rules, events and what must fire, so that a case needs no C++.
//
// A file is an object: "rules" (the text of a rule file) or "files" (names of Falco's own files in
// $SEAWALL_FALCO_RULES; skipped without it), "options" (first_match, least, disabled_rules,
// disable, disable_tags), "problems" (of the own rules: a part of each line, in order), "calls",
// and "events": {event, fires, outputs}.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "codec/yaml.h"
#include "guard/event/event_json.h"
#include "guard/falco/engine.h"
#include "policy/facts.h"
#include "support/support.h"

namespace seawall::guard::falco {
namespace {

std::vector<std::string> strings(const Node& node) {
  std::vector<std::string> all;
  for (const Node& item : node.items()) all.emplace_back(item.string());
  return all;
}

EngineOptions options_of(const Node& node) {
  EngineOptions options;
  options.first_match = node["first_match"].boolean();
  options.disabled_rules = node["disabled_rules"].boolean();
  options.disable = strings(node["disable"]);
  options.disable_tags = strings(node["disable_tags"]);
  if (node["least"].exists()) {
    EXPECT_TRUE(priority_named(node["least"].string(), options.least));
  }
  return options;
}

void check_event(Engine& engine, const Node& item) {
  SCOPED_TRACE("line " + std::to_string(item.line()));
  const Result<Event> event = read_event(policy::canonical_json(item["event"]));
  ASSERT_OK(event);
  std::vector<std::string> fired, outputs;
  const size_t count = engine.judge(*event, [&](const Match& match) {
    fired.emplace_back(match.rule);
    outputs.push_back(match.output);
  });
  EXPECT_EQ(count, fired.size());
  EXPECT_EQ(engine.judge(*event), count);
  ASSERT_TRUE(item["fires"].is_array());
  EXPECT_EQ(fired, strings(item["fires"]));
  if (item["outputs"].exists()) {
    EXPECT_EQ(outputs, strings(item["outputs"]));
  }
}

void check_problems(const Engine& engine, const Node& root) {
  std::vector<std::string> lines;
  for (const Problem& problem : engine.problems()) lines.push_back(problem.line());
  const std::vector<std::string> expected = strings(root["problems"]);
  ASSERT_EQ(lines.size(), expected.size()) << ::testing::PrintToString(lines);
  for (size_t at = 0; at < lines.size(); ++at) {
    EXPECT_THAT(lines[at], ::testing::HasSubstr(expected[at]));
  }
}

class Cases : public ::testing::TestWithParam<std::string> {};

TEST_P(Cases, FireAsTheFileSays) {
  const auto documents = parse_yaml(test::read(GetParam()));
  ASSERT_OK(documents);
  ASSERT_EQ(documents->size(), 1u);
  const Node& root = documents->front().root();
  std::vector<RuleFile> files;
  if (root["files"].exists()) {
    const char* folder = std::getenv("SEAWALL_FALCO_RULES");
    if (folder == nullptr) GTEST_SKIP() << "set SEAWALL_FALCO_RULES to the folder of Falco's rules";
    for (const std::string& name : strings(root["files"])) {
      files.push_back({name, test::read(std::string(folder) + '/' + name)});
    }
  } else {
    files.push_back({"rules.yaml", std::string(root["rules"].string())});
    for (const Node& more : root["more_rules"].items()) {
      files.push_back({"more.yaml", std::string(more.string())});
    }
  }
  Engine engine(std::move(files), options_of(root["options"]));
  if (root["rules"].exists()) check_problems(engine, root);
  if (root["calls"].exists()) {
    EXPECT_EQ(engine.calls(), strings(root["calls"]));
  }
  EXPECT_TRUE(root["events"].exists() || root["problems"].exists());
  for (const Node& item : root["events"].items()) check_event(engine, item);
}

std::vector<std::string> case_files() {
  std::vector<std::string> names;
  const std::string folder = test::source_directory() + "/tests/guard/falco/cases";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string case_name(const ::testing::TestParamInfo<std::string>& file) {
  std::string name = std::filesystem::path(file.param).stem();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Cases, ::testing::ValuesIn(case_files()), case_name);

}  // namespace
}  // namespace seawall::guard::falco
