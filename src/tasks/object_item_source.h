// The embedded engine's ItemSource: a Map's items out of the object store, as s3:getObject brings
// them on AWS.
#ifndef COLDPATH_TASKS_OBJECT_ITEM_SOURCE_H_
#define COLDPATH_TASKS_OBJECT_ITEM_SOURCE_H_

#include "engine/task_invoker.h"
#include "tasks/object_store.h"

namespace coldpath::tasks {

class ObjectItemSource final : public engine::ItemSource {
 public:
  explicit ObjectItemSource(ObjectStore& objects) : objects_(objects) {}
  // Parameters.Key names a JSON array; Bucket is not looked at: there is one store.
  base::Result<base::Json> ReadItems(const base::Json& reader) override;
  // Parameters.Prefix; the results go into one object below it.
  base::Result<base::Json> WriteResults(const base::Json& writer,
                                        const base::Json& results) override;

 private:
  ObjectStore& objects_;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_OBJECT_ITEM_SOURCE_H_
