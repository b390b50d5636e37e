#include "inspect/packages/known_binary.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/content.h"
#include "base/path_set.h"
#include "base/strings.h"
#include "codec/yaml.h"
#include "inspect/packages/binaries.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

constexpr size_t kWindow = 1 << 20, kOverlap = 512;
constexpr size_t kLongestVersion = 64;
constexpr uint64_t kSearched = 512ull << 20;  // of one file

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_version_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
         c == '+' || c == '_' || c == '~';
}

Result<VersionPattern> parse_pattern(std::string_view text, std::string_view where) {
  const std::string plain = replace_all(text, "\\0", std::string_view("\0", 1));
  for (const std::string_view mark : {"{v}", "{n}"}) {
    const size_t at = plain.find(mark);
    if (at == std::string::npos) continue;
    if (at == 0) break;
    return VersionPattern{plain.substr(0, at), plain.substr(at + 3), mark == "{v}"};
  }
  return malformed(fmt::format("\"{}\" needs a text and then {{v}}", text)).at(where);
}

// "libpython3.11.so.1.0" -> "3.11".
std::string_view number_in(std::string_view name) {
  const size_t begin = name.find_first_of("0123456789");
  if (begin == std::string_view::npos) return {};
  std::string_view number = name.substr(begin);
  number = number.substr(0, number.find_first_not_of("0123456789."));
  while (number.ends_with('.')) number.remove_suffix(1);
  return number;
}

std::optional<PackageType> type_of(std::string_view word) {
  for (int i = 0; i <= static_cast<int>(PackageType::kGeneric); ++i) {
    if (to_string(static_cast<PackageType>(i)) == word) return static_cast<PackageType>(i);
  }
  return std::nullopt;
}

const std::vector<Classifier>& built_in() {
  static const std::vector<Classifier> all = [] {
    std::vector<Classifier> out;
    for (const ContentFile& file : built_in_content()) {
      if (!file.name.starts_with("binaries/")) continue;
      auto one = load_classifiers(file.bytes, file.name);
      if (!one.ok()) continue;  // a test reads them strictly
      for (Classifier& classifier : *one) out.push_back(std::move(classifier));
    }
    return out;
  }();
  return all;
}

}  // namespace

std::string find_version(std::string_view text, const VersionPattern& pattern,
                         std::string_view prefix) {
  for (size_t at = text.find(pattern.before); at != std::string_view::npos;
       at = text.find(pattern.before, at + 1)) {
    const std::string_view rest = text.substr(at + pattern.before.size());
    if (rest.empty() || !is_digit(rest[0])) continue;
    size_t end = 0;
    while (end < rest.size() && end <= kLongestVersion && is_version_character(rest[end])) ++end;
    if (end > kLongestVersion) continue;
    // What must follow may be made of characters that a version has too.
    while (end > 0 && !pattern.after.empty() && !rest.substr(end).starts_with(pattern.after)) --end;
    std::string_view version = rest.substr(0, end);
    while (!version.empty() && !is_digit(version.back()) &&
           !((version.back() >= 'a' && version.back() <= 'z') ||
             (version.back() >= 'A' && version.back() <= 'Z')))
      version.remove_suffix(1);
    if (version.empty() || !version.starts_with(prefix)) continue;
    if (pattern.dotted && version.find('.') == std::string_view::npos) continue;
    return std::string(version);
  }
  return {};
}

std::string find_version(const RandomAccess& data, const std::vector<VersionPattern>& patterns,
                         std::string_view prefix) {
  std::string window(kWindow, '\0');
  std::string best;
  size_t best_rank = patterns.size();
  const uint64_t size = std::min<uint64_t>(data.size(), kSearched);
  for (uint64_t at = 0; at < size; at += kWindow - kOverlap) {
    size_t filled = 0;
    while (filled < kWindow) {
      const auto got = data.read_at(at + filled, std::span(window).subspan(filled));
      if (!got.ok() || *got == 0) break;
      filled += *got;
    }
    const std::string_view text = std::string_view(window).substr(0, filled);
    for (size_t rank = 0; rank < best_rank; ++rank) {
      std::string found = find_version(text, patterns[rank], prefix);
      if (found.empty()) continue;
      best = std::move(found);
      best_rank = rank;
    }
    if (best_rank == 0 || filled < kWindow) break;
  }
  return best;
}

Result<std::vector<Classifier>> load_classifiers(std::string_view yaml, std::string_view name,
                                                 std::vector<ClassifierExample>* examples) {
  auto documents = parse_yaml(yaml);
  if (!documents.ok()) return std::move(documents.error()).at(name);
  std::vector<Classifier> out;
  for (const Document& document : *documents) {
    for (const Node& node : document.root()["classifiers"].items()) {
      const std::string where = fmt::format("{}:{}", name, node.line());
      Classifier one;
      one.name = node["name"].string();
      one.cpe = node["cpe"].string();
      one.version_in_name = node["version_in_name"].boolean();
      if (const std::string_view purl = node["purl"].string(); !purl.empty()) {
        const auto [type, rest] = split_once(purl, '/');
        const auto known = type_of(type);
        if (!known) return malformed(fmt::format("no package type \"{}\"", type)).at(where);
        one.type = *known;
        one.name = rest;
      }
      for (const Node& file : node["files"].items()) one.files.emplace_back(file.string());
      for (const Node& pattern : node["patterns"].items()) {
        SEAWALL_TRY(VersionPattern parsed, parse_pattern(pattern.string(), where));
        one.patterns.push_back(std::move(parsed));
      }
      if (one.name.empty() || one.files.empty() || one.patterns.empty() ||
          node["examples"].size() == 0)
        return malformed("a classifier needs name, files, patterns and examples").at(where);
      if (examples) {
        for (const Node& example : node["examples"].items()) {
          examples->push_back(
              {one.name, replace_all(example["text"].string(), "\\0", std::string_view("\0", 1)),
               text_of_scalar(example["version"])});
        }
      }
      out.push_back(std::move(one));
    }
  }
  return out;
}

void parse_known_binary(const FileInput& file, InspectorSink& sink) {
  const std::string_view name = file_name(file.path);
  LockReader reader(file, sink);
  for (const Classifier& classifier : built_in()) {
    const bool fits =
        std::any_of(classifier.files.begin(), classifier.files.end(),
                    [&](const std::string& pattern) { return glob_match(pattern, name); });
    if (!fits) continue;
    std::string version = find_version(*file.data, classifier.patterns,
                                       classifier.version_in_name ? number_in(name) : "");
    if (version.empty()) continue;
    reader.add(LockReader::make(classifier.type, classifier.name, version, 0));
    return;
  }
}

}  // namespace seawall::inspect
