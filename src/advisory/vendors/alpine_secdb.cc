// Alpine's security database (secdb.alpinelinux.org, one document for each release and repository):
// which version of an origin package fixes what.
//
//   {"distroversion": "v3.20", "reponame": "main", "packages": [{"pkg": {"name": "expat",
//     "secfixes": {"2.6.3-r0": ["CVE-2024-45491"]}}}]}
//
// The version "0" means that the package never was affected: no row. Alpine names fixes only; what
// is not fixed yet does not appear here.
// One string may give several names ("CVE-2022-42336 XSA-431"). Each CVE is a record; a GHSA beside
// exactly one CVE is its alias; other names beside a CVE (XSA, TALOS, ...) may each stand for
// several CVEs and are left out. Without a CVE, each name is a record.
// A CVE may stand under several versions of a package, when a fix was lost or incomplete. apk knows
// one installed version and no history, so each entry is a row [0, version) of its own: together
// they reach up to the highest, which is when the package is safe.
#include "advisory/vendors/vendors.h"
#include "base/strings.h"

namespace seawall::advisory::vendors {
namespace {

std::string ecosystem_of_release(std::string_view distroversion) {
  if (distroversion == "edge") return "alpine:edge";
  if (!distroversion.starts_with('v')) return {};
  distroversion.remove_prefix(1);
  const auto [major, minor] = split_once(distroversion, '.');
  if (!parse_unsigned(major) || !parse_unsigned(minor)) return {};
  return "alpine:" + std::string(distroversion);
}

// "GHSA-...", "XSA-431", "wnpa-sec-2020-01": a word, a dash, a digit somewhere.
bool is_other_id(std::string_view name) {
  if (name.size() < 4 || name.size() > 48 || name.starts_with("CVE")) return false;
  const size_t dash = name.find('-');
  if (dash == 0 || dash == std::string_view::npos || dash + 1 == name.size()) return false;
  bool digit = false;
  for (char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '-') return false;
    digit = digit || (c >= '0' && c <= '9');
  }
  return digit || name.starts_with("GHSA-");
}

struct Names {
  std::vector<std::string_view> cves, others;
};

Names names_in(std::string_view text) {
  Names names;
  while (!text.empty()) {
    const size_t end = text.find_first_of(" \t,;/");
    const std::string_view word = trim(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (is_cve(word)) {
      names.cves.push_back(word);
    } else if (is_other_id(word)) {
      names.others.push_back(word);
    }
  }
  return names;
}

void emit(std::string_view id, std::string_view package, std::string_view version,
          std::string_view ecosystem, const std::vector<std::string_view>& aliases,
          FeedContext& context) {
  Record record;
  record.feed = "alpine";
  record.id = id;
  record.aliases.assign(aliases.begin(), aliases.end());
  Affected row;
  row.ecosystem = ecosystem;
  row.package = package;
  row.ranges = below(version);
  row.state = FixState::kFixed;
  record.affected.push_back(std::move(row));
  context.sink.record(std::move(record));
}

void read_fix(std::string_view text, std::string_view package, std::string_view version,
              std::string_view ecosystem, FeedContext& context) {
  const Names names = names_in(text);
  std::vector<std::string_view> aliases;
  if (names.cves.size() == 1) {
    for (std::string_view other : names.others) {
      if (other.starts_with("GHSA-")) aliases.push_back(other);
    }
  }
  for (std::string_view cve : names.cves) {
    emit(cve, package, version, ecosystem, aliases, context);
  }
  if (!names.cves.empty()) return;
  for (std::string_view other : names.others) {
    emit(other, package, version, ecosystem, {}, context);
  }
}

}  // namespace

bool accepts_alpine_secdb(const Node& document) {
  return document["distroversion"].is_string() && document["packages"].is_array();
}

void parse_alpine_secdb(const Node& document, FeedContext& context) {
  const std::string_view release = document["distroversion"].string();
  const std::string ecosystem = ecosystem_of_release(release);
  if (ecosystem.empty()) {
    context.sink.problem(malformed("\"" + std::string(release.substr(0, 40)) +
                                   "\" is no Alpine release (as \"v3.20\" or \"edge\")")
                             .at(context.path));
    return;
  }
  for (const Node& package : document["packages"].items()) {
    const std::string_view name = package["pkg"]["name"].string();
    if (name.empty()) continue;
    for (const Member& fixes : package["pkg"]["secfixes"].members()) {
      const std::string_view version = trim(fixes.key);
      if (version.empty() || version == "0") continue;
      for (const Node& fix : fixes.value.items()) {
        read_fix(fix.string(), name, version, ecosystem, context);
      }
    }
  }
}

}  // namespace seawall::advisory::vendors
