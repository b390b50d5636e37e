// Installed packages of Python, Conda, .NET, R, Erlang, Haskell, Perl, Bitnami, and Java runtimes.
#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/packages/installed.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

// Licences that a classifier names without doubt. Source: PyPI's list of classifiers.
constexpr std::pair<std::string_view, std::string_view> kClassifiers[] = {
    {"MIT License", "MIT"},
    {"Apache Software License", "Apache-2.0"},
    {"Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"},
    {"ISC License (ISCL)", "ISC"},
    {"GNU General Public License v3 (GPLv3)", "GPL-3.0-only"},
    {"GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"},
    {"GNU General Public License v2 (GPLv2)", "GPL-2.0-only"},
    {"GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"},
    {"GNU Lesser General Public License v3 (LGPLv3)", "LGPL-3.0-only"},
    {"GNU Affero General Public License v3", "AGPL-3.0-only"},
    {"The Unlicense (Unlicense)", "Unlicense"},
    {"Python Software Foundation License", "PSF-2.0"},
    {"zlib/libpng License", "Zlib"}};

std::string license_of_classifier(std::string_view text) {
  const std::string_view last =
      trim(text.substr(text.rfind("::") == std::string_view::npos ? 0 : text.rfind("::") + 2));
  for (const auto& [name, id] : kClassifiers) {
    if (last == name) return std::string(id);
  }
  return {};
}

// Fields "Name: value" up to the first empty line.
void headers(std::string_view text,
             const std::function<void(std::string_view, std::string_view, uint32_t)>& use) {
  bool done = false;
  for_each_line(text, [&](std::string_view line, size_t number) {
    done = done || line.empty();
    if (done || line[0] == ' ' || line[0] == '\t') return;
    const auto [name, value] = split_once(line, ':');
    use(name, trim(value), static_cast<uint32_t>(number));
  });
}

// The text between the quotes that follow `key` in Erlang terms: {vsn,"1.2"}.
std::string_view erlang_string(std::string_view text, std::string_view key) {
  size_t at = 0;
  while ((at = text.find(key, at)) != std::string_view::npos) {
    const char before = at == 0 ? ' ' : text[at - 1];
    at += key.size();
    if (before != '{' && before != ' ' && before != '\t' && before != '\n') continue;
    std::string_view rest = trim(text.substr(at, 256));
    if (!rest.starts_with(',')) continue;
    rest = trim(rest.substr(1));
    if (!rest.starts_with('"')) continue;
    return rest.substr(1, rest.find('"', 1) - 1);
  }
  return {};
}

}  // namespace

void parse_python_metadata(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  Package package;
  std::string expression, classifiers, written;
  uint32_t line = 0;
  std::string_view name, version;
  headers(file.content, [&](std::string_view key, std::string_view value, uint32_t number) {
    if (key == "Name") {
      name = value;
      line = number;
    } else if (key == "Version") {
      version = value;
    } else if (key == "License-Expression") {
      expression = to_valid_utf8(value);
    } else if (key == "License" && value != "UNKNOWN" && value.size() < 200) {
      written = to_valid_utf8(value);
    } else if (key == "Classifier" && value.starts_with("License ::")) {
      const std::string id = license_of_classifier(value);
      if (!id.empty()) classifiers += (classifiers.empty() ? "" : " OR ") + id;
    }
  });
  package = LockReader::make(PackageType::kPypi, name, version, line);
  package.license = !expression.empty() ? expression : !classifiers.empty() ? classifiers : written;
  reader.add(std::move(package));
}

void parse_conda_meta(const FileInput& file, InspectorSink& sink) {
  if (file_name(file.path) == "history") return;
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  Package package = LockReader::make(PackageType::kConda, (*root)["name"].string(),
                                     (*root)["version"].string(), (*root)["name"].line());
  package.license = to_valid_utf8((*root)["license"].string());
  package.architecture = to_valid_utf8((*root)["subdir"].string());
  const std::string_view sum = (*root)["sha256"].string();
  if (!sum.empty()) package.checksum = "sha256:" + to_valid_utf8(sum);
  for (const Node& path : (*root)["files"].items()) {
    // What Conda installed into site-packages is Conda's, like an OS package's files.
    if (path.string().ends_with(".dist-info/METADATA")) {
      const std::string_view prefix = file.path.substr(0, file.path.rfind("conda-meta/"));
      sink.owned_file(std::string(prefix) + std::string(path.string()), (*root)["name"].string());
    }
  }
  reader.add(std::move(package));
}

