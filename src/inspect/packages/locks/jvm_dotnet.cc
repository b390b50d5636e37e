// Java and .NET. A pom.xml is a program for Maven; what the file itself settles (versions written
// out, its own properties, its parent's coordinates, its own dependencyManagement) is read, and the
// rest is named.
#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/packages/locks.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

class Pom {
 public:
  Pom(LockReader& reader, XmlNode project) : reader_(reader), project_(project) {}

  void run() {
    if (project_.name() != "project") return;
    const XmlNode parent = project_.child("parent");
    for (const XmlNode& property : project_.child("properties").children())
      properties_[std::string(property.name())] = property.text();
    for (const char* key : {"groupId", "artifactId", "version"}) {
      std::string_view own = project_.child(key).text();
      const std::string_view inherited = parent.child(key).text();
      if (own.empty()) own = inherited;
      properties_[std::string("project.") + key] = own;
      properties_[std::string("pom.") + key] = own;
      properties_[std::string("project.parent.") + key] = inherited;
    }
    properties_["revision"] =
        properties_.contains("revision") ? properties_["revision"] : std::string();
    for (const XmlNode& managed :
         project_.child("dependencyManagement").child("dependencies").children("dependency")) {
      managed_[key_of(managed)] = value(managed.child("version").text());
      if (managed.child("scope").text() == "import") imports_ = true;
    }
    for (const XmlNode& dependency : project_.child("dependencies").children("dependency"))
      add(dependency);
    for (const XmlNode& profile : project_.child("profiles").children("profile")) {
      for (const XmlNode& dependency : profile.child("dependencies").children("dependency"))
        add(dependency);
    }
    if (unsettled_ > 0) {
      reader_.note(first_unsettled_,
                   fmt::format("{} {} a version from a parent or BOM that only Maven can "
                               "resolve; scan the built artifact or an SBOM for {}",
                               unsettled_, unsettled_ == 1 ? "dependency has" : "dependencies have",
                               unsettled_ == 1 ? "it" : "them"));
    }
  }

 private:
  std::string key_of(const XmlNode& node) const {
    return value(node.child("groupId").text()) + ":" + value(node.child("artifactId").text());
  }

  // With "${name}" replaced by the file's own properties; empty when one is not known.
  std::string value(std::string_view text) const {
    std::string out(text);
    for (int round = 0; round < 16; ++round) {
      const size_t begin = out.find("${");
      if (begin == std::string::npos) return out;
      const size_t end = out.find('}', begin);
      if (end == std::string::npos) return {};
      const auto found = properties_.find(out.substr(begin + 2, end - begin - 2));
      if (found == properties_.end() || out.size() > 4096) return {};
      out.replace(begin, end - begin + 1, found->second);
    }
    return {};
  }

  void add(const XmlNode& dependency) {
    const std::string name = key_of(dependency);
    std::string version = value(dependency.child("version").text());
    if (!dependency.child("version")) {
      if (const auto managed = managed_.find(name); managed != managed_.end())
        version = managed->second;
    }
    // "[1.0]" is exactly 1.0; other ranges name no version.
    if (version.starts_with('[') && version.ends_with(']') &&
        version.find(',') == std::string::npos) {
      version = version.substr(1, version.size() - 2);
    }
    if (name.starts_with(':') || name.ends_with(':')) return;
    if (version.empty() || version.find_first_of("[(,") != std::string::npos) {
      if (unsettled_++ == 0) first_unsettled_ = dependency.line();
      return;
    }
    Package package = LockReader::make(PackageType::kMaven, name, version, dependency.line());
    package.direct = true;
    package.development = dependency.child("scope").text() == "test";
    reader_.add(std::move(package));
  }

  LockReader& reader_;
  XmlNode project_;
  std::map<std::string, std::string> properties_, managed_;
  size_t unsettled_ = 0;
  uint32_t first_unsettled_ = 0;
  bool imports_ = false;
};

// "[13.0.1, )" is a range with a least version, as NuGet writes it; "13.0.1" alone is exact in
// lock files, the least in project files.
std::string_view exact_nuget_version(std::string_view text) {
  text = trim(text);
  if (text.starts_with('[') && text.ends_with(']') && text.find(',') == std::string_view::npos)
    return text.substr(1, text.size() - 2);
  return text.find_first_of("[(,*$") == std::string_view::npos ? text : std::string_view();
}

}  // namespace

