// What a project's files are at a moment, to tell which were saved; and its folders, for who watches them.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace pipelang::cli {

/// Files of the project by name: tracked ones, and those git does not ignore; what each is (size, time,
/// inode). Our own state and what editors keep beside a file are not among them.
using Snapshot = std::map<std::string, std::string>;

/// Of the project at `root`. What git will not tell is an empty one.
Snapshot takeSnapshot(const std::string &root);

/// Names that are in one only, or are something else in the other; in order.
std::vector<std::string> changedFiles(const Snapshot &before, const Snapshot &after);

/// `root` and the folders below it, whole paths; without what git ignores.
std::vector<std::string> foldersOf(const std::string &root);

} // namespace pipelang::cli
