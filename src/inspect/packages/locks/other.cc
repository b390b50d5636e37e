// GitHub Actions, R, Julia, Haskell, Conda, Terraform.
#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/packages/locks.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

// "owner/name/path@v4" is an action; "./path" and "docker://image" are none.
void add_action(LockReader& reader, const Node& uses) {
  const std::string_view text = uses.string();
  if (text.empty() || text.starts_with('.') || text.find("://") != std::string_view::npos) return;
  const auto [place, version] = split_once(text, '@');
  const size_t slash = place.find('/');
  if (slash == std::string_view::npos) return;
  const size_t second = place.find('/', slash + 1);
  Package package =
      LockReader::make(PackageType::kGithub, place.substr(0, second), version, uses.line());
  package.direct = true;
  reader.add(std::move(package));
}

void read_steps(LockReader& reader, const Node& steps) {
  for (const Node& step : steps.items()) add_action(reader, step["uses"]);
}

}  // namespace

void parse_workflow(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.yaml();
  if (!root) return;
  for (const Member& job : (*root)["jobs"].members()) {
    add_action(reader, job.value["uses"]);
    read_steps(reader, job.value["steps"]);
  }
  read_steps(reader, (*root)["runs"]["steps"]);
}

void parse_renv_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  for (const Member& member : (*root)["Packages"].members()) {
    reader.add(LockReader::make(PackageType::kCran, member.value["Package"].string(member.key),
                                member.value["Version"].string(), member.value.line()));
  }
}

void parse_julia_manifest(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  // A Rust or Hugo project may have a file of this name too.
  if (file.content.find("julia_version") == std::string_view::npos &&
      file.content.find("git-tree-sha1") == std::string_view::npos)
    return;
  const Node* root = reader.toml();
  if (!root) return;
  const Node& list = (*root)["deps"].is_object() ? (*root)["deps"] : *root;
  for (const Member& member : list.members()) {
    for (const Node& entry : member.value.items()) {
      reader.add(LockReader::make(PackageType::kJulia, member.key, entry["version"].string(),
                                  entry.line()));
    }
  }
}

// "constraints: any.aeson ==2.1.0.0, any.base ==4.17"
void parse_cabal_freeze(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  reader.lines([&](std::string_view line, uint32_t number) {
    for (std::string_view part : split(line, ',')) {
      if (const size_t colon = part.find("constraints:"); colon != std::string_view::npos)
        part = part.substr(colon + 12);
      part = trim(part);
      const size_t equal = part.find("==");
      if (equal == std::string_view::npos) continue;
      std::string_view name = trim(part.substr(0, equal));
      if (name.starts_with("any.")) name.remove_prefix(4);
      reader.add(LockReader::make(PackageType::kHackage, name, part.substr(equal + 2), number));
    }
  });
}

// packages[].completed.hackage: "aeson-2.1.0.0@sha256:...,1234"
void parse_stack_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.yaml();
  if (!root) return;
  for (const Node& item : (*root)["packages"].items()) {
    const Node& node = item["completed"]["hackage"];
    const std::string_view text = node.string().substr(0, node.string().find('@'));
    const size_t dash = text.rfind('-');
    if (dash == std::string_view::npos) continue;
    reader.add(LockReader::make(PackageType::kHackage, text.substr(0, dash), text.substr(dash + 1),
                                node.line()));
  }
}

// "numpy=1.26.4=py311h64a7726_0", "numpy==1.26.4"; below "pip" are requirements.
void parse_conda_environment(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.yaml();
  if (!root) return;
  const auto add = [&](PackageType type, const Node& node) {
    std::string_view text = node.string();
    if (const size_t channel = text.rfind("::"); channel != std::string_view::npos)
      text = text.substr(channel + 2);
    const size_t equal = text.find('=');
    if (equal == std::string_view::npos || text.find_first_of("<>!~") < equal) return;
    std::string_view version = text.substr(equal);
    while (version.starts_with('=')) version.remove_prefix(1);
    version = version.substr(0, version.find_first_of("=;, "));
    if (version.find_first_of("*<>|") != std::string_view::npos) return;
    Package package = LockReader::make(type, text.substr(0, equal), version, node.line());
    package.direct = true;
    reader.add(std::move(package));
  };
  for (const Node& item : (*root)["dependencies"].items()) {
    if (item.is_string()) add(PackageType::kConda, item);
    for (const Node& requirement : item["pip"].items()) add(PackageType::kPypi, requirement);
  }
}

// provider "registry.terraform.io/hashicorp/aws" { version = "5.0.1" ... }
void parse_terraform_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  std::string provider;
  uint32_t first = 0;
  reader.lines([&](std::string_view line, uint32_t number) {
    const std::string_view text = trim(line);
    if (text.starts_with("provider \"")) {
      const std::string_view rest = text.substr(10);
      provider = rest.substr(0, rest.find('"'));
      first = number;
    } else if (!provider.empty() && text.starts_with("version")) {
      const size_t quote = text.find('"');
      if (quote == std::string_view::npos) return;
      const std::string_view rest = text.substr(quote + 1);
      reader.add(
          LockReader::make(PackageType::kGeneric, provider, rest.substr(0, rest.find('"')), first));
      provider.clear();
    }
  });
}

}  // namespace seawall::inspect
