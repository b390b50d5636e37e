// The history of an image as instructions of its Dockerfile.
#pragma once

#include <string>
#include <string_view>

namespace seawall::artifact {

// What a person wrote, from what a builder noted in "created_by":
//   "/bin/sh -c #(nop) ADD file:9f3c in /"               -> "ADD file:9f3c in /"
//   "/bin/sh -c apt-get update"                          -> "RUN apt-get update"
//   "|1 A=b /bin/sh -c make"                             -> "RUN make"
//   "RUN |1 A=b /bin/sh -c make # buildkit"              -> "RUN make"
// Anything else stays as it is, without surrounding space.
std::string dockerfile_instruction(std::string_view created_by);

}  // namespace seawall::artifact
