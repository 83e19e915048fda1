#include "stores/files/folder_sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace coldpath::stores {

bool FolderSync::SyncNow(const std::string& folder) {
  const int file = ops_.Open(folder.c_str(), O_RDONLY | O_DIRECTORY, 0);
  if (file < 0) return false;
  const int result = ops_.Sync(file);
  const int error = errno;
  ::close(file);
  errno = error;
  return result == 0;
}

bool FolderSync::Sync(const std::string& folder) {
  std::uint64_t covers = 0;
  {
    base::MutexLock lock(mutex_);
    State& state = states_[folder];
    const std::uint64_t mine = ++state.asked;
    ++state.callers;
    while (state.running && state.done < mine) changed_.Wait(mutex_);
    if (state.done >= mine) {
      if (--state.callers == 0) states_.erase(folder);
      return true;
    }
    state.running = true;
    covers = state.asked;
  }
  const bool synced = SyncNow(folder);
  const int error = errno;
  base::MutexLock lock(mutex_);
  State& state = states_[folder];
  state.running = false;
  // After a failure each of the others tries for itself, and learns its own reason.
  if (synced) state.done = covers;
  if (--state.callers == 0) states_.erase(folder);
  changed_.NotifyAll();
  errno = error;
  return synced;
}

}  // namespace coldpath::stores
