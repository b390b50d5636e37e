// docs/falco.md names every field, and which of them have values.
#include <algorithm>
#include <cstdlib>

#include "guard/falco/field.h"
#include "support/support.h"

namespace seawall::guard::falco {
namespace {

std::string table() {
  std::vector<Field> sorted(fields().begin(), fields().end());
  std::sort(sorted.begin(), sorted.end(),
            [](const Field& a, const Field& b) { return a.name < b.name; });
  constexpr std::string_view kTypes[] = {"text", "texts", "number", "truth", "address", "bytes"};
  constexpr std::string_view kArguments[] = {"", "([n])", "[n]", "[key]", "([key])"};
  std::string text = "\n| field | | what |\n|---|---|---|\n";
  for (const Field& field : sorted) {
    text += "| `" + std::string(field.name) +
            std::string(kArguments[static_cast<size_t>(field.argument)]) + "` | " +
            (field.read == nullptr ? "" : "x ") + "| " +
            std::string(kTypes[static_cast<size_t>(field.type)]) + " |\n";
  }
  return text;
}

TEST(Documentation, NamesEveryField) {
  const std::string path = test::source_directory() + "/docs/falco.md";
  const std::string page = test::read(path);
  const std::string marker = "test_guard writes what follows -->\n";
  const size_t at = page.find(marker);
  ASSERT_NE(at, std::string::npos);
  const std::string expected = page.substr(0, at + marker.size()) + table();
  if (std::getenv("SEAWALL_UPDATE_GOLDEN") != nullptr) {
    ASSERT_OK(write_file(path, expected));
  }
  EXPECT_EQ(test::read(path), expected) << "SEAWALL_UPDATE_GOLDEN=1 test_guard writes it";
}

}  // namespace
}  // namespace seawall::guard::falco
