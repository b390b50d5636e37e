// Inspectors: what is looked for inside an artifact. One is a pure function from a file's bytes to
// the sink plus a descriptor; all of them stand in explicit lists, one a group (inspectors.cc). An
// inspector opens nothing, keeps nothing between files and sees each wanted file once.
//
// Who wants a file is said in two ways: by its path (PathSet patterns), or by what its first bytes
// are (a text, an ELF binary ...), which costs a look at every file's beginning.
//
// To add one: write parse_NAME(const FileInput&, InspectorSink&) in a file of its own, declare it
// in the group's header, add its line to the group's list, its tests to tests/inspect/ and a fuzz
// target.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/path_set.h"
#include "base/result.h"
#include "model/finding.h"
#include "model/package.h"

namespace seawall::inspect {

struct FileInput {
  std::string_view path;     // normalised, relative
  std::string_view content;  // the whole file; empty for inspectors that read `data` instead
  const Limits& limits;
  // The same bytes at any offset, for inspectors with `random_access`: large files are never held
  // in memory. Null only in tests of inspectors that do not ask for it.
  const RandomAccess* data = nullptr;
  uint32_t mode = 0644;  // permission bits with setuid, setgid, sticky
};

class InspectorSink {
 public:
  virtual ~InspectorSink() = default;
  // The location's path is filled in by the caller; layer and instruction by the merge. A package
  // inside an archive may set location.path to its place in it ("BOOT-INF/lib/a.jar"): the caller
  // puts the file's path and "!/" in front.
  virtual void package(Package package) = 0;
  virtual void distribution(Distribution distribution) = 0;
  // A secret or misconfiguration; rule, severity, title, evidence, remediation and location.line
  // are the inspector's to set, path and fingerprint the caller's.
  virtual void finding(Finding finding) = 0;
  // A file that an OS package installed ("usr/lib/python3/dist-packages/six.py", normalised): what
  // language packages are found in it are matched by the distribution's advisories.
  virtual void owned_file(std::string_view path, std::string_view package) = 0;
  // A damaged part of the file; the rest of it still counts.
  virtual void problem(Error error) = 0;
  // The file is in order, but something in it lies beyond what can be said from it.
  virtual void note(std::string text) = 0;
};

// What a group of inspectors is about; `--scanners` chooses among them.
enum class Category : uint8_t { kPackages = 1, kSecrets = 2, kConfiguration = 4 };
inline constexpr uint8_t kAllCategories = 7;
std::string_view to_string(Category category);  // "packages", "secrets", "configuration"

// Where an inspector's files mean something: what is installed (images, root filesystems), what a
// source tree declares, or both.
enum class Scope : uint8_t { kInstalled = 1, kSource = 2, kBoth = 3 };

// What a file is by its first kSniffBytes bytes. kText: no NUL byte and no other sign of binary
// data among them (UTF-16 with a byte order mark is text).
enum FileClass : uint8_t { kOther = 0, kText = 1, kElf = 2, kPe = 4, kMachO = 8 };
inline constexpr size_t kSniffBytes = 1024;
FileClass classify(std::string_view first_bytes);

struct Inspector {
  std::string_view name;  // "dpkg"
  uint32_t version;       // raised whenever its results may change: part of the caches' keys
  std::vector<std::string_view> paths;  // PathSet patterns
  std::string_view finds;               // for the generated documentation: "Debian packages"
  void (*parse)(const FileInput& file, InspectorSink& sink);
  Category category = Category::kPackages;
  Scope scope = Scope::kInstalled;
  uint8_t classes = 0;         // FileClass bits: also every file of these classes
  bool random_access = false;  // reads FileInput::data; `content` is empty then
};

// All of them, in a fixed order: the groups below, one after the other.
const std::vector<Inspector>& inspectors();
std::vector<Inspector> os_inspectors();             // packages/os_packages.cc
std::vector<Inspector> installed_inspectors();      // packages/installed.cc: language packages
std::vector<Inspector> lock_inspectors();           // packages/locks.cc: lock and manifest files
std::vector<Inspector> binary_inspectors();         // packages/binaries.cc: jars, executables
std::vector<Inspector> secret_inspectors();         // secrets/secrets.cc
std::vector<Inspector> configuration_inspectors();  // configuration.cc: Dockerfiles, Compose

// Which inspectors take part in a scan.
struct Selection {
  uint8_t categories = kAllCategories;
  Scope scope = Scope::kInstalled;
  bool includes(const Inspector& inspector) const {
    return (categories & static_cast<uint8_t>(inspector.category)) != 0 &&
           (static_cast<uint8_t>(scope) & static_cast<uint8_t>(inspector.scope)) != 0;
  }
};

// A digest of the name and version of every selected inspector, for cache keys.
std::string inspectors_fingerprint(const Selection& selection);

}  // namespace seawall::inspect
