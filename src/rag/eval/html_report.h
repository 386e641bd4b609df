// An evaluation as a page for people: html_report(). What ids and texts hold is text and nothing
// else.
#pragma once

#include "rag/eval/evaluation.h"
