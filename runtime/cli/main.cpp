#include "runtime/cli/commands.h"
#include <csignal>
#include <cstdio>
#include <exception>

int main(int count, char **words) {
  std::signal(SIGPIPE, SIG_IGN); // a closed pager is no reason to leave steps behind
  try {
    return pipelang::cli::piperunMain(std::vector<std::string>(words + 1, words + count));
  } catch (const std::exception &error) {
    std::fprintf(stderr, "internal error: %s\n", error.what());
    return 70;
  }
}
