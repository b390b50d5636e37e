#include "codec/executable.h"

#include "codec/executable_builder.h"
#include "support/support.h"

namespace seawall {
namespace {

TEST(Executable, KnowsSectionsAndAddresses) {
  const std::string bytes = test::elf_of({{".text", "code"}, {".note", "a note"}});
  const MemoryAccess data(bytes);
  const auto program = Executable::open(data);
  ASSERT_OK(program);
  EXPECT_TRUE(program->is_64());
  const auto* note = program->section(".note");
  ASSERT_NE(note, nullptr);
  EXPECT_EQ(*program->read(note->offset, note->size, 100), "a note");
  EXPECT_EQ(program->offset_of(note->address), note->offset);
  EXPECT_EQ(program->offset_of(1), std::nullopt);
  EXPECT_EQ(program->section(".absent"), nullptr);
  EXPECT_EQ(program->read(note->offset, note->size, 3).error().code(), Code::kLimit);
}

TEST(Executable, DamageIsAnErrorNeverACrash) {
  const std::string bytes = test::elf_of({{".text", "code"}, {".data", std::string(100, 'd')}});
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    const std::string part = bytes.substr(0, cut);
    const MemoryAccess data(part);
    (void)Executable::open(data);
  }
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0xff);
    const MemoryAccess data(flipped);
    (void)Executable::open(data);
  }
  const MemoryAccess text("no program");
  EXPECT_FALSE(Executable::open(text).ok());
  const MemoryAccess none("");
  EXPECT_FALSE(Executable::open(none).ok());
}

TEST(Executable, ReadsThisTestProgram) {
  const auto file = File::open("/proc/self/exe");
  ASSERT_OK(file);
  const auto program = Executable::open(**file);
  ASSERT_OK(program);
  EXPECT_NE(program->section(".rodata"), nullptr);
  EXPECT_FALSE(program->segments().empty());
}

}  // namespace
}  // namespace seawall
