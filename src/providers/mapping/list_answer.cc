#include "providers/mapping/list_answer.h"

#include "providers/mapping/http_answer.h"

namespace coldpath::providers::mapping {
namespace {

domain::Failure OtherForm(const ListShape& shape, std::string where) {
  return MakeFailure(domain::FailureKind::kProviderBug,
                     std::string(shape.title) + " answered in another form than it documents.",
                     std::move(where));
}

}  // namespace

tasks::PageOrFailure ReadList(const ListShape& shape, const base::HttpResponse& response,
                              const domain::DateRange& range, const ElementMapping& map) {
  auto body = ReadObject(shape.title, response);
  if (auto* failure = std::get_if<domain::Failure>(&body)) return std::move(*failure);
  const base::Json& json = std::get<base::Json>(body);
  const Node root(json);
  const Node list = root[shape.list_key];
  const Node token = root[shape.token_key];

  const bool may_be_absent = !shape.list_always_there && (json.empty() || token.present());
  if (const auto status = list.Array(); !status && (list.present() || !may_be_absent)) {
    return OtherForm(shape, status.error().message);
  }
  std::optional<std::string> next;
  if (token.present()) {
    const auto text = token.Text();
    if (!text) return OtherForm(shape, text.error().message);
    if (!text->empty()) next = std::string(*text);
  }

  PageBuilder page(range, shape.padding_days);
  for (std::size_t i = 0; list.present() && i < list.json().size(); ++i) {
    const Node element = list.Item(i);
    if (const auto status = element.Object(); !status) {
      return OtherForm(shape, status.error().message);
    }
    page.Begin(element);
    map(element, page);
  }
  return page.Finish(shape.title, std::move(next));
}

}  // namespace coldpath::providers::mapping
