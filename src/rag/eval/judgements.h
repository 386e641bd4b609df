// Which documents answer which query, as judged by people.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "vecstore/evaluation.h"

namespace vecstore {

using Judgements = std::unordered_map<std::string, Grades>;

// Gives the lines of a text one by one, without their ends; false at the end.
using NextLine = std::function<Result<bool>(std::string& line)>;

// Hands on every line and its number, from 1; an error of `take` names the line and is the end.
Status take_lines(const NextLine& next,
                  const std::function<Status(const std::string& line, std::size_t number)>& take);

// Grades beyond it are a mistake.
inline constexpr int kMaxGrade = 1000;

// Four columns as TREC has them (query, anything, document, grade), or three as BEIR has (query,
// document, grade, with or without a head), separated by tabs or else by spaces. An error names the
// line.
Result<Judgements> read_judgements(const NextLine& next);

// How many documents are relevant.
std::size_t relevant_count(const Grades& grades);

}  // namespace vecstore
