// A profile as rows of the kernel's tables: what user space decides once, so that the kernel only
// looks up.
//
//   const ProfileRows rows = rows_of(profile, number, image_files);
//   for (const auto& [key, verdict] : rows.executables) part->set_executable(key, verdict);
//
// "deny always wins" is worked out here: a row's verdict joins those of all rules that cover its
// path or network, since the kernel takes the longest match alone. Paths over 247 bytes and more
// than 8 ranges of ports of one network cannot be rows; they are named in `problems` and the
// profile is not enforced with them left out (a rule that silently misses would be worse).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "guard/kernel/wire.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

struct ProfileRows {
  wire::sw_profile profile = {};
  std::vector<std::pair<wire::sw_exec_key, uint32_t>> executables;
  std::vector<std::pair<wire::sw_file_key, uint32_t>> files;
  std::vector<std::pair<wire::sw_peer_key, wire::sw_peer>> peers;
  std::vector<std::string> unix_sockets;  // paths; "engine" as it stands
  std::vector<std::string> problems;
};

// `digests`: of the image's executables by path, as its inventory has them: an allowed executable
// whose content is another is left out. Null: not known, then rows with a digest are left out.
ProfileRows rows_of(const Profile& profile, uint32_t number,
                    const std::map<std::string, std::string>* digests = nullptr);

}  // namespace seawall::guard
