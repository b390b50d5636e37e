// The list of what reads archives of classes and executables.
#include "inspect/packages/binaries.h"

namespace seawall::inspect {
namespace {

Inspector program(std::string_view name, uint8_t classes, std::string_view finds,
                  void (*parse)(const FileInput&, InspectorSink&)) {
  return {.name = name,
          .version = 1,
          .paths = {},
          .finds = finds,
          .parse = parse,
          .classes = classes,
          .random_access = true};
}

}  // namespace

std::vector<Inspector> binary_inspectors() {
  return {
      {.name = "java",
       .version = 1,
       .paths = {"**/*.jar", "**/*.war", "**/*.ear", "**/*.par", "**/*.sar", "**/*.nar", "**/*.hpi",
                 "**/*.jpi", "**/*.kar", "**/*.lpkg"},
       .finds = "Java archives, nested ones too",
       .parse = parse_java_archive,
       .random_access = true},
      program("go-binary", kElf | kPe, "Go modules in executables", parse_go_binary),
      program("rust-binary", kElf | kPe, "crates in executables built with cargo-auditable",
              parse_rust_binary),
      program("known-binary", kElf, "well-known programs without a package", parse_known_binary),
      program("package-note", kElf, "packages that executables name themselves",
              parse_package_note),
  };
}

}  // namespace seawall::inspect
