// pipec: see commands.h for what it does.
#include "compiler/driver/commands.h"
#include <cstdio>
#include <exception>

int main(int argumentCount, char **arguments) {
  try {
    return pipelang::driver::pipecMain(std::vector<std::string>(arguments + 1, arguments + argumentCount));
  } catch (const std::exception &exception) {
    std::fprintf(stderr, "internal error: %s\n", exception.what());
    return 70;
  }
}
