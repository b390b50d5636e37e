// Any bytes as a rule file, and every rule that loads judges a handful of events and writes its
// output. Whatever the file says, each problem has a message, outputs are safe to print and bounded,
// and asking again gives the same answer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/strings.h"
#include "guard/event/event_json.h"
#include "guard/falco/engine.h"

namespace {

using namespace seawall;
using namespace seawall::guard;

const std::vector<Event>& events() {
  static const std::vector<Event> all = [] {
    std::vector<Event> made;
    for (const char* line :
         {R"({"call":"execve","number":1,"time":5,"processes":[{"pid":4,"name":"sh","executable":)"
          R"("/bin/sh","arguments":["sh","-c","a\u001b[31m"],"environment":["A=b"],"container":0},)"
          R"({"pid":3,"name":"p"}],"containers":[{"id":"0123456789abcdef","known":true}]})",
          R"({"call":"openat","result":3,"file":{"kind":"regular","number":3,"name":"/etc/a"},)"
          R"("arguments":[{"name":"flags","text":"O_RDONLY"}],"processes":[{"pid":1}]})",
          R"({"call":"connect","result":-115,"file":{"kind":"ipv4","remote":{"address":"10.0.0.1",)"
          R"("port":80}},"processes":[{"pid":1,"name":"c"}]})"}) {
      auto event = read_event(line);
      if (!event.ok()) std::abort();
      made.push_back(std::move(*event));
    }
    return made;
  }();
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  falco::EngineOptions options;
  options.disabled_rules = true;
  options.output_bytes = 512;
  falco::Engine engine(
      {{"fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size)}}, options);
  for (const falco::Problem& problem : engine.problems()) {
    if (problem.message.empty() || !is_valid_utf8(problem.line())) std::abort();
  }
  for (const std::string& call : engine.calls()) {
    if (call.empty()) std::abort();
  }
  for (const Event& event : events()) {
    size_t count = 0;
    const size_t found = engine.judge(event, [&](const falco::Match& match) {
      ++count;
      if (match.output.size() > options.output_bytes + 3) std::abort();
      if (printable(match.output) != match.output) std::abort();
    });
    if (found != count || engine.judge(event) != found) std::abort();
  }
  return 0;
}