void parse_pom(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const XmlNode root = reader.xml();
  if (root) Pom(reader, root).run();
}

// "group:artifact:1.2.3=compileClasspath,testRuntimeClasspath"
void parse_gradle_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  reader.lines([&](std::string_view line, uint32_t number) {
    if (line.empty() || line.starts_with('#') || line.starts_with("empty=")) return;
    const auto [coordinates, configurations] = split_once(line, '=');
    const size_t last = coordinates.rfind(':');
    if (last == std::string_view::npos || coordinates.find(':') == last) return;
    Package package = LockReader::make(PackageType::kMaven, coordinates.substr(0, last),
                                       coordinates.substr(last + 1), number);
    bool only_tests = !configurations.empty();
    for (const std::string_view name : split(configurations, ','))
      only_tests = only_tests && to_lower(name).find("test") != std::string::npos;
    package.development = only_tests;
    reader.add(std::move(package));
  });
}

void parse_gradle_verification(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const XmlNode root = reader.xml();
  for (const XmlNode& component : root.child("components").children("component")) {
    Package package = LockReader::make(
        PackageType::kMaven,
        fmt::format("{}:{}", component.attribute("group"), component.attribute("name")),
        component.attribute("version"), component.line());
    for (const XmlNode& artifact : component.children("artifact")) {
      const std::string_view sum = artifact.child("sha256").attribute("value");
      if (package.checksum.empty() && !sum.empty())
        package.checksum = "sha256:" + to_valid_utf8(sum);
    }
    reader.add(std::move(package));
  }
}

void parse_sbt_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  for (const Node& entry : (*root)["dependencies"].items()) {
    Package package = LockReader::make(
        PackageType::kMaven, fmt::format("{}:{}", entry["org"].string(), entry["name"].string()),
        entry["version"].string(), entry.line());
    bool only_tests = entry["configurations"].size() > 0;
    for (const Node& item : entry["configurations"].items())
      only_tests = only_tests && item.string().find("test") != std::string_view::npos;
    package.development = only_tests;
    reader.add(std::move(package));
  }
}

void parse_nuget_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  const auto version = (*root)["version"].integer().value_or(1);
  if (version > 2) reader.newer("packages.lock.json version", std::to_string(version), "2");
  std::map<std::pair<std::string, std::string>, bool> seen;
  for (const Member& framework : (*root)["dependencies"].members()) {
    const NodeIndex entries(framework.value);
    for (const Member& member : framework.value.members()) {
      const std::string_view kind = member.value["type"].string();
      if (kind == "Project") continue;
      Package package = LockReader::make(PackageType::kNuget, member.key,
                                         member.value["resolved"].string(), member.value.line());
      if (!seen.emplace(std::pair(package.name, package.version), true).second) continue;
      package.direct = kind == "Direct";
      for (const Member& need : member.value["dependencies"].members()) {
        const std::string_view other = entries[need.key]["resolved"].string();
        if (!other.empty()) package.depends.push_back(fmt::format("{}@{}", need.key, other));
      }
      reader.add(std::move(package));
    }
  }
}

void parse_nuget_assets(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  for (const Member& member : (*root)["libraries"].members()) {
    if (member.value["type"].string() != "package") continue;
    const auto [name, version] = split_once(member.key, '/');
    reader.add(LockReader::make(PackageType::kNuget, name, version, member.value.line()));
  }
}

void parse_nuget_xml(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const XmlNode root = reader.xml();
  if (!root) return;
  const auto add = [&](const XmlNode& node, std::string_view name, std::string_view version) {
    Package package =
        LockReader::make(PackageType::kNuget, name, exact_nuget_version(version), node.line());
    package.direct = true;
    package.development = node.attribute("developmentDependency") == "true" ||
                          to_lower(node.attribute("PrivateAssets")) == "all";
    reader.add(std::move(package));
  };
  for (const XmlNode& node : root.children("package"))
    add(node, node.attribute("id"), node.attribute("version"));
  for (const XmlNode& group : root.children("ItemGroup")) {
    for (const char* kind : {"PackageReference", "PackageVersion", "GlobalPackageReference"}) {
      for (const XmlNode& node : group.children(kind)) {
        std::string_view version = node.attribute("Version");
        if (version.empty()) version = node.child("Version").text();
        if (version.empty()) version = node.attribute("VersionOverride");
        add(node, node.attribute("Include"), version);
      }
    }
  }
}

}  // namespace seawall::inspect
