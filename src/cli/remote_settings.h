// What the settings of a provider on the network have in common, whatever it is asked for: the
// members of RemoteOptions by name, the key and headers.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "embed/remote/remote_options.h"
#include "vecstore/value.h"

namespace vecstore {

class Settings;

using EnvironmentReader = std::function<const char*(const char*)>;

// Which members a provider reads.
enum class RemoteUse : unsigned char { kEmbeds, kRanks, kAnswers };

// Names without a section before them, with the values of `otherwise`.
void for_each_remote_row(RemoteUse use, const RemoteOptions& otherwise,
                         const std::function<void(std::string name, Value otherwise)>& take);

// A count of any size; kInvalidArgument when it is negative.
Status read_count(const Settings& settings, const std::string& key, std::size_t& to);

// From the section `prefix`, such as "embedding."; the model is left to the caller.
Status read_remote_rows(const Settings& settings, const std::string& prefix, RemoteUse use,
                        RemoteOptions& options);

// The variable which the provider's users know, where no setting has the key.
void look_for_key(std::string_view variable, const EnvironmentReader& environment,
                  RemoteOptions& options);
Status no_key(const std::string& provider, std::string_view variable, const char* setting);

}  // namespace vecstore
