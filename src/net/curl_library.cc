#include "net/curl_library.h"

#include <dlfcn.h>

#include <memory>
#include <string>

#include <fmt/format.h>

namespace seawall {
namespace {

constexpr const char* kSharedObject = "libcurl.so.4";
constexpr unsigned kOldestVersion = 0x075800;  // 7.88.0
constexpr const char* kHint = "apt-get install libcurl4";

Error unusable(std::string why) {
  return Error(Code::kUnsupported, "network access needs libcurl, " + why).hint(kHint);
}

// False, with the symbol's name left in `missing`, when the library lacks it.
template <typename F>
bool find(void* library, const char* symbol, F& function, const char*& missing) {
  function = reinterpret_cast<F>(::dlsym(library, symbol));
  if (!function) missing = symbol;
  return function != nullptr;
}

Result<std::unique_ptr<CurlLibrary>> load() {
  // RTLD_LOCAL: its OpenSSL must not be mistaken for the one linked into this program.
  void* so = ::dlopen(kSharedObject, RTLD_NOW | RTLD_LOCAL);
  if (!so) return unusable(fmt::format("which cannot be loaded: {}", ::dlerror()));
  auto curl = std::make_unique<CurlLibrary>();
  const char* missing = nullptr;
  const bool complete = find(so, "curl_global_init", curl->global_init, missing) &&
                        find(so, "curl_version_info", curl->version_info, missing) &&
                        find(so, "curl_easy_init", curl->easy_init, missing) &&
                        find(so, "curl_easy_cleanup", curl->easy_cleanup, missing) &&
                        find(so, "curl_easy_reset", curl->easy_reset, missing) &&
                        find(so, "curl_easy_setopt", curl->easy_setopt, missing) &&
                        find(so, "curl_easy_getinfo", curl->easy_getinfo, missing) &&
                        find(so, "curl_easy_pause", curl->easy_pause, missing) &&
                        find(so, "curl_easy_strerror", curl->easy_strerror, missing) &&
                        find(so, "curl_multi_init", curl->multi_init, missing) &&
                        find(so, "curl_multi_cleanup", curl->multi_cleanup, missing) &&
                        find(so, "curl_multi_setopt", curl->multi_setopt, missing) &&
                        find(so, "curl_multi_add_handle", curl->multi_add_handle, missing) &&
                        find(so, "curl_multi_remove_handle", curl->multi_remove_handle, missing) &&
                        find(so, "curl_multi_perform", curl->multi_perform, missing) &&
                        find(so, "curl_multi_poll", curl->multi_poll, missing) &&
                        find(so, "curl_multi_info_read", curl->multi_info_read, missing) &&
                        find(so, "curl_slist_append", curl->slist_append, missing) &&
                        find(so, "curl_slist_free_all", curl->slist_free_all, missing) &&
                        find(so, "curl_getdate", curl->getdate, missing);
  if (!complete) return unusable(fmt::format("and {} has no {}", kSharedObject, missing));
  const auto* version = curl->version_info(CURLVERSION_NOW);
  if (version->version_num < kOldestVersion) {
    return unusable(fmt::format("7.88 or newer; this one is {}", version->version));
  }
  if (curl->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return unusable("which failed to initialise");
  }
  return curl;
}

}  // namespace

Result<const CurlLibrary*> CurlLibrary::get() {
  static const auto* loaded = new Result<std::unique_ptr<CurlLibrary>>(load());
  if (!loaded->ok()) return loaded->error();
  return static_cast<const CurlLibrary*>(loaded->value().get());
}

}  // namespace seawall
