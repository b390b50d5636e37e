// A command line as Go's pflag reads it, which dockerd uses.
//
//   for (const GoFlag& flag : parse_go_flags(argv, names)) use(flag.name, flag.value);
//
// "--name=value", "--name value" for flags that take one, "--name" for booleans (which never take
// the next word), "-Dl debug" and "-H=fd://" for single letters, "--" ends them. Unknown flags and
// what is missing are passed over: the daemon would not run with them. Source: spf13/pflag 1.0.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::benchmark {

struct GoFlagName {
  std::string_view name;
  char letter = 0;
  bool boolean = false;
};
struct GoFlag {
  std::string name, value;  // booleans without a value: "true"
};

std::vector<GoFlag> parse_go_flags(const std::vector<std::string>& words,
                                   const std::vector<GoFlagName>& names);
// strconv.ParseBool: 1, t, T, TRUE, true, True and their opposites; nothing for anything else.
std::optional<bool> parse_go_bool(std::string_view text);

}  // namespace seawall::benchmark
