// What is behind a Database: the map, or bytes of somebody else, and the view of it.
#pragma once

#include <optional>
#include <string>

#include "advisory/database.h"
#include "advisory/database_view.h"
#include "base/file.h"

namespace seawall::advisory {

struct Database::State {
  std::optional<MappedFile> map;
  std::string path;
  DatabaseView view;
};

}  // namespace seawall::advisory
