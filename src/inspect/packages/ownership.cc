#include "inspect/packages/ownership.h"

#include <algorithm>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

bool may_hold_package(std::string_view path) {
  const std::string_view name = base_name(path);
  constexpr std::string_view kNames[] = {"package.json", "METADATA",       "PKG-INFO",
                                         "DESCRIPTION",  "installed.json", "install.json",
                                         "version.php",  "release"};
  if (std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames)) return true;
  constexpr std::string_view kEndings[] = {".jar",      ".war",       ".ear", ".gemspec",
                                           ".egg-info", ".deps.json", ".app", ".rockspec",
                                           ".conf",     ".dll",       ".exe", ".node"};
  for (const std::string_view ending : kEndings) {
    if (name.ends_with(ending))
      return ending != ".conf" || path.find("package.conf.d/") != path.npos;
  }
  if (name.find(".so") != std::string_view::npos) return true;
  // Programs: in a directory of programs, or without an extension somewhere below lib.
  const std::string_view directory = path.substr(0, path.size() - name.size());
  if (directory.ends_with("bin/") || directory.ends_with("libexec/")) return true;
  return name.find('.') == std::string_view::npos &&
         (directory.find("lib/") != std::string_view::npos ||
          directory.find("libexec/") != std::string_view::npos);
}

void report_owned(std::string_view path, std::string_view package, InspectorSink& sink) {
  while (path.starts_with('/') || path.starts_with("./"))
    path.remove_prefix(path[0] == '.' ? 2 : 1);
  if (!path.empty() && !package.empty() && may_hold_package(path)) sink.owned_file(path, package);
}

void parse_dpkg_files(const FileInput& file, InspectorSink& sink) {
  std::string_view name = base_name(file.path);
  const bool sums = name.ends_with(".md5sums");
  name = name.substr(0, name.rfind('.'));
  name = name.substr(0, name.find(':'));
  for_each_line(file.content, [&](std::string_view line, size_t) {
    // "HASH  usr/bin/x" or "/usr/bin/x".
    if (sums) line = line.substr(std::min(line.find("  "), line.size()));
    report_owned(trim(line), name, sink);
  });
}

void parse_pacman_files(const FileInput& file, InspectorSink& sink) {
  std::string_view directory = file.path.substr(0, file.path.rfind('/'));
  directory = base_name(directory);
  for (int part = 0; part < 2; ++part) directory = directory.substr(0, directory.rfind('-'));
  bool files = false;
  for_each_line(file.content, [&](std::string_view line, size_t) {
    if (line.starts_with('%'))
      files = line == "%FILES%";
    else if (files)
      report_owned(line, directory, sink);
  });
}

std::string_view ownership_key(std::string_view path) {
  constexpr std::string_view kUsr = "usr/";
  if (!path.starts_with(kUsr)) return path;
  const std::string_view rest = path.substr(kUsr.size());
  for (const std::string_view merged : {"bin/", "sbin/", "lib"}) {
    if (rest.starts_with(merged)) return rest;
  }
  return path;
}

}  // namespace seawall::inspect
