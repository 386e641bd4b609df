// model: the folders of models that this computer has.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/embedding_settings.h"
#include "cli/interrupt.h"
#include "cli/model_trial.h"
#include "cli/session.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

struct ModelArguments {
  std::string name = {};
  std::optional<std::string> as = {};
};

fs::path models_folder(const Session& session) {
  return session.settings.text("embedding.models_folder");
}

std::string kind_of(const fs::path& folder) {
  const auto kind = model_kind(folder.string());
  return kind.ok() ? std::string(model_kind_name(*kind)) : "unknown";
}

// What makes a folder a model, and what may be removed as one.
bool holds_model(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "tokenizer.json", ignored);
}

std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored)) bytes += entry.file_size(ignored);
  }
  return bytes;
}

Status list(Session& session) {
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(models_folder(session), ignored)) {
    const bool hidden = entry.path().filename().string().starts_with('.');
    if (!hidden && holds_model(entry.path())) folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  const Result<std::string> used = model_folder(session.settings);
  std::vector<Object> rows;
  for (const fs::path& folder : folders) {
    rows.push_back({{"name", folder.filename().string()},
                    {"kind", kind_of(folder)},
                    {"bytes", number(bytes_in(folder))},
                    {"used", used.ok() && folder == *used}});
  }
  session.out.print_list("models", rows);
  if (rows.empty()) session.out.note("no model in " + models_folder(session).string());
  return {};
}

Status info(Session& session, const std::string& name) {
  VECSTORE_ASSIGN(const LoadedModel model, load_model(session, name));
  Object known = describe_model(model);
  known["folder"] = model.folder;
  known["kind"] = std::string(model_kind_name(model.kind));
  known["bytes"] = number(bytes_in(model.folder));
  known["load_ms"] = std::round(model.load_ms * 10) / 10;
  session.out.print_object(known);
  return {};
}

Status test(Session& session, const std::string& name) {
  VECSTORE_ASSIGN(const LoadedModel model, load_model(session, name));
  VECSTORE_ASSIGN(Object answer, judge_model(model));
  watch_interrupts();
  const double begun = monotonic_ms();
  std::size_t done = 0;
  while ((monotonic_ms() - begun) < 1000 && !interrupted()) {
    VECSTORE_ASSIGN(const std::size_t texts, run_model(model));
    done += texts;
  }
  answer["texts_per_second"] =
      std::round(static_cast<double>(done) / (monotonic_ms() - begun) * 1000);
  answer["load_ms"] = std::round(model.load_ms * 10) / 10;
  session.out.print_object(answer);
  return {};
}

// A name that is one folder below the models' and nothing else.
Result<fs::path> own_place(const Session& session, const std::string& name) {
  if (name.empty() || name.starts_with('.') || name.find('/') != name.npos) {
    return invalid_argument("'" + name + "' is no name of a model in " +
                            models_folder(session).string());
  }
  return models_folder(session) / name;
}

Status add(Session& session, const ModelArguments& given) {
  fs::path from = fs::path(given.name).lexically_normal();
  if (!from.has_filename()) from = from.parent_path();
  VECSTORE_ASSIGN(const fs::path to,
                  own_place(session, given.as.value_or(from.filename().string())));
  std::error_code failed;
  if (fs::exists(to, failed)) return already_exists(to.string() + " is there already");
  VECSTORE_ASSIGN(const LoadedModel model, load_model(session, fs::absolute(from).string()));
  VECSTORE_TRY(judge_model(model).status());
  const fs::path part = to.parent_path() / ("." + to.filename().string() + ".part");
  fs::create_directories(to.parent_path(), failed);
  fs::remove_all(part, failed);
  fs::copy(from, part, fs::copy_options::recursive, failed);
  if (!failed) fs::rename(part, to, failed);
  if (!failed) {
    session.out.note("'" + to.filename().string() + "' is in " + to.parent_path().string());
    return {};
  }
  const std::string why = failed.message();
  fs::remove_all(part, failed);
  return failed_precondition("cannot copy to " + to.string() + ": " + why);
}

Status remove(Session& session, const std::string& name) {
  VECSTORE_ASSIGN(const fs::path folder, own_place(session, name));
  if (!holds_model(folder)) return not_found("there is no model in " + folder.string());
  std::error_code failed;
  fs::remove_all(folder, failed);
  if (failed)
    return failed_precondition("cannot remove " + folder.string() + ": " + failed.message());
  session.out.note("'" + name + "' is removed");
  return {};
}

Command named(const char* name, const char* summary, const char* example,
              const std::shared_ptr<ModelArguments>& to, const char* what,
              Status (*run)(Session&, const std::string&)) {
  return {.name = name,
          .summary = summary,
          .description = std::string("Example:\n  ") + example,
          .options = {{"name", &to->name, what, "", {}, true}},
          .run = [to, run](Session& session) { return run(session, to->name); }};
}

}  // namespace

Command model_command() {
  auto to = std::make_shared<ModelArguments>();
  Command command{
      .name = "model",
      .summary = "the models that this computer has: embedders, rerankers, ColBERT and SPLADE",
      .description = "Example:\n  vecstore model list"};
  Command added{.name = "add",
                .summary = "copy a model's folder to the others, once it was seen to work",
                .description = "Example:\n  vecstore model add ~/downloads/gte-small --name gte",
                .options = {{"folder", &to->name, "with tokenizer.json and weights", "", {}, true},
                            {"--name", &to->as, "its name from now on (the folder's)", "NAME"}},
                .run = [to](Session& session) { return add(session, *to); }};
  command.subcommands = {
      {.name = "list",
       .summary = "those in embedding.models_folder",
       .description = "Example:\n  vecstore model list -o json",
       .run = list},
      named("info", "what a model is", "vecstore model info all-MiniLM-L6-v2", to,
            "a name or a folder", info),
      named("test", "whether a model's files belong together, and how fast it is here",
            "vecstore model test all-MiniLM-L6-v2", to, "a name or a folder", test),
      std::move(added),
      named("remove", "delete a model's folder", "vecstore model remove gte", to, "its name",
            remove)};
  return command;
}

}  // namespace vecstore
