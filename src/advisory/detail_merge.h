// Merges what several records say of one vulnerability into a Detail.
//
// Who is believed: records of language ecosystems and research (GHSA, OSV) before distributions,
// which describe their own packages; among distributions Red Hat, Ubuntu, SUSE, Amazon, Debian, the
// rest by name. The first to say something wins for summary, date and severity; a distribution's
// word for the severity counts only where nobody gives a CVSS vector. Lists are joined in this
// order. CVSS vectors: 4.0, 3.1, 3.0, 2.0; then NVD, GHSA, Red Hat, the rest by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisory/database.h"

namespace seawall::advisory {

class DetailMerge {
 public:
  explicit DetailMerge(std::string_view id) { detail_.id = id; }
  void add(Record record);  // with its feed set
  void add_notice(std::string_view feed, std::string_view name);
  // A notice's text stands in where no record has a summary.
  bool lacks_text() const;
  void add_fallback(Record record);
  Detail finish() &&;

 private:
  Detail detail_;
  std::vector<Record> records_;
  bool has_fallback_ = false;
  Record fallback_;
};

}  // namespace seawall::advisory
