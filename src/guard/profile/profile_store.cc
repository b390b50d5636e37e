#include "guard/profile/profile_store.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "guard/profile/profile_read.h"
#include "guard/profile/profile_write.h"

namespace seawall::guard {

Result<std::vector<std::string>> ProfileStore::names() const {
  namespace fs = std::filesystem;
  std::vector<std::string> out;
  std::error_code error;
  if (!fs::exists(folder_, error)) return out;
  fs::directory_iterator entries(folder_, error);
  if (error) return errno_error("cannot list " + folder_, error.value());
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".yaml")) continue;
    const std::string stem = name.substr(0, name.size() - 5);
    if (is_profile_name(stem)) out.push_back(stem);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<Profile> ProfileStore::load(const std::string& name) const {
  if (!is_profile_name(name) || !file_exists(path_of(name))) {
    SEAWALL_TRY(const std::vector<std::string> known, names());
    return Error(Code::kNotFound,
                 fmt::format("there is no profile {} in {}", printable(name), folder_))
        .hint(known.empty() ? "a file is named by its path; --state names another folder"
                            : "there are: " + join(known, ", "));
  }
  SEAWALL_TRY(Profile profile, load_profile(path_of(name)));
  if (profile.name != name) {
    return malformed(fmt::format("the profile in it is named {}", profile.name)).at(path_of(name));
  }
  return profile;
}

Status ProfileStore::save(const Profile& profile) const {
  if (!is_profile_name(profile.name))
    return usage_error(fmt::format("\"{}\" is no name of a profile", printable(profile.name)));
  SEAWALL_CHECK(make_directories(folder_));
  return write_file(path_of(profile.name), write_profile(profile));
}

}  // namespace seawall::guard
