#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"
#include "codec/zip.h"
#include "inspect/packages/binaries.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

constexpr uint64_t kSmallFile = 1 << 20;  // pom.properties, manifests
constexpr uint64_t kMostEntries = 1'000'000;

// A RandomAccess that somebody else owns.
std::shared_ptr<const RandomAccess> borrowed(const RandomAccess& data) {
  return {std::shared_ptr<void>(), &data};
}

bool is_archive(std::string_view name) {
  constexpr std::string_view kEndings[] = {".jar", ".war", ".ear", ".par", ".sar",
                                           ".nar", ".hpi", ".jpi", ".kar", ".rar"};
  return std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

struct Coordinates {
  std::string group, artifact, version;
  bool complete() const { return !artifact.empty() && !version.empty(); }
};

// java.util.Properties, as far as Maven writes it.
Coordinates parse_properties(std::string_view text) {
  Coordinates out;
  for_each_line(text, [&](std::string_view line, size_t) {
    auto [key, value] = split_once(line, '=');
    key = trim(key);
    value = trim(value);
    if (key == "groupId") out.group = value;
    if (key == "artifactId") out.artifact = value;
    if (key == "version") out.version = value;
  });
  return out;
}

// The main section of a manifest; long lines go on with a space. Source: JAR File Specification.
std::map<std::string, std::string> parse_manifest_file(std::string_view text) {
  std::map<std::string, std::string> out;
  std::string* last = nullptr;
  bool done = false;
  for_each_line(text, [&](std::string_view line, size_t) {
    done = done || line.empty();
    if (done) return;
    if (line[0] == ' ') {
      if (last && last->size() < 4096) last->append(line.substr(1));
      return;
    }
    const auto [key, value] = split_once(line, ':');
    last = &out[std::string(trim(key))];
    *last = trim(value);
  });
  return out;
}

// "spring-core-5.3.20-sources.jar" -> spring-core, 5.3.20-sources.
Coordinates from_file_name(std::string_view name) {
  name = name.substr(name.rfind('/') + 1);
  name = name.substr(0, name.rfind('.'));
  for (size_t dash = name.find('-'); dash != std::string_view::npos;
       dash = name.find('-', dash + 1)) {
    if (dash + 1 < name.size() && name[dash + 1] >= '0' && name[dash + 1] <= '9')
      return {"", std::string(name.substr(0, dash)), std::string(name.substr(dash + 1))};
  }
  return {"", std::string(name), ""};
}

bool is_version(std::string_view text) {
  return !text.empty() && text[0] >= '0' && text[0] <= '9' &&
         text.find_first_of(" ${}") == text.npos;
}

Coordinates from_manifest(const std::map<std::string, std::string>& manifest,
                          const Coordinates& file) {
  const auto get = [&](const char* key) {
    const auto found = manifest.find(key);
    return found == manifest.end() ? std::string() : found->second;
  };
  Coordinates out;
  for (const char* key :
       {"Implementation-Version", "Bundle-Version", "Specification-Version", "Plugin-Version"}) {
    const std::string value = get(key);
    if (out.version.empty() && is_version(value)) out.version = value;
  }
  // The file's own name is closer to Maven's than the title for people.
  if (!file.version.empty()) out.version = file.version;
  std::string symbolic = get("Bundle-SymbolicName");
  symbolic = symbolic.substr(0, symbolic.find(';'));
  if (symbolic.empty()) symbolic = get("Automatic-Module-Name");
  out.artifact = file.artifact;
  out.group = get("Implementation-Vendor-Id");
  if (out.group.empty() && !symbolic.empty()) {
    // "org.apache.commons.commons-lang3" holds group and artifact, "com.google.gson" the group.
    out.group = symbolic;
    if (symbolic.ends_with("." + out.artifact))
      out.group = symbolic.substr(0, symbolic.size() - out.artifact.size() - 1);
  }
  return out;
}

class JavaReader {
 public:
  JavaReader(const FileInput& file, InspectorSink& sink)
      : file_(file), sink_(sink), problems_(sink), limits_(file.limits) {
    limits_.unpacked_bytes = std::min(limits_.unpacked_bytes, kMostUnpacked);
    limits_.ratio_floor = std::min<uint64_t>(limits_.ratio_floor, 256u << 20);
  }

  void run() {
    if (file_.data->size() == 0) return;
    visit(borrowed(*file_.data), "", file_.path, 0);
  }

 private:
  void visit(std::shared_ptr<const RandomAccess> data, const std::string& inside,
             std::string_view name, int depth) {
    auto zip = ZipReader::open(data, limits_);
    if (!zip.ok()) return problem(std::move(zip).error(), inside);
    entries_ += zip->entries().size();
    if (entries_ > kMostEntries)
      return problem(limit_reached("more entries in nested archives than allowed"), inside);
    std::vector<Coordinates> found;
    std::map<std::string, std::string> manifest;
    std::vector<const ZipEntry*> nested;
    for (const ZipEntry& entry : zip->entries()) {
      if (entry.path.starts_with("META-INF/maven/") && entry.path.ends_with("/pom.properties")) {
        const Coordinates one = parse_properties(small(*zip, entry, inside));
        if (one.complete()) found.push_back(one);
      } else if (entry.path == "META-INF/MANIFEST.MF") {
        manifest = parse_manifest_file(small(*zip, entry, inside));
      } else if (is_archive(entry.path)) {
        nested.push_back(&entry);
      }
    }
    report(found, manifest, *data, inside, name);
    for (const ZipEntry* entry : nested) descend(*zip, *entry, inside, depth);
  }

  void descend(const ZipReader& zip, const ZipEntry& entry, const std::string& inside, int depth) {
    const std::string place = (inside.empty() ? "" : inside + "!/") + to_valid_utf8(entry.path);
    if (depth + 1 > kMostNested)
      return problem(limit_reached(fmt::format("archives nested more than {} deep", kMostNested)),
                     place);
    if (place.size() > limits_.path_bytes) return problem(limit_reached("a path too long"), inside);
    if (entry.method != 0) {
      unpacked_ += entry.size;
      if (unpacked_ > kMostUnpacked)
        return problem(limit_reached("nested archives unpack to more than 4 GiB"), place);
    }
    auto data = zip.access(entry);
    if (!data.ok()) return problem(std::move(data).error(), inside);
    visit(std::move(data).value(), place, entry.path, depth + 1);
  }

  std::string small(const ZipReader& zip, const ZipEntry& entry, const std::string& inside) {
    if (entry.size > kSmallFile) {
      problem(
          limit_reached(fmt::format("{} says it has {}; at most {} are read", printable(entry.path),
                                    human_bytes(entry.size), human_bytes(kSmallFile))),
          inside);
      return {};
    }
    auto reader = zip.content(entry);
    if (!reader.ok()) {
      problem(std::move(reader).error(), inside);
      return {};
    }
    auto text = read_all(**reader, kSmallFile);
    if (!text.ok()) {
      problem(std::move(text).error(), inside);
      return {};
    }
    return std::move(text).value();
  }

  void report(std::vector<Coordinates>& found, const std::map<std::string, std::string>& manifest,
              const RandomAccess& data, const std::string& inside, std::string_view name) {
    const Coordinates file = from_file_name(name);
    // One of several pom.properties is the archive's own, the others were shaded into it.
    const bool own = std::any_of(found.begin(), found.end(), [&](const Coordinates& one) {
      return found.size() == 1 || one.artifact == file.artifact;
    });
    if (!own) {
      Coordinates guess = from_manifest(manifest, file);
      if (guess.complete()) {
        add(guess, inside, sha1_of(data));
      }
    }
    for (const Coordinates& one : found) add(one, inside, "");
  }

  void add(const Coordinates& one, const std::string& inside, std::string checksum) {
    Package package;
    package.type = PackageType::kMaven;
    package.name = to_valid_utf8(one.group.empty() ? one.artifact : one.group + ":" + one.artifact);
    package.version = to_valid_utf8(one.version);
    package.checksum = std::move(checksum);
    package.location.path = inside;
    if (package.name.size() <= 1024 && package.version.size() <= 512)
      sink_.package(std::move(package));
  }

  // What Maven Central can be asked by, where nothing in the archive says for certain what it is.
  static std::string sha1_of(const RandomAccess& data) {
    Hasher hasher(HashAlgorithm::kSha1);
    std::string buffer(256 * 1024, '\0');
    for (uint64_t at = 0; at < data.size();) {
      const auto got = data.read_at(at, buffer);
      if (!got.ok() || *got == 0) return {};
      hasher.update(std::string_view(buffer).substr(0, *got));
      at += *got;
    }
    return "sha1:" + hasher.finish().hex;
  }

  void problem(Error error, const std::string& inside) {
    problems_.add(inside.empty() ? std::move(error) : std::move(error).at(inside));
  }

  const FileInput& file_;
  InspectorSink& sink_;
  ProblemReport problems_;
  Limits limits_;
  uint64_t unpacked_ = 0, entries_ = 0;
};

}  // namespace

void parse_java_archive(const FileInput& file, InspectorSink& sink) {
  JavaReader(file, sink).run();
}

}  // namespace seawall::inspect
