#include "app/development_key.h"

#include "base/key_file.h"

namespace coldpath::app {

base::Result<base::SigningKeyPtr> DevelopmentKey(const std::string& data_folder) {
  return base::LoadOrMakeEs256Key(data_folder + "/development-key.pem");
}

}  // namespace coldpath::app
