// Rules on images: their configuration, history and files, as data in content/image/ with a native
// check each. Ids SW-I0001 and up.
#pragma once

#include <vector>

#include "base/result.h"
#include "inspect/image/image_facts.h"
#include "model/finding.h"
#include "rules/rule.h"

namespace seawall::inspect {

// What a check saw that is against its rule.
struct Observation {
  std::string evidence;  // one line
  std::string path;      // of one file; empty when it is about the image or many files
  int layer = -1;
};
using ImageCheck = std::vector<Observation> (*)(const ImageFacts& facts);

struct ImageRule {
  rules::Rule rule;
  ImageCheck check = nullptr;
};

// The built-in rules, in the order of their ids. ERRORS: kMalformed; only a broken build has them.
Result<std::vector<ImageRule>> load_image_rules();
// The check that a rule names; null when there is none of that name.
ImageCheck find_image_check(std::string_view name);

// A finding for each observation of each rule, fingerprints set.
std::vector<Finding> check_image(const ImageFacts& facts, const std::vector<ImageRule>& rules);

}  // namespace seawall::inspect
