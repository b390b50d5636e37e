// Kubernetes' named formats of text: names, labels, dates, and what is wrong with a text that is
// none. Source: Kubernetes 1.36, k8s.io/apiserver/pkg/cel/library/format.go,
// k8s.io/apimachinery/pkg/util/validation and .../api/validate/content.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::cel {

struct NameFormat {
  std::string_view function;  // "dns1123Label", as in format.dns1123Label()
  std::string_view name;      // "DNS1123Label"
  uint64_t regex_size;        // of the pattern that costs are counted by
  // What is wrong; nothing for a text of this format.
  std::vector<std::string> (*problems)(std::string_view text);
};

std::span<const NameFormat> name_formats();
const NameFormat* find_name_format(std::string_view function);

}  // namespace seawall::cel
