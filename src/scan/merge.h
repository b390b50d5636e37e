// The merge: layers laid over each other, bottom to top, into one Inventory.
//
// A file of an upper layer takes the place of the same path below; what a layer hides is gone. A
// package counts when the topmost version of its database says so, and belongs to the layer in
// which that database first named this version of it without a break.
#pragma once

#include <vector>

#include "model/package.h"
#include "model/scan_report.h"
#include "scan/layer_result.h"

namespace seawall::scan {

struct Merged {
  Inventory inventory;
  std::vector<Problem> problems;          // of the files that count in the end
  std::vector<size_t> packages_by_layer;  // how many each layer brought
};

// `instructions[i]` made layer i. `is_image` false: locations carry no layer.
Merged merge_layers(const std::vector<LayerResult>& layers,
                    const std::vector<std::string>& instructions, bool is_image);

}  // namespace seawall::scan
