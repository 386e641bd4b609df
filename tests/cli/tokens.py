"""JSON Web Tokens for tests, signed with a secret: what somebody who makes tokens does."""
import base64
import hashlib
import hmac
import json
import time

SECRET = bytes(range(32))
SETTINGS = {"VECSTORE_SERVER_JWT_ALGORITHMS": "HS256", "VECSTORE_SERVER_JWT_ISSUER": "https://id.example",
            "VECSTORE_SERVER_JWT_AUDIENCE": "vecstore"}


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def key_set(secret=SECRET):
    return json.dumps({"keys": [{"kty": "oct", "kid": "k1", "alg": "HS256", "k": encoded(secret)}]})


def token(role, secret=SECRET, **claims):
    """A good token of that role, but for the claims that are given; of None the claim is left out."""
    now = int(time.time())
    all_claims = {"sub": "zoe", "iss": "https://id.example", "aud": "vecstore", "exp": now + 600, "vecstore:role": role, **claims}
    payload = {name: value for name, value in all_claims.items() if value is not None}
    text = encoded(json.dumps({"alg": "HS256", "kid": "k1"}).encode()) + "." + encoded(json.dumps(payload).encode())
    return text + "." + encoded(hmac.new(secret, text.encode(), hashlib.sha256).digest())
