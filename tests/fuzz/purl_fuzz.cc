// Whatever a package database says, a package URL holds only the characters it may hold; whatever a
// document says, a package URL that can be read has a canonical form that reads back the same.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "base/strings.h"
#include "model/package.h"
#include "model/purl.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  if (size == 0) return 0;
  constexpr int kTypes = static_cast<int>(PackageType::kGeneric) + 1;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Package package;
  package.type = static_cast<PackageType>(data[0] % kTypes);
  Distribution distribution;
  for (std::string* field :
       {&package.name, &package.version, &package.architecture, &package.source_name,
        &package.source_version, &package.module, &distribution.id, &distribution.version_id}) {
    const auto [first, rest] = split_once(text, '\n');
    *field = first;
    text = rest;
  }
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~:/@?&=%";
  const std::string purl = purl_of(package, distribution);
  if (!purl.starts_with("pkg:")) std::abort();
  if (purl.find_first_not_of(kAllowed) != std::string::npos) std::abort();
  if (const auto parsed = parse_purl({reinterpret_cast<const char*>(data), size}); parsed.ok()) {
    const auto again = parse_purl(to_string(*parsed));
    if (again.ok() && to_string(*again) != to_string(*parsed)) std::abort();
    (void)package_of(*parsed);
    (void)distribution_of(*parsed);
  }
  return 0;
}