void parse_dotnet_deps(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  const NodeIndex targets((*root)["targets"][(*root)["runtimeTarget"]["name"].string()]);
  for (const Member& member : (*root)["libraries"].members()) {
    const std::string_view type = member.value["type"].string();
    if (type != "package" && type != "runtimepack") continue;
    const auto [name, version] = split_once(member.key, '/');
    constexpr std::string_view kPack = "runtimepack.";
    Package package = LockReader::make(PackageType::kNuget,
                                       name.starts_with(kPack) ? name.substr(kPack.size()) : name,
                                       version, member.value.line());
    const Node& target = targets[member.key];
    for (const Member& need : target["dependencies"].members())
      package.depends.push_back(fmt::format("{}@{}", need.key, need.value.string()));
    reader.add(std::move(package));
  }
}

void parse_r_description(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  std::string_view name, version, license;
  uint32_t line = 0;
  headers(file.content, [&](std::string_view key, std::string_view value, uint32_t number) {
    if (key == "Package") {
      name = value;
      line = number;
    }
    if (key == "Version") version = value;
    if (key == "License") license = value;
  });
  Package package = LockReader::make(PackageType::kCran, name, version, line);
  package.license = to_valid_utf8(license);
  reader.add(std::move(package));
}

void parse_erlang_app(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const std::string_view text = file.content;
  const size_t at = text.find("{application,");
  if (at == std::string_view::npos) return;
  std::string_view name = trim(text.substr(at + 13, 128));
  name = trim(name.substr(0, name.find_first_of(",\n")));
  if (name.size() >= 2 && name.front() == '\'') name = name.substr(1, name.size() - 2);
  // The applications of OTP itself lie in lib/NAME-VERSION of the Erlang installation.
  const bool otp = file.path.find("/erlang/lib/") != std::string_view::npos;
  const auto line = static_cast<uint32_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1);
  reader.add(LockReader::make(otp ? PackageType::kOtp : PackageType::kHex, name,
                              erlang_string(text, "vsn"), line));
}

void parse_haskell_conf(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  std::string_view name, version, license;
  uint32_t first = 0;
  headers(file.content, [&](std::string_view key, std::string_view value, uint32_t number) {
    if (key == "name") {
      name = value;
      first = number;
    }
    if (key == "version") version = value;
    if (key == "license") license = value;
  });
  Package package = LockReader::make(PackageType::kHackage, name, version, first);
  package.license = to_valid_utf8(license);
  reader.add(std::move(package));
}

void parse_perl_install(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  // "dist": "Mojolicious-9.33"; advisories speak of distributions.
  std::string_view name = (*root)["dist"].string();
  name = name.substr(0, name.rfind('-'));
  reader.add(LockReader::make(PackageType::kCpan, name.empty() ? (*root)["name"].string() : name,
                              text_of_scalar((*root)["version"]), 1));
}

void parse_bitnami(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  for (const Node& entry : (*root)["packages"].items()) {
    for (const Node& reference : entry["externalRefs"].items()) {
      std::string_view purl = reference["referenceLocator"].string();
      constexpr std::string_view kPrefix = "pkg:bitnami/";
      if (!purl.starts_with(kPrefix)) continue;
      purl = purl.substr(kPrefix.size());
      purl = purl.substr(0, purl.find('?'));
      const auto [name, version] = split_once(purl, '@');
      Package package = LockReader::make(PackageType::kBitnami, name, version, entry.line());
      const std::string_view license = entry["licenseConcluded"].string();
      if (license != "NOASSERTION" && license != "NONE") package.license = to_valid_utf8(license);
      reader.add(std::move(package));
    }
  }
}

// JAVA_VERSION="17.0.9" and IMPLEMENTOR="Eclipse Adoptium".
void parse_jvm_release(const FileInput& file, InspectorSink& sink) {
  if (file.content.size() > 64 * 1024) return;
  LockReader reader(file, sink);
  std::string_view version, implementor;
  uint32_t first = 0;
  reader.lines([&](std::string_view text, uint32_t number) {
    auto [key, value] = split_once(text, '=');
    if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
    if (key == "JAVA_VERSION") {
      version = value;
      first = number;
    }
    if (key == "IMPLEMENTOR") implementor = value;
  });
  if (version.empty()) return;
  Package package = LockReader::make(PackageType::kGeneric, "openjdk", version, first);
  package.vendor = to_valid_utf8(implementor);
  reader.add(std::move(package));
}

}  // namespace seawall::inspect
