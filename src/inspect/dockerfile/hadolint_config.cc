#include "inspect/dockerfile/hadolint_config.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/yaml.h"
#include "inspect/dockerfile/labels.h"

namespace seawall::inspect {
namespace {

std::optional<Severity> severity_of(std::string_view word) {
  if (word == "error") return Severity::kHigh;
  if (word == "warning") return Severity::kMedium;
  if (word == "info") return Severity::kLow;
  if (word == "style" || word == "ignore") return Severity::kNegligible;
  return std::nullopt;
}

Error wrong(const Node& node, std::string_view what) {
  return malformed(fmt::format("line {}: {}", node.line(), what));
}

Status read_words(const Node& list, std::string_view key, std::vector<std::string>& out) {
  if (list.is_null()) return {};
  if (!list.is_array()) return wrong(list, fmt::format("{} is not a list", key));
  for (const Node& item : list.items()) out.emplace_back(item.string());
  return {};
}

Status read_labels(const Node& schema, DockerLintOptions& options) {
  for (const auto& [name, kind] : schema.members()) {
    const std::string word = to_lower(kind.string());
    if (!is_label_kind(word)) {
      return wrong(kind, fmt::format("label-schema does not know the kind \"{}\"",
                                     printable(kind.string())))
          .hint("text, url, rfc3339, spdx, hash, semver, email");
    }
    options.labels[std::string(name)] = word;
  }
  return {};
}

}  // namespace

Result<HadolintConfig> read_hadolint_config(std::string_view yaml, const Limits& limits) {
  SEAWALL_TRY(const std::vector<Document> documents, parse_yaml(yaml, limits));
  HadolintConfig out;
  if (documents.empty() || documents[0].root().is_null()) return out;
  const Node& root = documents[0].root();
  if (!root.is_object()) return wrong(root, "the configuration is not a mapping");
  SEAWALL_CHECK(read_words(root["ignored"], "ignored", out.options.ignored));
  SEAWALL_CHECK(
      read_words(root["trustedRegistries"], "trustedRegistries", out.options.trusted_registries));
  SEAWALL_CHECK(read_labels(root["label-schema"], out.options));
  out.options.strict_labels = root["strict-labels"].boolean();
  for (const auto& [level, list] : root["override"].members()) {
    const auto severity = severity_of(level);
    if (!severity) return wrong(list, fmt::format("override does not know \"{}\"", level));
    std::vector<std::string> ids;
    SEAWALL_CHECK(read_words(list, level, ids));
    for (const std::string& id : ids) out.options.severities[to_lower(id)] = *severity;
  }
  if (const Node& threshold = root["failure-threshold"]; threshold.is_string()) {
    const std::string word = to_lower(threshold.string());
    if (word != "none" && !severity_of(word))
      return wrong(threshold, fmt::format("failure-threshold does not know \"{}\"", word));
    out.threshold = word == "none" || word == "ignore" ? Severity::kUnknown : *severity_of(word);
  }
  if (root["no-fail"].boolean()) out.threshold = Severity::kUnknown;
  return out;
}

}  // namespace seawall::inspect
