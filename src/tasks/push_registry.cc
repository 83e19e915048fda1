#include "tasks/push_registry.h"

namespace coldpath::tasks {

std::string_view Name(PushKind kind) {
  switch (kind) {
    case PushKind::kWebPush:
      return "web_push";
    case PushKind::kFcm:
      return "fcm";
    case PushKind::kApns:
      return "apns";
  }
  return "";
}

std::optional<PushKind> FindPushKind(std::string_view name) {
  for (const PushKind kind : {PushKind::kWebPush, PushKind::kFcm, PushKind::kApns}) {
    if (name == Name(kind)) return kind;
  }
  return std::nullopt;
}

}  // namespace coldpath::tasks
