// Every example of every rule on images, run as the rule's check sees a real image.
#include "inspect/image/image_rules.h"

#include <set>

#include <fmt/format.h>

#include "base/content.h"
#include "codec/json_writer.h"
#include "support/support.h"

namespace seawall::inspect {
namespace {

using ::testing::HasSubstr;
using Role = artifact::PathShadow::Role;

void write_node(JsonWriter& json, const Node& node) {
  if (node.is_object()) {
    json.begin_object();
    for (const Member& member : node.members()) {
      json.key(member.key);
      write_node(json, member.value);
    }
    json.end_object();
  } else if (node.is_array()) {
    json.begin_array();
    for (const Node& item : node.items()) write_node(json, item);
    json.end_array();
  } else if (const auto number = node.integer()) {
    json.string(std::to_string(*number));  // configurations hold texts only
  } else {
    json.string(node.string());
  }
}

// An image as an example describes it.
struct Example {
  std::vector<std::vector<NotableFile>> notable;
  std::vector<artifact::PathShadow> shadows;
  std::vector<ImageLayerFacts> layers;
  std::string config;

  explicit Example(const Node& node) {
    JsonWriter json(config, JsonWriter::kCompact);
    json.begin_object().key("config");
    write_node(json, node["config"]);
    json.end_object();
    const size_t count = node["layers"].size();
    notable.resize(count);
    shadows.resize(count);
    for (size_t i = 0; i < count; ++i) {
      const Node& layer = node["layers"][i];
      for (const Node& file : layer["files"].items()) add(i, file);
      for (const Node& path : layer["whiteouts"].items())
        EXPECT_OK(shadows[i].add(Role::kWhiteout, path.string(), {}));
      shadows[i].finish();
      layers.push_back({&notable[i], &shadows[i], std::string(layer["instruction"].string())});
    }
  }

  void add(size_t layer, const Node& node) {
    NotableFile file;
    file.path = node["path"].string();
    file.mode = static_cast<uint32_t>(node["mode"].integer().value_or(0644));
    file.size = static_cast<uint64_t>(node["size"].integer().value_or(0));
    file.link = node["link"].string();
    file.directory = node["directory"].boolean();
    EXPECT_OK(shadows[layer].add(file.directory ? Role::kDirectory : Role::kFile, file.path, {}));
    const bool near_root = std::count(file.path.begin(), file.path.end(), '/') <= 1;
    if ((file.mode & 06002) || file.size >= kLargeFileBytes || (!file.link.empty() && near_root))
      notable[layer].push_back(file);
  }
};

size_t observations(const ImageRule& rule, const Node& node) {
  const Example example(node);
  auto facts = ImageFacts::make(example.config, example.layers, true);
  EXPECT_OK(facts);
  for (const Node& tag : node["tags"].items()) facts->tags.emplace_back(tag.string());
  facts->created = node["created"].string();
  if (const auto time = parse_time(node["now"].string())) facts->time = *time;
  return check_image(*facts, {rule}).size();
}

TEST(ImageRules, EveryExampleHolds) {
  const auto rules = load_image_rules();
  ASSERT_OK(rules);
  const auto file = rules::load_rules(built_in_content("image/image.yaml"), "image.yaml");
  ASSERT_OK(file);
  ASSERT_EQ(rules->size(), file->rules().size());
  EXPECT_GE(rules->size(), 20u);
  for (size_t i = 0; i < rules->size(); ++i) {
    const Node& examples = file->node(i)["examples"];
    const auto where = [&](const Node& node) {
      return fmt::format("{} line {}", (*rules)[i].rule.id, node.line());
    };
    for (const Node& node : examples["pass"].items())
      EXPECT_EQ(observations((*rules)[i], node), 0u) << where(node);
    for (const Node& node : examples["fail"].items())
      EXPECT_GE(observations((*rules)[i], node), 1u) << where(node);
  }
}

TEST(ImageRules, AFindingNamesItsLayerAndItsFix) {
  const std::vector<NotableFile> files = {{"usr/bin/su", 04755, 72000, "", false}};
  artifact::PathShadow shadow;
  ASSERT_OK(shadow.add(Role::kFile, "usr/bin/su", {}));
  shadow.finish();
  const auto facts = ImageFacts::make(R"({"config":{"User":"10001"}})",
                                      {{&files, &shadow, "ADD rootfs.tar /"}}, true);
  ASSERT_OK(facts);
  const auto rules = load_image_rules();
  ASSERT_OK(rules);
  std::set<std::string> ids, fingerprints;
  for (const Finding& finding : check_image(*facts, *rules)) {
    ids.insert(finding.rule_id);
    fingerprints.insert(finding.fingerprint);
    EXPECT_FALSE(finding.remediation.empty()) << finding.rule_id;
    if (finding.rule_id != "SW-I0006") continue;
    EXPECT_THAT(finding.evidence, HasSubstr("/usr/bin/su"));
    EXPECT_EQ(finding.location.path, "usr/bin/su");
    EXPECT_EQ(finding.location.layer, 0);
    EXPECT_EQ(finding.location.instruction, "ADD rootfs.tar /");
  }
  EXPECT_TRUE(ids.contains("SW-I0006"));
  EXPECT_FALSE(ids.contains("SW-I0001"));
  EXPECT_EQ(ids.size(), fingerprints.size());
}

TEST(ImageFacts, WhatCannotBeToldIsNotCalledMissing) {
  artifact::PathShadow shadow;
  ASSERT_OK(shadow.add(Role::kFile, "a/b/link", {}));
  shadow.finish();
  const std::vector<NotableFile> none;
  const auto facts = ImageFacts::make("{}", {{&none, &shadow, ""}}, true);
  ASSERT_OK(facts);
  EXPECT_EQ(facts->exists("/a/b/link"), true);
  EXPECT_EQ(facts->exists("/a/b/link/program"), std::nullopt) << "where the link leads is unknown";
  EXPECT_EQ(facts->exists("/a/b/other"), false);
  const auto partial = ImageFacts::make("{}", {{&none, &shadow, ""}}, false);
  ASSERT_OK(partial);
  EXPECT_EQ(partial->exists("/a/b/other"), std::nullopt) << "a layer could not be read";
}

TEST(ImageFacts, LinksInCirclesEnd) {
  artifact::PathShadow shadow;
  const std::vector<NotableFile> links = {{"bin", 0777, 0, "sbin", false},
                                          {"sbin", 0777, 0, "bin", false}};
  for (const auto& link : links) ASSERT_OK(shadow.add(Role::kFile, link.path, {}));
  shadow.finish();
  const auto facts = ImageFacts::make("{}", {{&links, &shadow, ""}}, true);
  ASSERT_OK(facts);
  EXPECT_FALSE(facts->surely_exists("/bin/sh"));
}

TEST(ImageFacts, RefusesWhatIsNoConfiguration) {
  EXPECT_FALSE(ImageFacts::make("not json", {}, true).ok());
  EXPECT_OK(ImageFacts::make("{}", {}, true));
}

}  // namespace
}  // namespace seawall::inspect
