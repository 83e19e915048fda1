// A value of a provider's answer that knows where it stands, so that whatever is wrong with it is
// reported with place and reason: "/data/17/bpm: 0 is outside 20 to 300".
#ifndef COLDPATH_PROVIDERS_MAPPING_NODE_H_
#define COLDPATH_PROVIDERS_MAPPING_NODE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace coldpath::providers::mapping {

// Absent and null are the same: providers use both for "no value". Readers give an Error with code
// "mapping.invalid" and message "<JSON pointer>: <reason>". Cheap to make: a pointer (RFC 6901) is
// written only once it is asked for.
class Node {
 public:
  // The root of an answer. `json` outlives the node.
  explicit Node(const base::Json& json) : json_(&json) {}

  bool present() const { return json_ != nullptr && !json_->is_null(); }
  const base::Json& json() const { return *json_; }  // REQUIRES: present()

  // A member, an item. The node they are taken from must outlive them.
  Node operator[](std::string_view key) const&;
  Node operator[](std::string_view key) const&& = delete;
  Node Item(std::size_t index) const&;
  Node Item(std::size_t index) const&& = delete;

  std::string Pointer() const;
  // "<pointer>: <reason>".
  std::string Because(std::string_view reason) const;
  std::unexpected<base::Error> Wrong(std::string_view reason) const;

  // What the value must be; absence is an error.
  base::Status Object() const;
  base::Status Array() const;
  base::Result<double> Number() const;
  // Also written as a string, as Google's APIs do for int64.
  base::Result<std::int64_t> Integer() const;
  base::Result<std::string_view> Text() const;
  base::Result<base::ParsedInstant> Time() const;  // RFC 3339
  base::Result<base::Date> Day() const;            // "2024-05-01"

  // What the value may be: empty if it is absent, an error if it is something else.
  base::Result<std::optional<double>> OptionalNumber() const;
  base::Result<std::optional<std::int64_t>> OptionalInteger() const;
  // Texts that only describe: "" if absent or something else.
  std::string_view TextOrEmpty() const;
  // Flags that only describe: false if absent or something else.
  bool IsTrue() const;

 private:
  Node(const base::Json* json, const Node* parent, std::string_view key, std::size_t index)
      : json_(json), parent_(parent), key_(key), index_(index) {}

  const base::Json* json_;
  const Node* parent_ = nullptr;
  std::string_view key_;  // of a member; without data for an item
  std::size_t index_ = 0;
};

}  // namespace coldpath::providers::mapping

#endif  // COLDPATH_PROVIDERS_MAPPING_NODE_H_
