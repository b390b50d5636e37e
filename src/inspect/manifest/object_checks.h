// Checks of Kubernetes objects that CEL cannot make: what refers to other objects, and what counts.
//
// A check names what is wrong by a node, its path in the document and some words:
//
//   void dangling_service(const ObjectSet& set, const ManifestObject& object, ObjectFaults&
//   faults);
//
// COST: look-ups by label and name. LIMITS: kMostFaults an object and rule. THREADS: any.
#pragma once

#include <span>
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

// A path below an object, in the document: "items[3].spec.selector".
std::string path_in(const ManifestObject& object, std::string_view path);
// A fault of a field of the spec, or of the object when the field is not there.
void at_spec(const ManifestObject& object, const char* key, std::string words,
             ObjectFaults& faults);

using ObjectCheck = void (*)(const ObjectSet& set, const ManifestObject& object,
                             ObjectFaults& faults);
struct NamedCheck {
  std::string_view name;
  ObjectCheck check;
  bool across;  // says nothing without the other objects
};
std::span<const NamedCheck> reference_checks();  // what refers to other objects
std::span<const NamedCheck> workload_checks();   // what a workload says of its own pods

// Null when there is none of that name.
ObjectCheck find_object_check(std::string_view name);
// Whether it can be asked only where all objects are given.
bool is_across_objects(std::string_view name);

}  // namespace seawall::inspect
