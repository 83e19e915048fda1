// COLDPATH_CHECK: an invariant of the program, checked in release builds too. A broken one ends the
// process, because going on would store something wrong; the durable stores make that safe.
#ifndef COLDPATH_BASE_CHECK_H_
#define COLDPATH_BASE_CHECK_H_

namespace coldpath::base {

// Writes "file:line: broken invariant: text" to standard error and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* text);

}  // namespace coldpath::base

#define COLDPATH_CHECK(condition)                                                    \
  do {                                                                               \
    if (!(condition)) ::coldpath::base::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)

#endif  // COLDPATH_BASE_CHECK_H_
