// The facts that the engines' collectors give, as one document.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "benchmark/collect.h"
#include "codec/json.h"
#include "support/support.h"

namespace seawall::benchmark {

// Fails the test when it is not JSON.
inline Document engine_document(const CollectOptions& options) {
  std::string json = "{";
  for (const auto& [name, text] : collect_engines(options).members)
    json += (json.size() > 1 ? ",\"" : "\"") + name + "\":" + text;
  auto document = parse_json(json + "}");
  EXPECT_OK(document);
  return document.ok() ? std::move(*document) : Document();
}

inline std::vector<std::string> texts(const Node& list) {
  std::vector<std::string> out;
  for (const Node& item : list.items()) out.emplace_back(item.string());
  return out;
}

}  // namespace seawall::benchmark
