// Collection: query and query_many.
#include <nanobind/stl/string.h>

#include <chrono>
#include <optional>

#include "python/src/answers.h"
#include "python/src/call_limit.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/queries.h"
#include "python/src/values.h"
#include "python/src/vectors.h"
#include "vecstore/query_json.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

using std::chrono::milliseconds;

// A query of the main thread first runs in it, for so long. Only one that takes longer is asked
// again in a thread of its own, where it can be called off by Ctrl-C; the queries after it go there
// at once, until one is fast again.
constexpr milliseconds kSlice{100};

Result<Hits> query_in_thread(CollectionHandle& to, Query query) {
  CancelToken token = query.cancel ? *query.cancel : CancelToken();
  query.cancel = token;
  const auto begun = std::chrono::steady_clock::now();
  Result<Hits> hits = watched(
      [collection = to.shared(), query = std::move(query)] { return collection->query(query); },
      &token);
  to.slow = std::chrono::steady_clock::now() - begun > kSlice / 2;
  return hits;
}

Result<Hits> run(CollectionHandle& to, Query query) {
  const bool sliced = on_main_thread() && (query.timeout.count() == 0 || query.timeout > kSlice);
  if (sliced && to.slow) return query_in_thread(to, std::move(query));
  const milliseconds timeout = query.timeout;
  if (sliced) query.timeout = kSlice;
  Result<Hits> hits = unlocked(to, [&](auto& engine) { return engine.query(query); });
  if (!sliced || !hits.ok() || !hits->partial || (query.cancel && query.cancel->cancelled()))
    return hits;
  query.timeout = timeout.count() == 0 ? timeout : timeout - kSlice;
  return query_in_thread(to, std::move(query));
}

Answer query(CollectionHandle& to, nb::handle vector, nb::handle text, nb::handle k,
             nb::handle filter, nb::handle field, nb::handle include, nb::handle cancel,
             nb::handle options) {
  return Answer(take(
      run(to, to_query({vector, text, k, filter, field, include, cancel, options}, to.kinds))));
}

void set_token(std::vector<Query>& queries, const CancelToken& token) {
  for (Query& query : queries) query.cancel = token;
}

Result<std::vector<Hits>> many_in_thread(CollectionHandle& to, std::vector<Query> queries,
                                         CancelToken token) {
  set_token(queries, token);
  return watched([collection = to.shared(),
                  queries = std::move(queries)] { return collection->query_many(queries); },
                 &token);
}

// In the thread that calls, nothing when that takes too long.
std::optional<Result<std::vector<Hits>>> many_here(CollectionHandle& to,
                                                   std::vector<Query>& queries) {
  const CancelToken ended;
  set_token(queries, ended);
  const CallLimit limit(ended, kSlice);
  auto answers = unlocked(to, [&](auto& engine) { return engine.query_many(queries); });
  if (ended.cancelled()) return {};
  return answers;
}

// A batch that, as fast as the one before it, takes less than half a slice is asked in the thread
// that calls: a thread of its own costs as much as some of the queries.
Answers run_many(CollectionHandle& to, std::vector<Query> queries, std::size_t k,
                 nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const double count = static_cast<double>(queries.size());
  const bool here = count > 0 && on_main_thread() && !token.cancelled() &&
                    count * to.query_ms < kSlice.count() / 2.0;
  const auto begun = std::chrono::steady_clock::now();
  std::optional<Result<std::vector<Hits>>> answers;
  if (here) answers = many_here(to, queries);
  if (!answers) answers = many_in_thread(to, std::move(queries), std::move(token));
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
  if (count > 0) to.query_ms = took.count() / count;
  return Answers(take(std::move(*answers)), k);
}

// The rows of a matrix, each under the same conditions.
Answers query_matrix(CollectionHandle& to, nb::handle matrix, nb::handle k, nb::handle filter,
                     nb::handle field, nb::handle include, nb::handle cancel, nb::handle options) {
  const auto view = FloatView::of(matrix, 2);
  if (!view) raise_wrong_type("a float32 matrix in C order is expected");
  const Query common =
      to_query({nb::none(), nb::none(), k, filter, field, include, nb::none(), options}, to.kinds);
  std::vector<Query> queries(view->size_of(0), common);
  const std::size_t columns = view->size_of(1);
  for (std::size_t i = 0; i < queries.size(); ++i)
    queries[i].vector = Vector(view->values().subspan(i * columns, columns));
  return run_many(to, std::move(queries), common.k, cancel);
}

Answers query_list(CollectionHandle& to, const nb::list& objects, nb::handle cancel) {
  std::vector<Query> queries;
  queries.reserve(objects.size());
  for (const nb::handle object : objects) queries.push_back(to_query(object, to.kinds));
  std::size_t k = 0;
  for (const Query& query : queries) k = std::max(k, query.k);
  return run_many(to, std::move(queries), k, cancel);
}

nb::object query_to_json_text(nb::handle query, const Kinds& kinds) {
  return from_text(query_to_json(to_query(query, kinds)));
}

}  // namespace

void bind_search(nb::module_& module, CollectionClass& collection) {
  collection
      .def("query", query, nb::arg("vector").none(), nb::arg("text").none(), nb::arg("k").none(),
           nb::arg("filter").none(), nb::arg("field").none(), nb::arg("include").none(),
           nb::arg("cancel").none(), nb::arg("options").none())
      .def("query_matrix", query_matrix, nb::arg("matrix"), nb::arg("k").none(),
           nb::arg("filter").none(), nb::arg("field").none(), nb::arg("include").none(),
           nb::arg("cancel").none(), nb::arg("options").none())
      .def("query_list", query_list, nb::arg("queries"), nb::arg("cancel").none())
      .def(
          "query_json",
          [](CollectionHandle& to, const std::string& json, nb::handle cancel) {
            Query query = take(query_from_json(json));
            if (!cancel.is_none()) query.cancel = token_of(cancel);
            return Answer(take(run(to, std::move(query))));
          },
          nb::arg("json"), nb::arg("cancel").none());
  module.def(
      "query_to_json", [](nb::handle query) { return query_to_json_text(query, {}); },
      nb::arg("query"));
}

}  // namespace vecstore::python
