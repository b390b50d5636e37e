#include "inspect/manifest/manifest_exceptions.h"

#include <algorithm>

#include "base/strings.h"
#include "inspect/compose/ignores.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kOwn = "seawall.dev/ignore";
constexpr std::string_view kKubeLinter = "ignore-check.kube-linter.io/";
constexpr std::string_view kPolaris = "polaris.fairwinds.com/", kExempt = "-exempt";
constexpr size_t kMostReason = 500, kMostEntries = 1000;

}  // namespace

void ManifestExceptions::add(const Node& metadata, bool of_object) {
  for (const Member& member : metadata["annotations"].members()) {
    if (entries_.size() >= kMostEntries) return;
    const std::string_view value = member.value.string();
    if (member.key.starts_with(kOwn))
      add_own(member.key, value);
    else if (of_object)
      add_other(member.key, value);
  }
}

void ManifestExceptions::add_own(std::string_view key, std::string_view value) {
  std::string_view container = key.substr(kOwn.size());
  if (!container.empty() && !container.starts_with('.')) return;
  if (!container.empty()) container.remove_prefix(1);
  for_each_line(value, [&](std::string_view line, size_t) {
    Entry entry;
    entry.key = key;
    entry.container = container;
    line = trim(line);
    const size_t end = std::min(line.find_first_of(" \t"), line.size());
    for (const std::string_view id : split(line.substr(0, end), ',')) {
      if (!id.empty()) entry.ids.push_back(id);
    }
    entry.reason = trim(line.substr(end));
    if (!entry.ids.empty() && entries_.size() < kMostEntries) entries_.push_back(std::move(entry));
  });
}

void ManifestExceptions::add_other(std::string_view key, std::string_view value) {
  Entry entry;
  entry.key = key;
  entry.reason = value;
  if (key.starts_with(kKubeLinter)) {
    entry.tool = "kube-linter";
    entry.check = key.substr(kKubeLinter.size());
    if (entry.check.empty()) return;
  } else if (key == "kube-linter.io/ignore-all") {
    entry.tool = "kube-linter";
  } else if (key.starts_with(kPolaris) && equal_ignoring_case(value, "true")) {
    entry.tool = "polaris";
    entry.reason = {};
    const std::string_view name = key.substr(kPolaris.size());
    if (name.ends_with(kExempt)) entry.check = name.substr(0, name.size() - kExempt.size());
    if (name != "exempt" && entry.check.empty()) return;
  } else {
    return;
  }
  entries_.push_back(std::move(entry));
}

Suppression ManifestExceptions::find(const ManifestRule& rule, std::string_view container) const {
  Suppression out;
  for (const Entry& entry : entries_) {
    if (!entry.container.empty() && entry.container != container) continue;
    const bool named =
        entry.tool.empty()
            ? std::any_of(entry.ids.begin(), entry.ids.end(),
                          [&](std::string_view id) { return names_rule(id, rule.rule); })
        : entry.check.empty() ? rule.is_of(entry.tool)
                              : rule.has_alias(entry.tool, entry.check);
    if (!named) continue;
    out.by = "inline";
    out.source = "annotation " + printable(entry.key);
    out.reason = to_valid_utf8(entry.reason.substr(0, kMostReason));
    return out;
  }
  return out;
}

}  // namespace seawall::inspect
