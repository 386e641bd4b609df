#include <gtest/gtest.h>

#include "rag/eval/test_evaluation.h"
#include "vecstore/evaluation.h"

namespace vecstore {
namespace {

TEST(EvaluationJson, comes_back_as_it_was) {
  const std::string json = Value(evaluation_object(small_evaluation())).to_json();
  const Evaluation back = evaluation_of(Value::parse_json(json).value()).value();
  EXPECT_EQ(Value(evaluation_object(back)).to_json(), json);
  EXPECT_NE(json.find(R"("mode":"text","mrr":0.333)"), std::string::npos) << json;
  EXPECT_NE(json.find(R"({"id":"x","score":3.0,"grade":null})"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("p_holm":0.25)"), std::string::npos) << json;
}

TEST(EvaluationJson, of_joined_reports_keeps_their_names) {
  const Evaluation one = small_evaluation();
  const Evaluation joined = join_evaluations({{"before", one}, {"now", one}}).value();
  const Evaluation back = evaluation_of(evaluation_object(joined)).value();
  EXPECT_EQ(back.runs[3].title(), "now: hybrid");
  EXPECT_EQ(back.comparisons.size(), joined.comparisons.size());
}

TEST(EvaluationJson, what_is_no_report_is_refused) {
  const Value good = evaluation_object(small_evaluation());
  EXPECT_EQ(evaluation_of(Value(Object{})).status().message(),
            "no report of an evaluation: 'format' is not 'vecstore evaluation 1'");
  EXPECT_FALSE(evaluation_of(Value(3)).ok());
  for (const char* name : {"metrics", "modes", "resampling", "queries", "unjudged_queries"}) {
    Object without = *good.as_object();
    without.erase(name);
    EXPECT_NE(evaluation_of(without).status().message().find(name), std::string::npos) << name;
  }
  const std::string json = good.to_json();
  for (const auto& [what, instead] :
       {std::pair(R"("samples":1000)", R"("samples":1)"), std::pair(R"("seed":1)", R"("seed":-1)"),
        std::pair(R"("took_ms":12.5)", R"("took_ms":null)"),
        std::pair(R"("mode":"text")", R"("mode":"words")"),
        std::pair(R"("values":[0.5,1.0])", R"("values":[0.5])"),
        std::pair(R"("values":[0.5,1.0])", R"("values":["x",1.0])"),
        std::pair(R"({"id":"x","score":3.0)", R"({"score":3.0)"),
        std::pair(R"({"id":"q2")", R"({"id":2)"), std::pair(R"("relevant":1)", R"("relevant":-1)"),
        std::pair(R"("metrics":["mrr")", R"("metrics":[1)"),
        std::pair(R"("curve":{"k":[1,2,3,5,10,20,50,100],"recall":[)",
                  R"("curve":{"k":[1,2,3,5,10,20,50,100],"recall":[0.1,)")}) {
    std::string broken = json;
    ASSERT_NE(broken.find(what), std::string::npos) << what;
    broken.replace(broken.find(what), std::string(what).size(), instead);
    const Result<Evaluation> read = evaluation_of(Value::parse_json(broken).value());
    EXPECT_EQ(read.status().code(), Code::kInvalidArgument) << what << " as " << instead;
  }
}

}  // namespace
}  // namespace vecstore
