// ReportDiff: what changed from one scan to another, by what stays the same over versions and
// layers. scan/diff.h makes it, report/diff.h shows it.
#pragma once

#include <string>
#include <vector>

#include "model/scan_report.h"

namespace seawall {

enum class ChangeKind : uint8_t { kAdded, kRemoved, kUpgraded, kDowngraded };
std::string_view to_string(ChangeKind kind);  // "added", "removed", "upgraded", "downgraded"

struct PackageChange {
  ChangeKind kind = ChangeKind::kAdded;
  PackageType type = PackageType::kGeneric;
  std::string name;                      // the source package where it moves as a whole
  std::vector<std::string> names;        // of the packages, sorted
  std::string from_version, to_version;  // empty when added or removed
};

// One setting of the image: "user", "label org.example.team".
struct SettingChange {
  std::string what, from, to;  // empty: not set
};

struct ReportDiff {
  const ScanReport* before = nullptr;
  const ScanReport* after = nullptr;
  std::vector<PackageChange> packages;     // by kind, type, name
  std::vector<Finding> introduced, fixed;  // worst first
  size_t unchanged = 0;                    // findings on both sides
  std::vector<SettingChange> settings;
  bool other_distribution = false;
  size_t shared_layers = 0;  // from the bottom, the same on both sides
  Decision decision;         // of what was introduced alone
};

}  // namespace seawall
