#include "advisory/database_path.h"

#include "advisory/database_format.h"
#include "base/file.h"

namespace seawall::advisory {

bool is_database(const std::string& path) {
  const auto file = File::open(path);
  char first[format::kMagic.size()];
  if (!file.ok()) return false;
  const auto got = (*file)->read_at(0, first);
  return got.ok() && std::string_view(first, *got) == format::kMagic;
}

}  // namespace seawall::advisory
