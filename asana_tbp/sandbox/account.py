"""The sandbox's own account: the words a caller needs before any server exists.

Knows names and the token. Imports nothing heavy, so that a command can offer the sandbox cheaply.
"""

from __future__ import annotations

SANDBOX_TOKEN = "sandbox"
SANDBOX_USER_NAME = "Sandbox Producer"
SANDBOX_USER_EMAIL = "producer@sandbox.example"
SANDBOX_WORKSPACE_NAME = "My Songs"
API_PREFIX = "/api/1.0"
