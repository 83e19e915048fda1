// What the expressions of a frame's current state see.
#ifndef COLDPATH_ASL_FRAME_ENVIRONMENT_H_
#define COLDPATH_ASL_FRAME_ENVIRONMENT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "asl/environment.h"
#include "asl/frame.h"
#include "base/random.h"

namespace coldpath::asl {

// Fields of one state draw from different streams, or two UUIDs of a state would be the same.
enum class Purpose : std::uint64_t {
  kArguments = 1,
  kResult,
  kAssign,
  kItem,
  kCatch,
  kToken,
  kMapRun
};

std::uint64_t SeedOf(const Frame& frame, Purpose purpose, std::int64_t index = 0);

class FrameEnvironment final : public Environment {
 public:
  FrameEnvironment(const ExecutionTree& tree, const Frame& frame, Purpose purpose)
      : tree_(tree), frame_(frame), random_(std::in_place, SeedOf(frame, purpose)) {}

  // For the ItemSelector: which item it is for.
  void SetItem(std::int64_t index, const base::Json& value) {
    item_index_ = index;
    item_value_ = &value;
    random_.emplace(SeedOf(frame_, Purpose::kItem, index));
    context_.reset();
  }

  const ContextObject& Context() override;
  const base::Json* Variable(const std::string& name) override;
  base::Random& Randomness() override { return *random_; }

 private:
  void AddItem(ContextObject& context);

  const ExecutionTree& tree_;
  const Frame& frame_;
  std::optional<base::SeededRandom> random_;
  std::optional<std::int64_t> item_index_;
  const base::Json* item_value_ = nullptr;
  base::Json owned_item_;
  std::optional<ContextObject> context_;
};

// The raw input with InputPath applied.
Evaluated<PathValue> EffectiveInput(const State& state, const base::Json& input,
                                    Environment& environment);
// The array that a Map goes over. `field` is what messages call it.
Evaluated<PathValue> MapItems(const State& state, const base::Json& effective,
                              Environment& environment);
// A number that stands in the definition or that a path names; nothing if neither.
Evaluated<std::optional<std::int64_t>> ReadInteger(const NumberField& field, std::string_view name,
                                                   const base::Json& input,
                                                   Environment& environment);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_FRAME_ENVIRONMENT_H_
