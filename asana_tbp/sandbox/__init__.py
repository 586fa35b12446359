"""The embedded Asana: a board of records and an HTTP server.

What a caller needs before any server exists stands here, as importing it is cheap: the web stack is loaded by
`sandbox.http` only.
"""

from __future__ import annotations

SANDBOX_TOKEN = "sandbox"
API_PREFIX = "/api/1.0"
