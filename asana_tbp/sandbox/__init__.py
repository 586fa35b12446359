"""The embedded Asana: a board of records, an HTTP server and scripted failures.

Importing this package stays cheap: the web stack is loaded by `sandbox.server` and `sandbox.http` only.
"""

from __future__ import annotations

from asana_tbp.sandbox.account import SANDBOX_TOKEN

__all__ = ["SANDBOX_TOKEN"]
