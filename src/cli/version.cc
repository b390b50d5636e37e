// seawall version: what this binary is made of.

#include <fmt/format.h>

#include "base/version.h"
#include "cli/verbs.h"
#include "codec/decompress.h"

namespace seawall::cli {
namespace {

int run_version(const Arguments& arguments) {
  const std::string text = fmt::format(
      "seawall {}\ncommit    {}\ncompiler  {}\ninflate   {}\nlibcurl   loaded when a connection is "
      "wanted\n",
      kVersion, kCommit, kCompiler, gzip_library());
  const auto written = write_output(arguments, text);
  return written.ok() ? kPassed : fail(written.error());
}

}  // namespace

Command version_command() {
  return {"version",
          "",
          "show version, commit, compiler and optional libraries",
          "The same as seawall --version.",
          {},
          {"seawall version", "seawall --version"},
          0,
          0,
          run_version};
}

}  // namespace seawall::cli
