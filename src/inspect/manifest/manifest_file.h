// ManifestFile: the Kubernetes objects of a file, in whatever form the file has them.
//
// Read are YAML streams, JSON, JSON values one after the other, and lists: the items of "List" and
// of any kind that ends with it ("PodList") are objects of their own. Kinds that nobody knows are
// kept; what has no kind or apiVersion is a problem. A document of a stream that cannot be read
// does not hide the others.
//
//   const ManifestFile file = ManifestFile::read(text, limits);
//   for (const ManifestObject& object : file.objects()) judge(object);
//   for (const Error& problem : file.problems()) report(problem);
//
// COST: that of parse_yaml() or parse_json(); of a stream with broken documents three times that.
// LIMITS: 64 MiB of text, 8 million values with aliases counted as often as used, depth 128; the
// first 100 problems are kept. ERRORS: problems carry line and column of the file (kMalformed,
// kLimit); kUnsupported is a template that Helm has to render. THREADS: reading is safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/yaml.h"

namespace seawall::inspect {

struct ManifestObject {
  std::string_view api_version, kind;  // an item of a typed list may have them from its list
  std::string_view namespace_name;     // empty when it names none
  std::string_view name;               // metadata.name, else metadata.generateName
  const Node* node = nullptr;          // never null
  uint32_t document = 0;               // of the stream, counted from 0
  uint32_t line = 0;                   // where the object begins
  std::string json_path;               // inside the document: "", "items[3]"
};

class ManifestFile {
 public:
  static ManifestFile read(std::string_view text, const Limits& limits = {});

  const std::vector<ManifestObject>& objects() const { return objects_; }
  const std::vector<Document>& documents() const { return documents_; }
  const std::vector<Error>& problems() const { return problems_; }

 private:
  void read_yaml(std::string_view text, const Limits& limits);
  void read_without_broken(std::string_view text, const Limits& limits, const Error& whole);
  void add_document(const Node& root, uint32_t document);
  void add(const Node& node, const ManifestObject& list, std::string json_path, uint32_t document);
  void problem(Error error);
  void count_left_out();

  std::vector<Document> documents_;
  std::vector<ManifestObject> objects_;
  std::vector<Error> problems_;
  size_t left_out_ = 0;  // problems past the most that are kept
};

// The group of an apiVersion: "apps/v1" has "apps", "v1" has none.
std::string_view api_group(std::string_view api_version);

// "items" under "a" is "a.items"; under the document itself it is "items". A key that is no plain
// word stands in brackets: metadata.annotations["example.org/a"].
std::string json_path_of(std::string_view parent, std::string_view key);
std::string json_path_of(std::string_view parent, size_t index);

// A mapping with an apiVersion and a kind, which Compose files never have. The values of a Helm
// chart ("values.yaml") may have both for their templates: they need metadata besides.
bool looks_like_manifest(std::string_view path, const Node& root);
// Whether a text can hold one at all; any other file costs this look only.
bool may_hold_manifest(std::string_view text);

}  // namespace seawall::inspect
