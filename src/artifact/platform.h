// Platforms as images name them: "os/architecture[/variant]", Go's words for both ("linux/amd64",
// "linux/arm/v7"). Source: OCI image-spec v1.1, image-index.md, "platform"; the defaults of
// left-out variants are those of containerd's platforms package: arm64 means v8, arm means v7,
// amd64 v1.
#pragma once

#include <string>
#include <string_view>

#include "codec/node.h"

namespace seawall::artifact {

// "os/architecture[/variant]" of an object with these keys (an index entry's platform, an image
// configuration); empty without an architecture. A missing os is linux.
std::string platform_text(const Node& object);

// Whether an image for `platform` is what `wanted` asks for: same os and architecture, and the same
// variant unless `wanted` leaves it out.
bool platform_fits(std::string_view platform, std::string_view wanted);

}  // namespace seawall::artifact
