// embed: the vectors of texts, without a database.
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/model_trial.h"
#include "cli/out_file.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/text_lines.h"
#include "cli/vector_file.h"
#include "embed/remote/model_facts.h"

namespace vecstore {
namespace {

constexpr std::size_t kTextsAtOnce = 256;

struct EmbedArguments {
  std::vector<std::string> texts = {};
  std::optional<std::string> file = {}, out = {}, model = {}, provider = {};
  bool questions = false, estimate = false;
};

Result<TextLines> texts_of(const EmbedArguments& given) {
  if (given.texts.empty() == !given.file) {
    return invalid_argument("give texts, or --file with one a line");
  }
  if (given.file) return TextLines::open(*given.file);
  return TextLines(given.texts);
}

std::string_view bytes_of(std::span<const float> numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()};
}

// The answer: printed, or written to a file whose name says the format.
class EmbeddingWriter {
 public:
  EmbeddingWriter(const Output& out, std::size_t dimension) : out_(out), dimension_(dimension) {}

  Status open(const std::string& path, const EmbedArguments& given) {
    npy_ = path.ends_with(".npy");
    if (!npy_ && !path.ends_with(".fvecs")) {
      return invalid_argument("'" + path + "' must end in .npy or .fvecs");
    }
    std::uint64_t rows = 0;
    if (npy_) {
      VECSTORE_ASSIGN(rows, count(given));
    }
    VECSTORE_TRY(file_.open(path));
    return npy_ ? file_.write(npy_header(rows, dimension_)) : Status();
  }

  Status write(const TextLine& line, Vector vector) {
    if (file_.is_open()) {
      const DenseVector& row = *vector.dense();
      const auto head = static_cast<std::uint32_t>(row.size());
      if (!npy_) VECSTORE_TRY(file_.write({reinterpret_cast<const char*>(&head), sizeof head}));
      return file_.write(bytes_of(row));
    }
    Record record;  // its JSON has the shortest digits of floats
    record.id = "-";
    record.vector = std::move(vector);
    VECSTORE_ASSIGN(Value json, Value::parse_json(record.to_json()));
    Object object;
    if (line.id) object["id"] = *line.id;
    object["text"] = line.text;
    object["vector"] = *json.as_object()->find("vector");
    rows_.push_back(std::move(object));
    return {};
  }

  // JSON lines as they come, what is one table or object at the end.
  void end_batch() {
    if (out_.format() == OutputFormat::kJsonl) finish_rows();
  }

  Status finish() {
    if (file_.is_open()) return file_.finish();
    if (out_.format() != OutputFormat::kJsonl) finish_rows();
    return {};
  }

 private:
  // An NPY file begins with how many rows it has.
  static Result<std::uint64_t> count(const EmbedArguments& given) {
    if (!given.file) return given.texts.size();
    if (is_read_once(*given.file)) {
      return invalid_argument("rows of '" + *given.file +
                              "' cannot be counted before they are read: write .fvecs");
    }
    VECSTORE_ASSIGN(TextLines lines, TextLines::open(*given.file));
    std::uint64_t rows = 0;
    for (TextLine line;; ++rows) {
      VECSTORE_ASSIGN(const bool more, lines.next(line));
      if (!more) return rows;
    }
  }

  void finish_rows() {
    out_.print_list("embeddings", rows_);
    rows_.clear();
  }

  const Output& out_;
  std::size_t dimension_;
  bool npy_ = false;
  OutFile file_;
  std::vector<Object> rows_;
};

// A dense vector of zeros, a sparse one without indices.
bool holds_nothing(const Vector& vector) {
  if (vector.sparse()) return vector.sparse()->indices.empty();
  return vector.dense() && std::ranges::all_of(*vector.dense(), [](float x) { return x == 0; });
}

Status embed_all(Session& session, const EmbedArguments& given, const LoadedModel& model) {
  VECSTORE_ASSIGN(TextLines lines, texts_of(given));
  EmbeddingWriter writer(session.out, model.embedder ? model.embedder->info().dimension : 0);
  if (given.out && !model.embedder)
    return invalid_argument("--out is for models that give a text one dense vector");
  if (given.out) VECSTORE_TRY(writer.open(*given.out, given));
  watch_interrupts();
  Progress progress(!session.out.quiet() && given.out);
  std::uint64_t done = 0, empty = 0;
  for (bool more = true; more;) {
    std::vector<TextLine> batch;
    std::vector<std::string> texts;
    for (TextLine line; batch.size() < kTextsAtOnce;) {
      VECSTORE_ASSIGN(more, lines.next(line));
      if (!more) break;
      texts.push_back(line.text);
      batch.push_back(std::move(line));
    }
    if (interrupted()) return cancelled("stopped; nothing was left behind");
    VECSTORE_ASSIGN(std::vector<Vector> vectors, embed_with(model, texts, given.questions));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      empty += holds_nothing(vectors[i]);
      VECSTORE_TRY(writer.write(batch[i], std::move(vectors[i])));
    }
    done += batch.size();
    writer.end_batch();
    progress.update(done, 0, "texts");
  }
  VECSTORE_TRY(writer.finish());
  progress.clear();
  if (empty > 0) {
    session.out.warn(counted(empty, "text") + " with nothing to embed: vectors of zeros");
  }
  if (given.out) session.out.note(counted(done, "text") + " embedded in " + *given.out);
  return {};
}

