// The merge: layers laid over each other, bottom to top, into one Inventory.
//
// What a layer's file said counts in the image unless a layer above hides the file or puts another
// in its place (artifact/path_shadow.h). A package belongs to the layer in which its file first
// named this version of it without a break. Secrets count in every layer, hidden or not: whoever
// has the image has all of its layers.
#pragma once

#include <vector>

#include "model/finding.h"
#include "model/package.h"
#include "model/scan_report.h"
#include "scan/layer_result.h"

namespace seawall::scan {

struct Merged {
  Inventory inventory;
  std::vector<Finding> findings;          // secrets and misconfigurations of files, each once
  std::vector<Problem> problems;          // of the files that count in the end
  std::vector<Problem> notes;             // the same; they make no answer incomplete
  std::vector<size_t> packages_by_layer;  // how many each layer brought
};

// `instructions[i]` made layer i. `is_image` false: locations carry no layer.
Merged merge_layers(const std::vector<LayerResult>& layers,
                    const std::vector<std::string>& instructions, bool is_image);

}  // namespace seawall::scan
