// Checks of Kubernetes objects that CEL cannot make: what refers to other objects, and what counts.
//
// A check names what is wrong by a node, its path in the document and some words:
//
//   void dangling_service(const ObjectSet& set, const ManifestObject& object, ObjectFaults&
//   faults);
//
// COST: look-ups by label and name. LIMITS: kMostFaults an object and rule. THREADS: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inspect/manifest/object_set.h"

namespace seawall::inspect {

struct ObjectFault {
  uint32_t line = 0;
  std::string json_path, words;
  std::string container;  // whose it is; empty: the object's
};

class ObjectFaults {
 public:
  static constexpr size_t kMostFaults = 100;
  void add(const Node& node, std::string json_path, std::string words, std::string_view container);
  std::vector<ObjectFault> take() { return std::move(all_); }

 private:
  std::vector<ObjectFault> all_;
};

using ObjectCheck = void (*)(const ObjectSet& set, const ManifestObject& object,
                             ObjectFaults& faults);
// Null when there is none of that name.
ObjectCheck find_object_check(std::string_view name);
// Whether it looks at other objects than the one it is asked of.
bool is_across_objects(std::string_view name);

}  // namespace seawall::inspect