Status run_estimate(const Session& session, const EmbedArguments& given) {
  if (session.settings.text("embedding.provider").empty()) {
    return invalid_argument("--estimate is for a --provider: this computer takes no money");
  }
  VECSTORE_ASSIGN(const RemoteOptions options, session.remote_embedding());
  VECSTORE_ASSIGN(TextLines lines, texts_of(given));
  std::vector<std::string> texts;
  for (TextLine line;;) {
    VECSTORE_ASSIGN(const bool more, lines.next(line));
    if (!more) break;
    texts.push_back(std::move(line.text));
  }
  const TextRole role = given.questions ? TextRole::kQuery : TextRole::kDocument;
  VECSTORE_ASSIGN(const RemoteEstimate made, estimate(options, texts, role));
  Object row{{"texts", number(made.texts)},
             {"requests", number(made.requests)},
             {"likely_tokens", number(made.likely_tokens)},
             {"most_tokens", number(made.most_tokens)}};
  row["likely_usd"] = made.likely_usd ? Value(*made.likely_usd) : Value();
  row["most_usd"] = made.most_usd ? Value(*made.most_usd) : Value();
  session.out.print_object(row);
  if (!made.likely_usd) {
    session.out.note("the price is not known: embedding.usd_per_million_tokens sets it");
  }
  return {};
}

Status run_embed(Session& session, const EmbedArguments& given) {
  if (given.model) session.settings.set_by_flag("embedding.model", *given.model, "--model");
  if (given.provider)
    session.settings.set_by_flag("embedding.provider", *given.provider, "--provider");
  VECSTORE_TRY(texts_of(given).status());
  if (given.estimate) return run_estimate(session, given);
  LoadedModel model;
  if (session.settings.text("embedding.provider").empty()) {
    VECSTORE_ASSIGN(model, load_model(session, session.settings.text("embedding.model")));
  } else {
    VECSTORE_ASSIGN(model.embedder, session.embedder());
  }
  return embed_all(session, given, model);
}

}  // namespace

Command embed_command() {
  auto to = std::make_shared<EmbedArguments>();
  return {
      .name = "embed",
      .summary = "the vectors of texts, by the model that ingest and query use",
      .description =
          "Every line of a file is a text, a blank one too, so that row n is line n; of JSON\n"
          "lines it is the member \"text\".\n\n"
          "A ColBERT gives a list of vectors, SPLADE a sparse one.\n\n"
          "Examples:\n"
          "  vecstore embed 'how do I open a file' -o jsonl\n"
          "  vecstore embed --file titles.txt --out titles.npy\n"
          "  vecstore scan -o jsonl > all.jsonl && vecstore embed --file all.jsonl --out all.fvecs",
      .options = {{"text", &to->texts, "what to embed", "TEXT"},
                  {"--file", &to->file, "texts, one a line; '-' is standard input", "FILE"},
                  {"--out", &to->out, "a matrix instead of JSON: .npy or .fvecs", "FILE"},
                  {"--questions", &to->questions,
                   "as what is looked for: for models that tell questions from texts"},
                  {"--model", &to->model,
                   "folder of the embedding model, or a provider's name for it", "MODEL"},
                  {"--provider", &to->provider, "who embeds instead of this computer", "NAME"},
                  {"--estimate", &to->estimate, "only what a provider would take and cost"}},
      .run = [to](Session& session) { return run_embed(session, *to); }};
}

}  // namespace vecstore
