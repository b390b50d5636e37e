// Well-known programs and libraries by what they say of themselves, as data: content/binaries/.
//
//   classifiers:
//     - name: nginx
//       purl: generic/nginx                   # TYPE/NAME; left out: generic/<name>
//       cpe: f5:nginx
//       files: [nginx, nginx-debug]           # base names, with * and ?
//       patterns: ['nginx version: nginx/{v}', 'nginx/{v}\0']
//       examples: [{text: 'nginx version: nginx/1.25.3', version: 1.25.3}]
//
// "{v}" is a version: a digit, then digits, letters, and ".", "-", "+", "_", "~", with at least one
// dot (or as "{n}" without); "\0" is a NUL. With `version_in_name: true` the version begins with
// the number in the file's name ("libpython3.11.so" holds 3.11.x). The first pattern that matches
// wins; of several matches of it the first. COST: one pass over the file's read-only data for a
// file whose name fits, nothing for others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/package.h"

namespace seawall::inspect {

struct VersionPattern {
  std::string before, after;
  bool dotted = true;
};
struct Classifier {
  std::string name, cpe;
  PackageType type = PackageType::kGeneric;
  std::vector<std::string> files;
  std::vector<VersionPattern> patterns;
  bool version_in_name = false;
};
struct ClassifierExample {
  std::string classifier, text, version;
};

Result<std::vector<Classifier>> load_classifiers(
    std::string_view yaml, std::string_view name,
    std::vector<ClassifierExample>* examples = nullptr);
// The version in a text; empty when the pattern does not match. `prefix` is what it must begin
// with.
std::string find_version(std::string_view text, const VersionPattern& pattern,
                         std::string_view prefix = {});
// The first match over the whole file, read in windows.
std::string find_version(const RandomAccess& data, const std::vector<VersionPattern>& patterns,
                         std::string_view prefix = {});

}  // namespace seawall::inspect
