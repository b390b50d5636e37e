// Python: requirements files (PEP 508 requirements, pip's options), Pipfile.lock, and the TOML
// locks of Poetry, uv, PDM and PEP 751.
#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/packages/locks.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

// "name[extra] == 1.2 ; marker --hash=sha256:..." to a package; only a pin is one.
void read_requirement(LockReader& reader, std::string_view text, uint32_t line) {
  std::string checksum;
  if (const size_t hash = text.find("--hash="); hash != std::string_view::npos) {
    std::string_view value = text.substr(hash + 7);
    checksum = value.substr(0, value.find_first_of(" \t"));
    text = text.substr(0, hash);
  }
  text = trim(text.substr(0, text.find(';')));
  size_t end = 0;
  while (end < text.size() && is_name_character(text[end])) ++end;
  const std::string_view name = text.substr(0, end);
  std::string_view rest = trim(text.substr(end));
  if (rest.starts_with('[')) {
    const size_t close = rest.find(']');
    rest = close == std::string_view::npos ? std::string_view() : trim(rest.substr(close + 1));
  }
  if (name.empty() || !rest.starts_with("==")) return;
  std::string_view version = trim(rest.substr(rest.starts_with("===") ? 3 : 2));
  version = trim(version.substr(0, version.find_first_of(",\t #")));
  if (version.find('*') != std::string_view::npos) return;
  Package package = LockReader::make(PackageType::kPypi, name, version, line);
  package.checksum = to_valid_utf8(checksum);
  package.direct = true;
  reader.add(std::move(package));
}

std::string checksum_of(const Node& package) {
  for (const char* key : {"files", "wheels"}) {
    const Node& hash = package[key][0]["hash"];
    if (hash.is_string()) return std::string(hash.string());
  }
  const Node& hash = package["sdist"]["hash"];
  return hash.is_string() ? std::string(hash.string()) : std::string();
}

// The project itself and what is taken from a path is no package of an index.
bool is_local(const Node& source) {
  for (const char* key : {"virtual", "editable", "directory", "path"}) {
    if (source[key].exists()) return true;
  }
  return source["type"].string() == "directory" || source["type"].string() == "file";
}

std::string folded(std::string_view name) {
  std::string out = to_lower(name);
  for (char& c : out) {
    if (c == '_' || c == '.') c = '-';
  }
  return out;
}

void read_needs(const Node& entry, const std::map<std::string, std::string>& versions,
                Package& package) {
  const Node& list = entry["dependencies"];
  const auto need = [&](std::string_view name) {
    size_t end = 0;
    while (end < name.size() && is_name_character(name[end])) ++end;
    const auto found = versions.find(folded(name.substr(0, end)));
    if (found != versions.end())
      package.depends.push_back(fmt::format("{}@{}", name.substr(0, end), found->second));
  };
  for (const Member& member : list.members()) need(member.key);  // Poetry
  for (const Node& item : list.items()) {                        // uv, PDM, PEP 751
    need(item.is_string() ? item.string() : item["name"].string());
  }
}

}  // namespace

void parse_requirements(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  std::string whole;  // a requirement over several lines, each but the last ended by "\"
  uint32_t first = 0;
  constexpr size_t kLongest = 1 << 16;
  reader.lines([&](std::string_view line, uint32_t number) {
    if (const size_t comment = line.find(" #"); comment != std::string_view::npos)
      line = line.substr(0, comment);
    line = trim(line);
    if (whole.empty()) first = number;
    const bool more = line.ends_with('\\');
    if (more) line.remove_suffix(1);
    if (whole.size() + line.size() < kLongest) whole += std::string(line) + " ";
    if (more) return;
    const std::string_view text = trim(whole);
    if (!text.empty() && text[0] != '#' && text[0] != '-') read_requirement(reader, text, first);
    whole.clear();
  });
}

void parse_pipfile_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  for (const char* section : {"default", "develop"}) {
    for (const Member& member : (*root)[section].members()) {
      std::string_view version = member.value["version"].string();
      if (!version.starts_with("==")) continue;
      Package package =
          LockReader::make(PackageType::kPypi, member.key, version.substr(2), member.value.line());
      package.development = section == std::string_view("develop");
      package.checksum = member.value["hashes"][0].string();
      reader.add(std::move(package));
    }
  }
}

void parse_python_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.toml();
  if (!root) return;
  const bool pep751 = (*root)["lock-version"].exists() && (*root)["packages"].is_array();
  if (pep751 && !(*root)["lock-version"].string().starts_with("1."))
    reader.newer("lock-version", (*root)["lock-version"].string(), "1.0");
  if (const auto version = (*root)["version"].integer(); version && *version > 1)
    reader.newer("uv.lock version", std::to_string(*version), "1");
  const Node& list = (*root)[pep751 ? "packages" : "package"];
  std::map<std::string, std::string> versions;
  for (const Node& entry : list.items())
    versions[folded(entry["name"].string())] = entry["version"].string();
  for (const Node& entry : list.items()) {
    if (is_local(entry["source"]) || entry["directory"].exists()) continue;
    Package package = LockReader::make(PackageType::kPypi, entry["name"].string(),
                                       entry["version"].string(), entry["name"].line());
    package.checksum = to_valid_utf8(checksum_of(entry));
    // Poetry up to 1.4 says "category", 2 "groups"; PDM "groups".
    bool main = !entry["groups"].exists() && entry["category"].string() != "dev";
    for (const Node& group : entry["groups"].items())
      main = main || group.string() == "main" || group.string() == "default";
    package.development = !main;
    read_needs(entry, versions, package);
    reader.add(std::move(package));
  }
}

}  // namespace seawall::inspect
