// Rules about paths: what they cover, and how many seen paths become few rules.
//
// A program does not use the same names twice: /proc/812/stat, /tmp/tmp.Xa81kQ,
// upload-20261127.log. Such names are not learned; the folder they are in is. What is left is
// folded when one folder has very many:
//
//   /proc/<number>/...                      -> /proc/**
//   anything below /tmp, /var/tmp, /dev/shm -> that folder and all below it
//   a segment of digits alone, a UUID, 8 hex digits with a digit, mkstemp's six -> its folder
//   a file that is written, with three digits in a row in its name              -> its folder
//   more than kMostRulesOfFolder files of one folder, each access by itself      -> that folder
//
// A folder directly below the root ("/etc") is never folded, nor is the root: what is not named
// there stays denied. The outcome depends on the set of paths alone, not on their order.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "guard/profile/profile.h"

namespace seawall::guard {

inline constexpr size_t kMostRulesOfFolder = 32;

struct Access {
  bool read = false, write = false;
};
using PathAccess = std::map<std::string, Access, std::less<>>;

// "/a/**" covers /a and all below it, "/**" everything; any other rule itself.
bool covers(std::string_view rule, std::string_view path);
// Whether one of the rules lets this path be used so; of several, together.
bool allows(const std::vector<FileRule>& rules, std::string_view path, Access access);

// The path as it is learned: itself, or "FOLDER/**".
std::string generalize(std::string_view path, bool writes);
// Folded, and without rules that another one makes needless.
std::vector<FileRule> fold(const PathAccess& paths);

// Absolute, without "", "." and "..", at most 4096 bytes, "**" at most as its last segment.
bool is_path_rule(std::string_view path);
// The same without "/**".
bool is_plain_path(std::string_view path);

}  // namespace seawall::guard
