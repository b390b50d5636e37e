// Installed npm, PHP, Ruby, Lua and WordPress packages.
#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/packages/installed.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

// A licence as npm has had it: "MIT", {"type": "MIT"}, [{"type": "MIT"}, ...].
std::string npm_license(const Node& root) {
  for (const char* key : {"license", "licenses"}) {
    const Node& node = root[key];
    if (node.is_string()) return to_valid_utf8(node.string());
    if (node["type"].is_string()) return to_valid_utf8(node["type"].string());
    std::string out;
    for (const Node& item : node.items()) {
      const std::string_view one = item.is_string() ? item.string() : item["type"].string();
      if (!one.empty()) out += (out.empty() ? "" : " OR ") + to_valid_utf8(one);
    }
    if (!out.empty()) return out.find(" OR ") == std::string::npos ? out : "(" + out + ")";
  }
  return {};
}

// True for the root of a module: node_modules/NAME or node_modules/@SCOPE/NAME.
bool is_module_root(std::string_view path) {
  constexpr std::string_view kModules = "node_modules/";
  const size_t at = path.rfind(kModules);
  if (at == std::string_view::npos) return false;
  const std::string_view below = path.substr(at + kModules.size());
  const auto depth = std::count(below.begin(), below.end(), '/');
  return below.starts_with('@') ? depth == 2 : depth == 1;
}

// The first string literal behind `key` in Ruby or Lua text: s.name = "rake".freeze.
std::string_view literal_after(std::string_view text, std::string_view key) {
  size_t at = 0;
  while ((at = text.find(key, at)) != std::string_view::npos) {
    at += key.size();
    std::string_view rest = trim(text.substr(at, 512));
    if (!rest.starts_with('=') || rest.starts_with("==")) continue;
    rest = trim(rest.substr(1));
    constexpr std::string_view kNew = "Gem::Version.new(";
    if (rest.starts_with(kNew)) rest = trim(rest.substr(kNew.size()));
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return {};
    const size_t end = rest.find(rest[0], 1);
    return end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
  }
  return {};
}

uint32_t line_at(std::string_view text, std::string_view part) {
  if (part.empty()) return 1;
  return static_cast<uint32_t>(
             std::count(text.begin(), text.begin() + (part.data() - text.data()), '\n')) +
         1;
}

// " * Version: 1.2.3" of a WordPress header.
std::string_view header_field(std::string_view text, std::string_view name) {
  size_t at = 0;
  while ((at = text.find(name, at)) != std::string_view::npos) {
    const size_t start = text.rfind('\n', at);
    const std::string_view before = text.substr(start + 1, at - start - 1);
    at += name.size();
    if (before.find_first_not_of(" \t/*#@") != std::string_view::npos) continue;
    return trim(text.substr(at, text.find('\n', at) - at));
  }
  return {};
}

}  // namespace

void parse_npm_package(const FileInput& file, InspectorSink& sink) {
  if (!is_module_root(file.path)) return;
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  Package package = LockReader::make(PackageType::kNpm, (*root)["name"].string(),
                                     (*root)["version"].string(), (*root)["name"].line());
  package.license = npm_license(*root);
  reader.add(std::move(package));
}

void parse_composer_installed(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  const Node& list = root->is_array() ? *root : (*root)["packages"];
  std::vector<std::string_view> development;
  for (const Node& name : (*root)["dev-package-names"].items())
    development.push_back(name.string());
  std::sort(development.begin(), development.end());
  for (const Node& entry : list.items()) {
    Package package = LockReader::make(PackageType::kComposer, entry["name"].string(),
                                       entry["version"].string(), entry["name"].line());
    for (const Node& item : entry["license"].items())
      package.license += (package.license.empty() ? "" : " OR ") + to_valid_utf8(item.string());
    package.development =
        std::binary_search(development.begin(), development.end(), entry["name"].string());
    reader.add(std::move(package));
  }
}

void parse_gemspec(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const std::string_view text = file.content;
  std::string_view name = literal_after(text, ".name"), version = literal_after(text, ".version");
  std::string_view platform = literal_after(text, ".platform");
  // RubyGems' own first lines: "# stub: rake 13.0.6 ruby lib".
  if (const size_t stub = text.find("# stub: "); stub != std::string_view::npos) {
    const auto words = split(text.substr(stub + 8, text.find('\n', stub) - stub - 8), ' ');
    if (words.size() >= 3) {
      name = words[0];
      version = words[1];
      platform = words[2];
    }
  }
  Package package = LockReader::make(PackageType::kGem, name, version, line_at(text, name));
  if (platform != "ruby") package.architecture = to_valid_utf8(platform);
  if (const size_t at = text.find(".licenses = ["); at != std::string_view::npos) {
    std::string_view list = text.substr(at + 13, text.find(']', at) - at - 13);
    for (std::string_view part : split(list, ',')) {
      part = trim(part);
      const size_t open = part.find_first_of("\"'");
      if (open == std::string_view::npos) continue;
      part = part.substr(open + 1);
      part = part.substr(0, part.find_first_of("\"'"));
      package.license += (package.license.empty() ? "" : " OR ") + to_valid_utf8(part);
    }
  } else {
    package.license = to_valid_utf8(literal_after(text, ".license"));
  }
  reader.add(std::move(package));
}

void parse_rockspec(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const std::string_view name = literal_after(file.content, "package");
  Package package =
      LockReader::make(PackageType::kLuarocks, name, literal_after(file.content, "version"),
                       line_at(file.content, name));
  package.license = to_valid_utf8(literal_after(file.content, "license"));
  reader.add(std::move(package));
}

void parse_wordpress(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  if (file.path.ends_with("wp-includes/version.php")) {
    const std::string_view version = literal_after(file.content, "$wp_version");
    reader.add(LockReader::make(PackageType::kGeneric, "wordpress", version,
                                line_at(file.content, version)));
    return;
  }
  // WordPress itself looks at the first 8 KiB only.
  const std::string_view head = file.content.substr(0, 8192);
  const std::string_view title = header_field(head, "Plugin Name:");
  if (title.empty()) return;
  const std::string_view folder = file.path.substr(0, file.path.rfind('/'));
  reader.add(LockReader::make(PackageType::kWordpress, folder.substr(folder.rfind('/') + 1),
                              header_field(head, "Version:"), line_at(file.content, title)));
}

}  // namespace seawall::inspect
