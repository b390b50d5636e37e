#include "model/report_diff.h"

namespace seawall {

std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kAdded:
      return "added";
    case ChangeKind::kRemoved:
      return "removed";
    case ChangeKind::kUpgraded:
      return "upgraded";
    case ChangeKind::kDowngraded:
      return "downgraded";
  }
  return "";
}

}  // namespace seawall
