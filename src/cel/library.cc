#include "cel/library.h"

#include <cmath>

namespace seawall::cel {

uint64_t scaled_cost(uint64_t size, double factor) {
  return static_cast<uint64_t>(std::ceil(static_cast<double>(size) * factor));
}

uint64_t traversal_cost(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
    case Kind::kBytes:
      return static_cast<uint64_t>(static_cast<double>(value.string().size()) * kStringFactor);
    case Kind::kList: {
      uint64_t cost = 0;
      for (uint32_t i = 0; i < value.size(); ++i) cost += traversal_cost(value.at(i));
      return cost;
    }
    case Kind::kMap: {
      uint64_t cost = 0;
      for (uint32_t i = 0; i < value.size(); ++i) {
        const auto [key, element] = value.entry(i);
        cost += traversal_cost(key) + traversal_cost(element);
      }
      return cost;
    }
    default:
      return 1;
  }
}

}  // namespace seawall::cel
