// Hyperscan (or Vectorscan, its port to other processors), loaded at run time: libhs.so.5 when it
// is installed. Nothing depends on it; the portable engine gives the same hits.
#include "inspect/secrets/literal_set.h"

#ifdef SEAWALL_HAVE_HYPERSCAN
#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include <hs/hs.h>
#endif

namespace seawall::inspect {

#ifdef SEAWALL_HAVE_HYPERSCAN

namespace {

struct Hyperscan {
  decltype(&::hs_compile_lit_multi) compile = nullptr;
  decltype(&::hs_free_compile_error) free_error = nullptr;
  decltype(&::hs_free_database) free_database = nullptr;
  decltype(&::hs_alloc_scratch) alloc_scratch = nullptr;
  decltype(&::hs_free_scratch) free_scratch = nullptr;
  decltype(&::hs_scan) scan = nullptr;
  std::string name;
};

template <typename F>
bool find_symbol(void* handle, const char* name, F& function) {
  void* symbol = ::dlsym(handle, name);
  std::memcpy(&function, &symbol, sizeof function);
  return symbol != nullptr;
}

// Loaded once and never unloaded; null when it is not installed, lacks a function (before 5.2) or
// does not run on this processor.
const Hyperscan* hyperscan() {
  static const Hyperscan* const library = []() -> const Hyperscan* {
    void* handle = ::dlopen("libhs.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return nullptr;
    static Hyperscan loaded;
    decltype(&::hs_valid_platform) valid_platform = nullptr;
    decltype(&::hs_version) version = nullptr;
    if (!find_symbol(handle, "hs_compile_lit_multi", loaded.compile) ||
        !find_symbol(handle, "hs_free_compile_error", loaded.free_error) ||
        !find_symbol(handle, "hs_free_database", loaded.free_database) ||
        !find_symbol(handle, "hs_alloc_scratch", loaded.alloc_scratch) ||
        !find_symbol(handle, "hs_free_scratch", loaded.free_scratch) ||
        !find_symbol(handle, "hs_scan", loaded.scan) ||
        !find_symbol(handle, "hs_version", version) ||
        !find_symbol(handle, "hs_valid_platform", valid_platform) ||
        valid_platform() != HS_SUCCESS) {
      ::dlclose(handle);
      return nullptr;
    }
    const std::string_view text = version();
    loaded.name = "Hyperscan " + std::string(text.substr(0, text.find(' ')));
    return &loaded;
  }();
  return library;
}

class HyperscanSet : public LiteralSet {
 public:
  HyperscanSet(const Hyperscan& library, hs_database_t* database,
               const std::vector<std::string>& literals)
      : library_(library), database_(database) {
    for (const std::string& literal : literals)
      sizes_.push_back(static_cast<uint32_t>(literal.size()));
    portable_ = make(literals, LiteralEngine::kPortable);
  }
  ~HyperscanSet() override {
    for (hs_scratch_t* scratch : scratches_) library_.free_scratch(scratch);
    library_.free_database(database_);
  }

  void find(std::string_view text, std::vector<Hit>& hits) const override {
    hits.clear();
    if (text.empty()) return;
    Call call = {sizes_.data(), &hits};
    hs_scratch_t* scratch = take_scratch();
    const bool done =
        scratch && library_.scan(database_, text.data(), static_cast<unsigned>(text.size()), 0,
                                 scratch, &on_match, &call) == HS_SUCCESS;
    if (scratch) give_scratch(scratch);
    if (!done) return portable_->find(text, hits);  // out of memory: slower, never blind
    std::sort(hits.begin(), hits.end());
  }

  size_t size_of(uint32_t literal) const override { return sizes_[literal]; }
  std::string_view engine() const override { return library_.name; }

 private:
  struct Call {
    const uint32_t* sizes;
    std::vector<Hit>* hits;
  };
  static int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned,
                      void* context) {
    const Call& call = *static_cast<Call*>(context);
    call.hits->push_back({static_cast<uint32_t>(to) - call.sizes[id], id});
    return 0;
  }

  // One scratch a thread that searches at the same time, kept for the next search.
  hs_scratch_t* take_scratch() const {
    const std::lock_guard lock(mutex_);
    hs_scratch_t* scratch = nullptr;
    if (!scratches_.empty()) {
      scratch = scratches_.back();
      scratches_.pop_back();
    } else if (library_.alloc_scratch(database_, &scratch) != HS_SUCCESS) {
      return nullptr;
    }
    return scratch;
  }
  void give_scratch(hs_scratch_t* scratch) const {
    const std::lock_guard lock(mutex_);
    scratches_.push_back(scratch);
  }

  const Hyperscan& library_;
  hs_database_t* database_;
  std::vector<uint32_t> sizes_;
  std::unique_ptr<LiteralSet> portable_;
  mutable std::mutex mutex_;
  mutable std::vector<hs_scratch_t*> scratches_;
};

}  // namespace

std::unique_ptr<LiteralSet> make_hyperscan_set(const std::vector<std::string>& literals) {
  const Hyperscan* library = hyperscan();
  if (!library || literals.empty()) return nullptr;
  std::vector<const char*> texts;
  std::vector<unsigned> flags(literals.size(), HS_FLAG_CASELESS), ids;
  std::vector<size_t> sizes;
  for (const std::string& literal : literals) {
    ids.push_back(static_cast<unsigned>(texts.size()));
    texts.push_back(literal.data());
    sizes.push_back(literal.size());
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (library->compile(texts.data(), flags.data(), ids.data(), sizes.data(),
                       static_cast<unsigned>(texts.size()), HS_MODE_BLOCK, nullptr, &database,
                       &error) != HS_SUCCESS) {
    library->free_error(error);
    return nullptr;
  }
  return std::make_unique<HyperscanSet>(*library, database, literals);
}

#else

std::unique_ptr<LiteralSet> make_hyperscan_set(const std::vector<std::string>&) {
  return nullptr;
}

#endif

}  // namespace seawall::inspect
