#include "inspect/packages/locks/lock.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"
#include "codec/toml.h"
#include "codec/yaml.h"

namespace seawall::inspect {
namespace {

constexpr size_t kLongestName = 1024, kLongestVersion = 512;
constexpr size_t kMostDepends = 10'000;

// Comments and commas before a closing bracket become spaces, so that lines and columns stay.
std::string without_comments(std::string_view text) {
  std::string out(text);
  bool quoted = false;
  size_t comma = std::string::npos;
  for (size_t i = 0; i < out.size(); ++i) {
    const char c = out[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') {
      quoted = true;
      comma = std::string::npos;
    } else if (c == '/' && i + 1 < out.size() && out[i + 1] == '/') {
      while (i < out.size() && out[i] != '\n') out[i++] = ' ';
    } else if (c == '/' && i + 1 < out.size() && out[i + 1] == '*') {
      const size_t end = std::min(out.find("*/", i + 2), out.size() - 2) + 2;
      for (; i < end && i < out.size(); ++i) {
        if (out[i] != '\n') out[i] = ' ';
      }
      --i;
    } else if (c == ',') {
      comma = i;
    } else if ((c == '}' || c == ']') && comma != std::string::npos) {
      out[comma] = ' ';
      comma = std::string::npos;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      comma = std::string::npos;
    }
  }
  return out;
}

}  // namespace

const Node* LockReader::keep(Result<Document> document) {
  if (!document.ok()) {
    problems_.add(std::move(document).error().hint("write the file anew with its own tool"));
    return nullptr;
  }
  documents_.push_back(std::move(document).value());
  return &documents_.back().root();
}

const Node* LockReader::json() {
  if (trim(file_.content).empty()) return nullptr;
  std::string_view text = file_.content;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return keep(parse_json(std::string(text), file_.limits));
}

const Node* LockReader::json_with_comments() {
  if (trim(file_.content).empty()) return nullptr;
  return keep(parse_json(without_comments(file_.content), file_.limits));
}

const Node* LockReader::yaml() {
  if (trim(file_.content).empty()) return nullptr;
  auto documents = parse_yaml(file_.content, file_.limits);
  if (!documents.ok()) return keep(std::move(documents).error());
  // The last document is the lock file; pnpm 11 puts one about its own tools before it.
  if (documents->empty()) return nullptr;
  return keep(std::move(documents->back()));
}

const Node* LockReader::toml() {
  return keep(parse_toml(file_.content, file_.limits));
}

XmlNode LockReader::xml() {
  if (trim(file_.content).empty()) return {};
  auto document = XmlDocument::parse(file_.content, file_.limits);
  if (!document.ok()) {
    problems_.add(std::move(document).error());
    return {};
  }
  xml_ = std::move(document).value();
  return xml_->root();
}

void LockReader::lines(const std::function<void(std::string_view, uint32_t)>& use) const {
  for_each_line(file_.content, [&](std::string_view line, size_t number) {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    use(line, static_cast<uint32_t>(number));
  });
}

Package LockReader::make(PackageType type, std::string_view name, std::string_view version,
                         uint32_t line) {
  Package package;
  package.type = type;
  package.name = to_valid_utf8(trim(name));
  package.version = to_valid_utf8(trim(version));
  package.location.line = line;
  return package;
}

void LockReader::add(Package package, bool quiet) {
  const bool named = !package.name.empty() && package.name.size() <= kLongestName;
  const bool versioned = !package.version.empty() && package.version.size() <= kLongestVersion;
  if (!named || !versioned) {
    if (!quiet) {
      problems_.add(package.location.line,
                    fmt::format("\"{}\" has no version that can be looked up",
                                printable(std::string_view(package.name).substr(0, 80))));
    }
    return;
  }
  settle_depends(package);
  sink_.package(std::move(package));
}

void LockReader::newer(std::string_view what, std::string_view found, std::string_view known) {
  problems_.note(0, fmt::format("{} {} is newer than {}, the newest known: packages may be missing",
                                what, printable(found.substr(0, 40)), known));
}

std::string text_of_scalar(const Node& node) {
  if (node.is_string()) return std::string(node.string());
  if (const auto whole = node.integer()) return std::to_string(*whole);
  if (const auto number = node.number()) return fmt::format("{}", *number);
  return {};
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string checksum_of_integrity(std::string_view integrity) {
  integrity = trim(integrity);
  integrity = integrity.substr(0, integrity.find(' '));
  const auto [algorithm, encoded] = split_once(integrity, '-');
  if (algorithm != "sha512" && algorithm != "sha256" && algorithm != "sha1" &&
      algorithm != "sha384")
    return {};
  const auto bytes = from_base64(encoded);
  return bytes.ok() ? std::string(algorithm) + ":" + to_hex(*bytes) : std::string();
}

void settle_depends(Package& package) {
  auto& list = package.depends;
  for (std::string& name : list) name = to_valid_utf8(name);
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  if (list.size() > kMostDepends) list.resize(kMostDepends);
}

}  // namespace seawall::inspect
