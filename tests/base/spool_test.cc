#include "base/spool.h"

#include <cstdlib>

#include "support/support.h"

namespace seawall {
namespace {

using ::testing::HasSubstr;

std::string pattern(size_t size) {
  std::string text(size, ' ');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return text;
}

TEST(Spool, KeepsSmallStreamsInMemory) {
  const std::string text = pattern(100'000);
  MemoryReader reader(text);
  const auto file = Spool::read(reader, {});
  ASSERT_OK(file);
  ASSERT_TRUE((*file)->memory().has_value());
  EXPECT_EQ(*(*file)->memory(), text);
}

TEST(Spool, PutsLargeStreamsInAFileWithoutAName) {
  const std::string text = pattern(Spool::kMemoryBytes + 12'345);
  MemoryReader reader(text);
  const auto file = Spool::read(reader, {});
  ASSERT_OK(file);
  EXPECT_FALSE((*file)->memory().has_value());
  ASSERT_EQ((*file)->size(), text.size());
  std::string part(1000, '\0');
  for (const uint64_t offset : {uint64_t{0}, Spool::kMemoryBytes - 500, text.size() - 1000}) {
    const auto got = (*file)->read_at(offset, part);
    ASSERT_OK(got);
    EXPECT_EQ(part.substr(0, *got), text.substr(offset, *got));
    EXPECT_GT(*got, 0u);
  }
  const auto past = (*file)->read_at(text.size(), part);
  ASSERT_OK(past);
  EXPECT_EQ(*past, 0u);
}

TEST(Spool, StopsAtItsLimit) {
  const std::string text = pattern(Spool::kMemoryBytes * 2);
  Limits limits;
  limits.spool_bytes = Spool::kMemoryBytes + 1;
  MemoryReader reader(text);
  const auto file = Spool::read(reader, limits);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code(), Code::kLimit);
  EXPECT_THAT(file.error().text(), HasSubstr("8388609"));
}

}  // namespace
}  // namespace seawall
