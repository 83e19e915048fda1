// What the paths and intrinsics of a state can see besides their input.
#ifndef COLDPATH_ASL_ENVIRONMENT_H_
#define COLDPATH_ASL_ENVIRONMENT_H_

#include <cstdint>
#include <string>

#include "asl/failure.h"
#include "asl/path.h"
#include "base/json.h"
#include "base/random.h"

namespace coldpath::asl {

// The context object ($$), in pieces, so that large ones are not copied to look up a name.
struct ContextObject {
  base::Json small;                             // all but the two below
  const base::Json* execution_input = nullptr;  // $$.Execution.Input
  const base::Json* item_value = nullptr;       // $$.Map.Item.Value, or null outside of a Map
  // The whole of it.
  base::Json Assemble() const;
};

class Environment {
 public:
  virtual ~Environment() = default;
  virtual const ContextObject& Context() = 0;
  // The value of a variable in scope; null if there is none.
  virtual const base::Json* Variable(const std::string& name) = 0;
  // Draws for States.UUID and States.MathRandom: repeats from the seed kept with the state, so that
  // a task which is delivered again gets the same arguments.
  virtual base::Random& Randomness() = 0;
};

// The value at `path`. The failure's cause is what Jayway said (see EvaluatePath) without any words
// around it.
std::expected<PathValue, std::string> Lookup(const Path& path, const base::Json& input,
                                             Environment& environment);

// The document that the path looks into, as text: for messages.
std::string DocumentText(const Path& path, const base::Json& input, Environment& environment);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_ENVIRONMENT_H_
