// Data that ships inside the binary (content/), by its path below that folder; every user lets a
// path replace it.
#pragma once

#include <string_view>
#include <vector>

namespace seawall {

struct ContentFile {
  std::string_view name;  // "feeds.yaml", "secrets/cloud.yaml"
  std::string_view bytes;
};
// All of it, by name: every *.yaml of content/ but the sample feed.
const std::vector<ContentFile>& built_in_content();
// The bytes of content/NAME; empty when there is none.
std::string_view built_in_content(std::string_view name);

}  // namespace seawall
