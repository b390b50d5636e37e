// ImageFiles: the executables and libraries that an image holds, as a container of it sees them,
// with digests and what each needs to run.
//
//   SEAWALL_TRY(const ImageFiles files, ImageFiles::read(image, limits));
//   files.find("/bin/sh")->digest            // of /usr/bin/dash, through both links
//
// Every layer is walked once; layers above hide what is below as overlayfs does. Read is what is
// executable by its mode or named like a library; of all other files the names alone are known.
// LIMITS: those of the walk; entries of all layers together kMostEntries. COST: a hash of each
// executable. ERRORS: those of walk_layer(); kMismatch for a layer with another diffID than the
// configuration says.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/image.h"
#include "artifact/layer_walk.h"
#include "guard/profile/elf_needs.h"

namespace seawall::guard {

struct ImageFile {
  artifact::EntryKind kind = artifact::EntryKind::kFile;
  bool executable = false;  // any of the three bits
  std::string link;         // of links, as written; of hard links from the root
  std::string digest;       // "sha256:..." of what was read
  std::string shebang;      // "/usr/bin/env python3"
  bool is_elf = false;
  ElfNeeds needs;
};

class ImageFiles {
 public:
  static constexpr size_t kMostEntries = 2'000'000;
  static Result<ImageFiles> read(const artifact::Image& image, const Limits& limits);

  // The path itself with all links followed ("/usr/bin/dash"); empty when there is nothing.
  std::string resolve(std::string_view path) const;
  // The file behind a path, links followed; null when there is none.
  const ImageFile* find(std::string_view path) const;
  // Every regular file that may be executed, by its absolute path.
  std::map<std::string, std::string> executables() const;                 // to digests
  const std::vector<std::string>& problems() const { return problems_; }  // files not read

 private:
  using Map = std::map<std::string, ImageFile, std::less<>>;  // paths as in layers, without "/"
  void lay(Map layer, const artifact::PathShadow& shadow);
  Map files_;
  std::vector<std::string> problems_;
};

}  // namespace seawall::guard
