#include "stores/files/file_ops.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

namespace coldpath::stores {

int FileOps::Open(const char* path, int flags, unsigned mode) {
  return ::open(path, flags | O_CLOEXEC, mode);
}
ssize_t FileOps::Write(int file, const void* bytes, std::size_t size) {
  return ::write(file, bytes, size);
}
int FileOps::Sync(int file) { return ::fsync(file); }
int FileOps::Rename(const char* from, const char* to) { return ::rename(from, to); }
int FileOps::MakeFolder(const char* path, unsigned mode) { return ::mkdir(path, mode); }
int FileOps::Remove(const char* path) { return ::unlink(path); }

FileOps& SystemFileOps() {
  static FileOps ops;
  return ops;
}

}  // namespace coldpath::stores
