// judge(): what the kernel's tables would do to an event under a profile in the mode enforce, as a
// pure function with the reason.
//
//   const Judgement judgement = judge(profile, event);
//   if (judgement.denied) print(judgement.rule, judgement.reason, judgement.allow);
//
// `deny` wins over `allow`; a list `allow` denies what it does not name. Not judged, because an
// event does not say it: digests of executables, mapped code, whose process a traced one is. An
// executable whose origin is not known counts as the image's. A connection is judged by its
// address; a peer that has a name alone allows no address.
#pragma once

#include <string>

#include "guard/event/event.h"
#include "guard/profile/need.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

struct Judgement {
  bool denied = false;
  std::string rule;    // where in the profile: "executables.newFiles", "files.allow"
  std::string reason;  // "/tmp/x is a file that was made after the start"
  std::string allow;   // what `seawall profile allow` takes to let it be: "origin:new"
};

Judgement judge(const Profile& profile, const Event& event);
Judgement judge(const Profile& profile, const Need& need);

}  // namespace seawall::guard
