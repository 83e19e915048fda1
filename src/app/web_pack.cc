// The pack that the build makes of web/, linked in by web_pack.S (cmake/web.cmake).
#include "app/web_assets.h"

#ifdef COLDPATH_WEB_PACK
extern "C" {
extern const char coldpath_web_pack_begin[];
extern const char coldpath_web_pack_end[];
}
#endif

namespace coldpath::app {

std::string_view BuiltInWebPack() {
#ifdef COLDPATH_WEB_PACK
  return {coldpath_web_pack_begin, coldpath_web_pack_end};
#else
  return {};
#endif
}

}  // namespace coldpath::app
