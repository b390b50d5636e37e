#include "cli/command_line.h"

int main(int argc, char** argv) {
  return seawall::cli::run({argv + 1, argv + argc});
}
