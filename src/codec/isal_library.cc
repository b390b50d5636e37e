#include "codec/isal_library.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>

#include "codec/decompress.h"

#ifdef SEAWALL_HAVE_ISAL
#include <dlfcn.h>

#include <climits>
#include <cstdlib>

#include <isa-l/igzip_lib.h>
#endif

namespace seawall {
namespace {

std::atomic<bool> isal_allowed = true;

}  // namespace

void allow_isal(bool allowed) {
  isal_allowed = allowed;
}

#ifdef SEAWALL_HAVE_ISAL

namespace {

struct IsalLibrary {
  void (*inflate_init)(inflate_state*) = nullptr;
  void (*inflate_reset)(inflate_state*) = nullptr;
  int (*inflate)(inflate_state*) = nullptr;
  uint32_t (*crc32)(uint32_t, const unsigned char*, uint64_t) = nullptr;
  std::string name;
};

// The library has no version of its own to ask; its file is libisal.so.2.0.30 for release 2.30.
std::string name_from_file(const void* symbol) {
  Dl_info info = {};
  char resolved[PATH_MAX];
  if (::dladdr(symbol, &info) == 0 || !info.dli_fname || !::realpath(info.dli_fname, resolved)) {
    return "ISA-L 2";
  }
  const std::string_view file = resolved;
  constexpr std::string_view kMark = ".so.2.0.";
  const size_t mark = file.rfind(kMark);
  if (mark == std::string_view::npos) return "ISA-L 2";
  return "ISA-L 2." + std::string(file.substr(mark + kMark.size()));
}

template <typename F>
bool find(void* handle, const char* name, F& function) {
  void* symbol = ::dlsym(handle, name);
  std::memcpy(&function, &symbol, sizeof function);
  return symbol != nullptr;
}

// Loaded once and never unloaded; null when it is not installed or lacks a function.
const IsalLibrary* isal() {
  static const IsalLibrary* const library = []() -> const IsalLibrary* {
    void* handle = ::dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return nullptr;
    static IsalLibrary loaded;
    if (!find(handle, "isal_inflate_init", loaded.inflate_init) ||
        !find(handle, "isal_inflate_reset", loaded.inflate_reset) ||
        !find(handle, "isal_inflate", loaded.inflate) ||
        !find(handle, "crc32_gzip_refl", loaded.crc32)) {
      ::dlclose(handle);
      return nullptr;
    }
    loaded.name = name_from_file(::dlsym(handle, "isal_inflate"));
    return &loaded;
  }();
  return isal_allowed ? library : nullptr;
}

class IsalInflater : public Inflater {
 public:
  explicit IsalInflater(const IsalLibrary& library)
      : library_(library), state_(std::make_unique_for_overwrite<inflate_state>()) {
    library_.inflate_init(state_.get());
  }

  Result<Decoder::Step> inflate(std::string_view in, std::span<char> out) override {
    constexpr size_t kMost = 1u << 30;  // its counts have 32 bits
    state_->next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(in.data()));
    state_->avail_in = static_cast<uint32_t>(std::min(in.size(), kMost));
    state_->next_out = reinterpret_cast<uint8_t*>(out.data());
    state_->avail_out = static_cast<uint32_t>(std::min(out.size(), kMost));
    const uint32_t in_before = state_->avail_in, out_before = state_->avail_out;
    const int result = library_.inflate(state_.get());
    if (result != ISAL_DECOMP_OK) return malformed("is damaged");
    Decoder::Step step = {in_before - state_->avail_in, out_before - state_->avail_out, false};
    if (state_->block_state == ISAL_BLOCK_FINISH) {
      step.end = true;
      keep_leftover();
    }
    return step;
  }

  std::string_view leftover() const override { return {leftover_, leftover_size_}; }

  void reset() override {
    library_.inflate_reset(state_.get());
    leftover_size_ = 0;
  }

 private:
  // The bit buffer runs ahead of the data by whole bytes; the bits of the last partial byte go.
  void keep_leftover() {
    const int bits = std::max(state_->read_in_length, 0);
    leftover_size_ = std::min<size_t>(static_cast<size_t>(bits) / 8, sizeof leftover_);
    const uint64_t rest = state_->read_in >> (bits % 8);
    for (size_t i = 0; i < leftover_size_; ++i) leftover_[i] = static_cast<char>(rest >> (8 * i));
  }

  const IsalLibrary& library_;
  std::unique_ptr<inflate_state> state_;  // 90 KiB
  char leftover_[8];
  size_t leftover_size_ = 0;
};

}  // namespace

std::unique_ptr<Inflater> make_isal_inflater() {
  const IsalLibrary* library = isal();
  return library ? std::make_unique<IsalInflater>(*library) : nullptr;
}

Crc32Function isal_crc32() {
  if (!isal()) return nullptr;
  return [](uint32_t crc, std::string_view bytes) {
    return isal()->crc32(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  };
}

std::string_view isal_name() {
  const IsalLibrary* library = isal();
  return library ? std::string_view(library->name) : std::string_view();
}

#else

std::unique_ptr<Inflater> make_isal_inflater() {
  return nullptr;
}
Crc32Function isal_crc32() {
  return nullptr;
}
std::string_view isal_name() {
  return {};
}

#endif

}  // namespace seawall
