// Older versions of a record, a way back, and what changed since a snapshot.
#include <vecstore/vecstore.h>

#include <cstdio>

int main() {
  auto database = vecstore::Database::in_memory().value();
  auto notes = database.create_collection("notes", {.dimension = 2, .keep_versions = 5}).value();
  notes.upsert({.id = "plan", .vector = {1, 0}, .text = "go north"}).value();
  database.create_snapshot("monday").value();
  notes.upsert({.id = "plan", .vector = {0, 1}, .text = "go south"}).value();
  notes.upsert({.id = "food", .vector = {1, 1}, .text = "bread"}).value();

  // Records that were added, removed or written again, by id, some at a time.
  auto diff = database.diff("monday").value();
  const auto changes = diff.next().value();
  for (const vecstore::RecordChange& one : changes)
    std::printf("%s %s\n", one.id.c_str(), std::string(change_kind_name(one.kind)).c_str());

  // Newest first, with what each was.
  const auto versions = notes.versions("plan", true).value();
  for (const vecstore::RecordVersion& one : versions)
    std::printf("%llu: %s\n", static_cast<unsigned long long>(one.sequence),
                one.record->text->c_str());

  // The oldest one written anew.
  notes.rollback("plan", versions.back().sequence).value();
  const vecstore::Record plan = notes.get("plan").value();
  std::printf("now: %s\n", plan.text->c_str());
  return changes.size() == 2 && versions.size() == 2 && plan.text == "go north" ? 0 : 1;
}
