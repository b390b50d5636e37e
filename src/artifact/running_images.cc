#include "artifact/running_images.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "artifact/engine.h"
#include "base/strings.h"
#include "codec/json.h"

namespace seawall::artifact {
namespace {

Result<std::string> ask_for_containers(const EngineAddress& address, const OpenOptions& options) {
  HttpRequest request;
  request.unix_socket = address.socket;
  request.url = address.url + "/containers/json";
  SEAWALL_TRY(const HttpResponse response, HttpClient(options.http).send(request));
  SEAWALL_TRY(std::string body, read_all(*response.body, options.limits.manifest_bytes));
  if (response.status == 200) return body;
  return Error(Code::kNetwork, fmt::format("status {} in answer to /containers/json: {}",
                                           response.status, printable(body.substr(0, 200))));
}

std::string name_of_container(const Node& container) {
  std::string_view name = container["Names"][size_t{0}].string();
  if (name.starts_with('/')) name.remove_prefix(1);
  if (name.empty()) name = container["Id"].string().substr(0, 12);
  return to_valid_utf8(name);
}

}  // namespace

Result<std::vector<RunningImage>> running_images(std::string_view engine,
                                                 const OpenOptions& options) {
  SEAWALL_TRY(const EngineAddress address, find_engine(engine, options.engine_socket));
  const std::string place = fmt::format("the {} engine at {}", engine,
                                        address.socket.empty() ? address.url : address.socket);
  auto body = ask_for_containers(address, options);
  if (!body.ok()) return std::move(body.error()).at(place);
  auto document = parse_json(std::move(*body), options.limits);
  if (!document.ok()) return std::move(document.error()).at(place);
  if (!document->root().is_array())
    return malformed("its answer is no list of containers").at(place);
  std::map<std::string, RunningImage> by_id;
  for (const Node& container : document->root().items()) {
    const std::string id = to_valid_utf8(container["ImageID"].string());
    if (id.empty()) continue;
    RunningImage& image = by_id[id];
    image.id = id;
    const std::string name = to_valid_utf8(container["Image"].string(id));
    if (image.name.empty() || name < image.name) image.name = name;
    image.containers.push_back(name_of_container(container));
  }
  std::vector<RunningImage> images;
  for (auto& [id, image] : by_id) {
    std::sort(image.containers.begin(), image.containers.end());
    images.push_back(std::move(image));
  }
  std::stable_sort(images.begin(), images.end(),
                   [](const RunningImage& a, const RunningImage& b) { return a.name < b.name; });
  return images;
}

}  // namespace seawall::artifact
