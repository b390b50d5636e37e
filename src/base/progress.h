// One progress line on stderr, only on a terminal, redrawn at most ten times a second and gone at
// the end. THREADS: add() is safe from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace seawall {

class Progress {
 public:
  // `total` in bytes, 0 when unknown. Shows "what  35 %  812 MB/s  4 s left".
  explicit Progress(std::string what, uint64_t total = 0);
  ~Progress();
  void add(uint64_t bytes);
  // Replaces the label, e.g. "layer 3/7".
  void label(std::string what);
  // Never draw (--quiet, --no-progress).
  static void disable();
  static void clear_line();

 private:
  void draw();
  std::string what_;
  uint64_t total_;
  int64_t started_;
  std::atomic<uint64_t> done_{0};
  std::atomic<int64_t> drawn_at_{0};
};

}  // namespace seawall
