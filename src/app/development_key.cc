#include "app/development_key.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/config.h"

namespace coldpath::app {
namespace {

// Written aside and linked into place: nobody ever reads half a key, and the first one stays.
base::Status MakeKeyFile(const std::string& path) {
  const std::string aside = path + "." + std::to_string(getpid());
  const int file = open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return base::Fail("config.unreadable", aside + ": " + std::strerror(errno) + ".");
  const std::string pem = base::PrivateKeyPem(*base::GenerateEs256Key());
  const bool written =
      write(file, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size()) && fsync(file) == 0;
  const int reason = errno;
  close(file);
  const bool linked = written && (link(aside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  unlink(aside.c_str());
  if (!linked) {
    return base::Fail("config.unreadable",
                      path + ": " + std::strerror(written ? errno : reason) + ".");
  }
  return {};
}

}  // namespace

base::Result<base::SigningKeyPtr> DevelopmentKey(const std::string& data_folder) {
  std::error_code ignored;
  std::filesystem::create_directories(data_folder, ignored);
  const std::string path = data_folder + "/development-key.pem";
  if (!std::filesystem::exists(path, ignored)) COLDPATH_RETURN_IF_ERROR(MakeKeyFile(path));
  COLDPATH_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path));
  return base::SigningKeyFromPem(pem);
}

}  // namespace coldpath::app
