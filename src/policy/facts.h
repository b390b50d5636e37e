// Facts: what is known of one thing that a policy judges, as JSON, so that a decision can be
// recorded, explained and made again from exactly what it was made of.
//
//   FactsWriter writer;                    // or a record of an earlier decision
//   writer.add("image", ...);
//   SEAWALL_TRY(const Facts facts, Facts::read(std::move(json)));
//
// Each member is a variable of content/policy/facts.yaml. What is not known is left out: a
// condition that asks for it has no data. LIMITS: document_bytes. THREADS: a Facts is immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "codec/json.h"
#include "policy/fact_schema.h"

namespace seawall::policy {

class Facts {
 public:
  // ERRORS: kMalformed when it is no object of known variables.
  static Result<Facts> read(std::string json, const Limits& limits = {});
  // A part of a document that outlives the Facts.
  static Result<Facts> of(const Node& node);

  const Node& root() const { return *root_; }
  const Node& operator[](std::string_view name) const { return (*root_)[name]; }
  // "sha256:..." of a variable's JSON, members in order of their names: the same facts have the
  // same.
  std::string digest_of(std::string_view name) const;

 private:
  Document document_;
  const Node* root_ = nullptr;
};

// A value as JSON with the members of objects in order of their names and no spaces.
std::string canonical_json(const Node& node);

}  // namespace seawall::policy
