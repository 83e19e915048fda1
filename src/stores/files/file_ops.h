// The system calls by which files/ writes: a seam for tests that make them fail. Each returns as
// its call does, -1 with errno set on failure.
#ifndef COLDPATH_STORES_FILES_FILE_OPS_H_
#define COLDPATH_STORES_FILES_FILE_OPS_H_

#include <sys/types.h>

#include <cstddef>

namespace coldpath::stores {

// Thread-safe.
class FileOps {
 public:
  virtual ~FileOps() = default;
  virtual int Open(const char* path, int flags, unsigned mode);
  virtual ssize_t Write(int file, const void* bytes, std::size_t size);
  virtual int Sync(int file);
  virtual int Rename(const char* from, const char* to);
  virtual int MakeFolder(const char* path, unsigned mode);
  virtual int Remove(const char* path);
};

// The operating system's.
FileOps& SystemFileOps();

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_FILES_FILE_OPS_H_
