// What the readers of lock and manifest files share: documents opened or named as damaged, packages
// checked before they are handed on, and relations between packages of one file.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codec/json.h"
#include "codec/xml.h"
#include "inspect/inspector.h"
#include "inspect/packages/control_file.h"

namespace seawall::inspect {

class LockReader {
 public:
  LockReader(const FileInput& file, InspectorSink& sink)
      : file_(file), sink_(sink), problems_(sink) {}

  // The document's root; null when it is damaged, which the sink has been told.
  const Node* json();
  const Node* json_with_comments();  // JSON with comments and trailing commas (bun.lock)
  const Node* yaml();
  const Node* toml();
  XmlNode xml();
  // Calls use(line, number) for each line, without the space at its end.
  void lines(const std::function<void(std::string_view, uint32_t)>& use) const;

  // Hands a package on; one without name or version, or with one that cannot be meant, is left out
  // in silence when `quiet` (a workspace member), else named.
  void add(Package package, bool quiet = true);
  static Package make(PackageType type, std::string_view name, std::string_view version,
                      uint32_t line);
  void problem(uint32_t line, std::string what) { problems_.add(line, std::move(what)); }
  void note(uint32_t line, std::string what) { problems_.note(line, std::move(what)); }
  // "lockfileVersion 4 is newer than 3, the newest known: packages may be missing"
  void newer(std::string_view what, std::string_view found, std::string_view known);

  const FileInput& file() const { return file_; }

 private:
  const Node* keep(Result<Document> document);
  const FileInput& file_;
  InspectorSink& sink_;
  ProblemReport problems_;
  std::vector<Document> documents_;
  std::unique_ptr<XmlDocument> xml_;
};

// Members of a large object by their keys; Node's own look-up walks them.
class NodeIndex {
 public:
  explicit NodeIndex(const Node& object) {
    for (const Member& member : object.members()) nodes_.emplace(member.key, &member.value);
  }
  const Node& operator[](std::string_view key) const {
    static const Node kNone;
    const auto found = nodes_.find(key);
    return found == nodes_.end() ? kNone : *found->second;
  }

 private:
  std::unordered_map<std::string_view, const Node*> nodes_;
};

// A text, or a number as it would be written: versions that YAML takes for numbers.
std::string text_of_scalar(const Node& node);
// The base name of the file.
std::string_view file_name(std::string_view path);
// "sha512-<base64>" (Subresource Integrity) to "sha512:<hex>"; the first of several; empty when it
// is none.
std::string checksum_of_integrity(std::string_view integrity);
// Sorts and removes doubles.
void settle_depends(Package& package);

}  // namespace seawall::inspect
