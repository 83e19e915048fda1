// The members of the configuration that are about pushes, webhooks and entitlements.
#ifndef COLDPATH_APP_NOTIFICATION_CONFIG_H_
#define COLDPATH_APP_NOTIFICATION_CONFIG_H_

#include <string>

#include "app/config.h"
#include "base/json.h"

namespace coldpath::app {

// True if `name` is one of them, which is then read into `config`. `origin` is what errors call the
// configuration. Errors: config.invalid (naming the member; never repeating a secret),
// config.unreadable.
base::Result<bool> ReadNotificationMember(const std::string& origin, const std::string& name,
                                          const base::Json& value, ServeConfig& config);

}  // namespace coldpath::app

#endif  // COLDPATH_APP_NOTIFICATION_CONFIG_H_
