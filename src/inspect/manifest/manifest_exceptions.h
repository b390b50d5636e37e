// What sets findings on a Kubernetes object aside where it stands, always with the reason given:
//
//   # seawall ignore=SW-K0007 reason                   before the field, container or object
//   seawall.dev/ignore: "SW-K0007,SW-K0008 reason"     annotations of the object or pod template,
//   seawall.dev/ignore.CONTAINER: "SW-K0007 reason"    for one container
//   ignore-check.kube-linter.io/NAME: reason           kube-linter's, kube-linter.io/ignore-all
//   polaris.fairwinds.com/NAME-exempt: "true"          Polaris', polaris.fairwinds.com/exempt
//
// An annotation of another tool speaks of the rules that have an alias of that tool. An annotation
// of ours may hold several lines. COST: a look at the annotations; nothing without any. THREADS:
// any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/node.h"
#include "inspect/manifest/manifest_rules.h"
#include "model/finding.h"

namespace seawall::inspect {

class ManifestExceptions {
 public:
  // Annotations of an object or a pod template; only the object's hold other tools' exceptions.
  void add(const Node& metadata, bool of_object);
  // Not active when nothing sets the rule aside. `container` is empty for what is of no container.
  Suppression find(const ManifestRule& rule, std::string_view container) const;

 private:
  struct Entry {
    std::string_view key;               // of the annotation
    std::string_view tool, check;       // another tool's; an empty check: all of them
    std::vector<std::string_view> ids;  // ours
    std::string_view container, reason;
  };
  void add_own(std::string_view key, std::string_view value);
  void add_other(std::string_view key, std::string_view value);
  std::vector<Entry> entries_;
};

}  // namespace seawall::inspect
