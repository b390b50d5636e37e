// Seed: what an image will do first, known from its own content before it ever ran: the program of
// its entry point and command, found along its PATH as the engine does; the interpreters of
// scripts, through any number of "#!"; the dynamic loader and the libraries of each, with theirs.
//
//   SEAWALL_TRY(const ImageFiles files, ImageFiles::read(image, limits));
//   SEAWALL_TRY(const Seed seed, seed_of(image, files));
//   Profile first = seed_profile(seed, "shop-api", "sha256:...");
//   add_seed(learned, seed);                        // to what was learned
//
// Every further word of the command that names an executable of the image is one, too ("nginx" of
// `docker-entrypoint.sh nginx`, and within the text of `sh -c`), as is the health check. What a
// script or a program starts besides is learned. LIMITS: 4096 words, 8192 files.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "artifact/image.h"
#include "guard/profile/image_files.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

struct Seed {
  std::vector<AllowedExecutable> executables;  // by their paths without links, with digests
  std::set<std::string> files;                 // read at the start: programs, loader, libraries
  std::vector<std::string> missing;            // named, and not in the image: "libfoo.so.1"
  std::string command;                         // "nginx -g daemon off;"
};

Result<Seed> seed_of(const artifact::Image& image, const ImageFiles& files);
// Allows what the seed names and nothing else, in the mode learn. REQUIRES: is_profile_name(name).
Profile seed_profile(const Seed& seed, const std::string& name, const std::string& image);
// Adds what the seed names to the lists that are there, and its digests to entries without one.
void add_seed(Profile& profile, const Seed& seed);

}  // namespace seawall::guard
