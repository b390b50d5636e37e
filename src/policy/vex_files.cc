#include "policy/vex_files.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"

namespace seawall::policy {
namespace {

constexpr size_t kMostFiles = 1000;

Result<VexDocument> read_one(const std::string& path, const Limits& limits) {
  SEAWALL_TRY(std::string bytes, read_file(path, limits.document_bytes));
  auto document = read_vex(std::move(bytes), path, limits);
  if (!document.ok()) return std::move(document).error().at(path);
  return document;
}

Result<std::vector<std::string>> files_of(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error), end;
  while (!error && entry != end) {
    std::error_code ignored;
    if (!entry->is_directory(ignored)) files.push_back(entry->path().string());
    if (files.size() > kMostFiles)
      return limit_reached(fmt::format("{} holds more than {} files", directory, kMostFiles));
    entry.increment(error);
  }
  if (error)
    return Error(Code::kIo, fmt::format("{} cannot be read: {}", directory, error.message()));
  if (files.empty())
    return Error(Code::kNotFound, fmt::format("{} holds no VEX document", directory))
        .hint("name the files, or leave --vex out");
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<VexDocument> read_vex_path(const std::string& path, const Limits& limits) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return read_one(path, limits);
  SEAWALL_TRY(const auto files, files_of(path));
  VexDocument all;
  for (const std::string& file : files) {
    SEAWALL_TRY(VexDocument one, read_one(file, limits));
    std::move(one.statements.begin(), one.statements.end(), std::back_inserter(all.statements));
    std::move(one.problems.begin(), one.problems.end(), std::back_inserter(all.problems));
  }
  return all;
}

}  // namespace seawall::policy
