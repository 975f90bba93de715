// What counts as a change of the machine: a package, a program, a library; not what running programs leave.
#include "runtime/store/machine.h"
#include "gtest/gtest.h"
#include <filesystem>
#include <fstream>

namespace pipelang::store {
namespace {

namespace fs = std::filesystem;

class MachineTest : public ::testing::Test {
protected:
  void SetUp() override {
    root_ = fs::path(::testing::TempDir()) / "machine-test";
    fs::remove_all(root_);
    write("etc/os-release", "ID=debian");
    write("var/lib/dpkg/status", "Package: python3");
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string &path, const std::string &text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  /// Names of what differs after `change`.
  template <typename Change> std::vector<std::string> changedBy(Change change) {
    const auto before = now();
    change();
    const auto after = now();
    std::vector<std::string> names;
    for (const auto &[name, digest] : after)
      if (const auto old = before.find(name); old == before.end() || old->second != digest)
        names.push_back(name);
    for (const auto &[name, digest] : before)
      if (after.count(name) == 0) names.push_back(name);
    return names;
  }
  std::map<std::string, std::string> now() {
    FileDigests digests;
    return machineDigests(digests, root_.string());
  }

  fs::path root_;
};

const std::vector<std::string> nothing, local{"what is installed in /usr/local"};

TEST_F(MachineTest, WhatIsNotThereIsLeftOut) {
  EXPECT_EQ(now().size(), 2u);
  fs::remove_all(root_);
  EXPECT_TRUE(now().empty());
}

TEST_F(MachineTest, TheSystemAndItsPackagesCount) {
  EXPECT_EQ(changedBy([&] { write("etc/os-release", "ID=trixie"); }),
            std::vector<std::string>{"this machine's system"});
  EXPECT_EQ(changedBy([&] { write("var/lib/dpkg/status", "Package: python4"); }),
            std::vector<std::string>{"the packages of this machine"});
}

TEST_F(MachineTest, WhatIsInstalledByHandCounts) {
  for (const char *path :
       {"usr/local/bin/tool", "usr/local/sbin/tool", "usr/local/lib/libtool.so",
        "usr/local/lib/python3.11/dist-packages/tool-1.0.dist-info/METADATA",
        "usr/local/lib/python3.11/dist-packages/module.py",
        "usr/local/lib/python3.11/site-packages/other.pth", "usr/local/lib/node_modules/tool/package.json",
        "usr/local/lib/node_modules/@owner/tool/package.json"})
    EXPECT_EQ(changedBy([&] { write(path, "1"); }), local) << path;
  EXPECT_EQ(changedBy([&] { write("usr/local/bin/tool", "a newer one"); }), local);
  EXPECT_EQ(changedBy([&] { fs::remove(root_ / "usr/local/bin/tool"); }), local);
  fs::create_symlink("nowhere", root_ / "usr/local/bin/link");
  EXPECT_EQ(changedBy([&] { write("usr/local/bin/nowhere", "there now"); }), local);
}

TEST_F(MachineTest, ATouchedProgramOfTheSameSizeCounts) {
  write("usr/local/bin/tool", "one");
  EXPECT_EQ(changedBy([&] {
              const auto time = fs::last_write_time(root_ / "usr/local/bin/tool");
              write("usr/local/bin/tool", "two");
              fs::last_write_time(root_ / "usr/local/bin/tool", time + std::chrono::seconds(1));
            }),
            local);
}

TEST_F(MachineTest, WhatRunningProgramsLeaveDoesNotCount) {
  write("usr/local/lib/python3.11/dist-packages/module.py", "1");
  write("usr/local/bin/tool", "1");
  EXPECT_EQ(changedBy([&] {
              write("usr/local/lib/python3.11/dist-packages/__pycache__/module.cpython-311.pyc", "compiled");
              write("usr/local/bin/__pycache__/x.pyc", "compiled");
              write("usr/local/share/doc/tool", "read me");
            }),
            nothing);
  EXPECT_EQ(changedBy([] {}), nothing);
}

} // namespace
} // namespace pipelang::store
