#include "inspect/secrets/baseline.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/file.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace seawall::inspect {
namespace {

constexpr int64_t kVersion = 1;
constexpr uint64_t kFileBytes = 64u << 20;

auto key(const Baseline::Entry& entry) {
  return std::tie(entry.rule, entry.path, entry.secret_hash);
}

bool before(const Baseline::Entry& a, const Baseline::Entry& b) {
  return key(a) < key(b);
}

}  // namespace

Result<Baseline> Baseline::parse(std::string_view json, std::string_view source) {
  auto document = parse_json(std::string(json));
  if (!document.ok()) return std::move(document.error()).at(source);
  const Node& root = document->root();
  const auto version = root["version"].integer();
  if (!version || !root["secrets"].is_array()) {
    return malformed("is no baseline")
        .at(source)
        .hint("a baseline is a JSON object with \"version\" and \"secrets\"");
  }
  if (*version != kVersion)
    return unsupported(fmt::format("is a baseline of version {}", *version)).at(source);
  Baseline out;
  out.source_ = source;
  for (const Node& node : root["secrets"].items()) {
    Entry entry = {std::string(node["rule"].string()), std::string(node["path"].string()),
                   std::string(node["secret_hash"].string()),
                   std::string(node["fingerprint"].string()), std::string(node["reason"].string())};
    if (entry.rule.empty() || entry.path.empty() || entry.secret_hash.empty()) {
      return malformed("an entry lacks rule, path or secret_hash")
          .at(fmt::format("{}:{}", source, node.line()));
    }
    out.entries_.push_back(std::move(entry));
  }
  std::sort(out.entries_.begin(), out.entries_.end(), before);
  return out;
}

Result<Baseline> Baseline::load(const std::string& path) {
  SEAWALL_TRY(const std::string json, read_file(path, kFileBytes));
  return parse(json, path);
}

Baseline Baseline::of(const std::vector<Finding>& findings, std::string_view reason) {
  Baseline out;
  for (const Finding& finding : findings) {
    if (finding.kind != FindingKind::kSecret || finding.secret_hash.empty() ||
        finding.suppression.active())
      continue;
    out.entries_.push_back({finding.rule_id, finding.location.path, finding.secret_hash,
                            finding.fingerprint, std::string(reason)});
  }
  std::sort(out.entries_.begin(), out.entries_.end(), before);
  const auto same = [](const Entry& a, const Entry& b) { return key(a) == key(b); };
  out.entries_.erase(std::unique(out.entries_.begin(), out.entries_.end(), same),
                     out.entries_.end());
  return out;
}

std::string Baseline::to_json() const {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("version").integer(kVersion);
  json.key("secrets").begin_array();
  for (const Entry& entry : entries_) {
    json.begin_object();
    json.key("rule").string(entry.rule);
    json.key("path").string(entry.path);
    json.key("secret_hash").string(entry.secret_hash);
    json.optional("fingerprint", entry.fingerprint);
    json.optional("reason", entry.reason);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  out += '\n';
  return out;
}

size_t Baseline::apply(std::vector<Finding>& findings) const {
  size_t count = 0;
  for (Finding& finding : findings) {
    if (finding.kind != FindingKind::kSecret || finding.suppression.active()) continue;
    Entry wanted;
    wanted.rule = finding.rule_id;
    wanted.path = finding.location.path;
    wanted.secret_hash = finding.secret_hash;
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), wanted, before);
    if (at == entries_.end() || before(wanted, *at)) continue;
    finding.suppression.by = "baseline";
    finding.suppression.source = source_;
    finding.suppression.reason = at->reason;
    ++count;
  }
  return count;
}

}  // namespace seawall::inspect
