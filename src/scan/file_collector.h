// FileCollector: asks the selected inspectors about each file of a walk and gathers what they say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "artifact/layer_walk.h"
#include "base/path_set.h"
#include "inspect/inspector.h"
#include "scan/layer_result.h"
#include "scan/tree_cache.h"

namespace seawall::scan {

// Who wants which files, made once for a scan. THREADS: reading is safe.
class Wanted {
 public:
  Wanted(const inspect::Selection& selection, const std::vector<std::string>& skip);
  // What the cache's entries depend on.
  std::string fingerprint() const;
  bool skips(std::string_view path) const { return !skip_.empty() && skip_.matches(path); }
  void match(std::string_view path, std::vector<uint32_t>& owners) const {
    paths_.match(path, owners);
  }
  // FileClass bits that somebody wants.
  uint8_t classes() const { return classes_; }
  void match_class(inspect::FileClass file_class, std::vector<uint32_t>& owners) const;
  bool may_contain(std::string_view directory) const;

 private:
  inspect::Selection selection_;
  PathSet paths_, skip_;
  std::vector<std::string> skip_patterns_;
  std::vector<uint32_t> by_class_;  // inspectors with classes
  uint8_t classes_ = 0;
};

class FileCollector : public artifact::FileVisitor, private inspect::InspectorSink {
 public:
  // `cache`: what is known of files on disk, null to read them all.
  FileCollector(const Wanted& wanted, const Limits& limits, LayerResult& layer,
                const TreeCache* cache = nullptr)
      : wanted_(wanted), limits_(limits), layer_(layer), cache_(cache) {}

  void entry(const artifact::WalkedEntry& entry) override;
  artifact::Interest interest(const artifact::WalkedEntry& file) override;
  artifact::Interest interest(const artifact::WalkedEntry& file,
                              std::string_view first_bytes) override;
  void file(const artifact::WalkedFile& file) override;
  bool wants_link(std::string_view path) override;
  bool may_contain(std::string_view directory) override { return wanted_.may_contain(directory); }
  void problem(Error error) override;

  // A file that stands under another name: judged by that name's path alone.
  void linked_file(std::string_view name, const artifact::WalkedFile& file);
  // Puts what was found in order; call once after the walk.
  void finish();
  // Of files that could not be read.
  std::vector<Error>& unread() { return unread_; }
  // For the tree cache.
  SeenFiles& seen() { return seen_; }

 private:
  bool take_known(const artifact::WalkedEntry& file);
  void remember_silent();
  artifact::Interest interest_of_owners() const;
  void run(std::string_view path, const artifact::WalkedFile& file);
  void remember(FileResult result);

  void package(Package package) override;
  void distribution(Distribution distribution) override;
  void finding(Finding finding) override;
  void owned_file(std::string_view path, std::string_view package) override;
  void note(std::string text) override;

  const Wanted& wanted_;
  const Limits& limits_;
  LayerResult& layer_;
  std::vector<uint32_t> owners_;
  FileResult current_;
  bool parsing_ = false;
  std::unordered_map<std::string, uint32_t> owner_index_;        // of current_.owners
  std::unordered_map<std::string, std::vector<size_t>> places_;  // a path's results
  std::vector<Error> unread_;
  const TreeCache* cache_;
  Hasher hasher_;
  std::optional<FileKey> key_;  // of the file last asked about, when its results may be kept
  SeenFiles seen_;
  uint64_t packages_ = 0, findings_ = 0, left_out_ = 0;
};

}  // namespace seawall::scan
