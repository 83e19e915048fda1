// Whether an address is this machine's own.
#ifndef COLDPATH_BASE_LOOPBACK_H_
#define COLDPATH_BASE_LOOPBACK_H_

#include <string_view>

namespace coldpath::base {

// Of a URL's host or a Host field, with or without a port: 127.0.0.1, [::1] and localhost, as
// people write them. Other spellings of the same addresses are not taken.
bool IsLoopbackHost(std::string_view host);

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_LOOPBACK_H_
