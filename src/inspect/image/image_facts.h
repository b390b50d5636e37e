// ImageFacts: what rules on images ask about, from the configuration, the history and the headers
// of the layers' files.
//
// The layers' file names are known as hashes only (artifact/path_shadow.h): one can ask whether a
// path exists, not which paths there are; what must be listed (setuid files ...) was noted when the
// layer was read.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/path_shadow.h"
#include "base/time.h"
#include "codec/json.h"

namespace seawall::inspect {

// A file that rules on images ask about, known from its header alone: setuid and setgid files, what
// everyone may write, large files, and links near the root (merged /usr).
struct NotableFile {
  std::string path;
  uint32_t mode = 0;
  uint64_t size = 0;
  std::string link;  // of symbolic links, as written
  bool directory = false;
};
inline constexpr uint64_t kLargeFileBytes = 1 << 20;
// Of one layer; what is left out is counted as a problem.
inline constexpr size_t kMostNotableFiles = 50'000;

struct ImageLayerFacts {
  const std::vector<NotableFile>* notable = nullptr;
  const artifact::PathShadow* shadow = nullptr;
  std::string instruction;
};

// One step of the history, from the bottom.
struct ImageStep {
  std::string instruction;  // "RUN apt-get update"
  std::string created;
  int layer = -1;  // -1: it made none
};

// A notable file as the whole image sees it.
struct VisibleFile {
  const NotableFile* file;
  size_t layer;
  int hidden_by = -1;  // the layer above that hides or replaces it; -1: it is in the image
};

class ImageFacts {
 public:
  // `config` is the image configuration's JSON (kMalformed when it is none). `complete` false: a
  // layer could not be read, so that absence proves nothing.
  static Result<ImageFacts> make(std::string_view config, std::vector<ImageLayerFacts> layers,
                                 bool complete);

  const Node& config() const;  // its "config" object: User, Env, Cmd ...
  std::vector<std::string> list(std::string_view key) const;  // of an array of strings
  std::string_view text(std::string_view key) const;
  const std::vector<ImageStep>& steps() const { return steps_; }
  const std::vector<ImageLayerFacts>& layers() const { return layers_; }
  const std::vector<VisibleFile>& notable() const { return notable_; }

  // Whether a file, link or device is at the path, links near the root followed. Empty when that
  // cannot be told: a directory on the way is a link whose target is not known, or a layer is
  // missing.
  std::optional<bool> exists(std::string_view path) const;
  bool surely_exists(std::string_view path) const { return exists(path).value_or(false); }
  // "PATH" of the environment, or the engine's default, in its parts.
  std::vector<std::string> search_path() const;
  std::string environment(std::string_view name) const;

  // For the rules that ask about them; set by the caller.
  std::vector<std::string> tags;  // "registry.example/app:1.0"
  std::string created;            // RFC 3339
  size_t packages = 0;
  UnixSeconds time = 0;  // the day to count ages from; 0: not known, no age is judged

 private:
  std::optional<bool> holds(const std::string& path) const;
  std::string resolve(std::string_view path) const;
  Document document_;
  std::vector<ImageLayerFacts> layers_;
  std::vector<ImageStep> steps_;
  std::vector<VisibleFile> notable_;
  std::map<std::string, std::string, std::less<>> links_;  // of directories near the root
  bool complete_ = true;
};

}  // namespace seawall::inspect
