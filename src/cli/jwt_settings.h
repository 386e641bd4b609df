// The settings under [server.jwt]: whose tokens `serve` lets in.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/settings.h"
#include "service/jwt/token_verifier.h"

namespace vecstore {

// Names without "server.jwt.", with their defaults.
void for_each_jwt_setting(const std::function<void(std::string name, Value otherwise)>& take);

// kInvalidArgument names the setting.
Result<JwtOptions> jwt_settings(const Settings& settings);

// None without server.jwt.keys.
Result<std::unique_ptr<TokenVerifier>> open_tokens(const Settings& settings);

}  // namespace vecstore
