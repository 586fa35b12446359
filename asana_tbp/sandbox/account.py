"""The sandbox's own account: what a caller needs to know before any server exists.

Imports nothing, so that a command can offer the sandbox cheaply.
"""

from __future__ import annotations

SANDBOX_TOKEN = "sandbox"
SANDBOX_USER_NAME = "Sandbox Producer"
SANDBOX_USER_EMAIL = "producer@sandbox.example"
SANDBOX_WORKSPACE_NAME = "My Songs"
API_PREFIX = "/api/1.0"
