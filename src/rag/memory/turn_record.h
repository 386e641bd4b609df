// A turn of a conversation as its record, and back: conversations.h says what is in it.
#pragma once

#include <string>
#include <string_view>

#include "rag/memory/conversations.h"
#include "vecstore/record.h"

namespace vecstore {

// "NAME#"
std::string conversation_id(std::string_view name);
// "NAME#0000000012"
std::string turn_id(std::string_view name, std::uint64_t number);

// Without its vector.
Record record_of_turn(std::string_view name, const ConversationTurn& turn);
// kDataLoss for a record that no version of this wrote.
Result<ConversationTurn> turn_of_record(const Record& record);

// All but the times, which the store sets.
Record record_of_info(const ConversationInfo& info);
Result<ConversationInfo> info_of_record(const Record& record);

}  // namespace vecstore
