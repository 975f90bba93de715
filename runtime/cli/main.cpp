#include "runtime/cli/commands.h"
#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <system_error>

/// A standard stream that is closed would become the first file we open, and our words would go there.
static void openStandardStreams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor)
    if (::fcntl(descriptor, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) < 0) return;
}

int main(int count, char **words) {
  openStandardStreams();
  std::signal(SIGPIPE, SIG_IGN); // a closed pager is no reason to leave steps behind
  try {
    return pipelang::cli::piperunMain(std::vector<std::string>(words + 1, words + count));
  } catch (const std::system_error &error) { // no thread to be had, say
    std::fprintf(stderr, "error: this machine refused: %s\n", error.what());
    return pipelang::cli::worldRefused;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "internal error: %s\n", error.what());
    return 70;
  }
}
