#include "runtime/host/host.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

using namespace pipelang;
using namespace pipelang::host;

namespace {

class Folder : public testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/pipelang-files-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    path = name;
  }
  void TearDown() override { llvm::consumeError(files.removeTree(path)); }

  Files &files = realHost().files;
  std::string path;
};

TEST_F(Folder, WritesWholeFilesAndMissingFolders) {
  ASSERT_FALSE(static_cast<bool>(files.write(path + "/a/b/c.txt", "first")));
  ASSERT_FALSE(static_cast<bool>(files.write(path + "/a/b/c.txt", "second")));
  EXPECT_EQ(llvm::cantFail(files.read(path + "/a/b/c.txt")), "second");
  EXPECT_THAT(files.list(path + "/a/b"), testing::ElementsAre("c.txt")); // no temporary is left
}

TEST_F(Folder, SaysWhatItCouldNotRead) {
  llvm::Expected<std::string> text = files.read(path + "/none");
  ASSERT_FALSE(static_cast<bool>(text));
  EXPECT_EQ(llvm::toString(text.takeError()), "cannot read `" + path + "/none`: No such file or directory");
  llvm::Expected<std::string> folder = files.read(path);
  ASSERT_FALSE(static_cast<bool>(folder));
  EXPECT_EQ(llvm::toString(folder.takeError()), "cannot read `" + path + "`: Is a directory");
}

TEST_F(Folder, RemovesLinksAndNotWhatTheyPointTo) {
  ASSERT_FALSE(static_cast<bool>(files.write(path + "/kept/file", "x")));
  ASSERT_FALSE(static_cast<bool>(files.makeDirectory(path + "/gone")));
  ASSERT_EQ(::symlink((path + "/kept").c_str(), (path + "/gone/link").c_str()), 0);
  ASSERT_FALSE(static_cast<bool>(files.removeTree(path + "/gone")));
  ASSERT_FALSE(static_cast<bool>(files.removeTree(path + "/gone"))); // no error where there is none
  EXPECT_FALSE(files.exists(path + "/gone"));
  EXPECT_TRUE(files.exists(path + "/kept/file"));
}

TEST(Ports, AreFree) {
  const int port = llvm::cantFail(freePort());
  EXPECT_GT(port, 1024);
  HttpRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(port) + "/";
  llvm::Expected<HttpResponse> answer = realHost().http.send(request);
  ASSERT_FALSE(static_cast<bool>(answer));
  EXPECT_THAT(llvm::toString(answer.takeError()), testing::HasSubstr(request.url));
}

} // namespace
