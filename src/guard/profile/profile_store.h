// ProfileStore: the profiles of a guard in one folder, one file an image: NAME.yaml.
//
//   ProfileStore store("/var/lib/seawall/profiles");
//   SEAWALL_TRY(Profile profile, store.load("shop-api"));
//   SEAWALL_CHECK(store.save(profile));                 // whole or not at all
//
// A name is a file's name (is_profile_name), so that none leads out of the folder; a file whose
// profile has another name is an error. ERRORS: kNotFound names the profiles there are.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

class ProfileStore {
 public:
  static constexpr const char* kDefault = "/var/lib/seawall/profiles";
  explicit ProfileStore(std::string folder) : folder_(std::move(folder)) {}
  std::string path_of(const std::string& name) const { return folder_ + "/" + name + ".yaml"; }
  // Sorted; empty where there is no folder.
  Result<std::vector<std::string>> names() const;
  Result<Profile> load(const std::string& name) const;
  Status save(const Profile& profile) const;

 private:
  std::string folder_;
};

}  // namespace seawall::guard
