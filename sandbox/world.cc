#include "sandbox/world.h"

namespace coldpath::sandbox {

Person& World::PersonOf(std::string_view account) {
  const auto found = people_.find(account);
  if (found != people_.end()) return *found->second;
  auto person = std::make_unique<Person>(options.seed, account, options.home_zone);
  return *people_.emplace(std::string(account), std::move(person)).first->second;
}

Horizon World::HorizonOf(Person& person, base::Instant now) const {
  Horizon horizon;
  Calendar& calendar = person.calendar();
  horizon.today = options.today.value_or(calendar.DateAt(now));
  const std::chrono::year_month_day today{horizon.today};
  std::chrono::year_month_day first = today - std::chrono::years(options.years);
  if (!first.ok()) first = first.year() / first.month() / std::chrono::last;  // 29 February
  horizon.first_day = base::Date(first);
  horizon.begin = calendar.At(horizon.first_day, std::chrono::seconds(0));
  horizon.end = options.today
                    ? calendar.At(horizon.today + std::chrono::days(1), std::chrono::seconds(0))
                    : now;
  return horizon;
}

}  // namespace coldpath::sandbox
