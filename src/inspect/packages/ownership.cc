#include "inspect/packages/ownership.h"

namespace seawall::inspect {

std::string_view ownership_key(std::string_view path) {
  constexpr std::string_view kUsr = "usr/";
  if (!path.starts_with(kUsr)) return path;
  const std::string_view rest = path.substr(kUsr.size());
  for (const std::string_view merged : {"bin/", "sbin/", "lib"}) {
    if (rest.starts_with(merged)) return rest;
  }
  return path;
}

}  // namespace seawall::inspect
