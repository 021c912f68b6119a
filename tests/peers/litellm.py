"""The LiteLLM proxy as a process of its own environment (``scripts/peer litellm``), in front of any
OpenAI-compatible host: a gateway that is somebody else's work."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
COMMAND = ROOT / ".venv-peers/litellm/bin/litellm"
KEY = "sk-litellm-9d41c07b"
PATIENCE_S = 120.0
# ``bridged`` is a platform that LiteLLM knows to have no Responses API: it translates.
MODELS = {
    "mock": "openai/gpt-4o",
    "thinker": "openai/deepseek-reasoner",
    "bridged": "deepseek/deepseek-reasoner",
}


class LiteLLM:
    """``with LiteLLM(base_url, key) as proxy``: ``proxy.base_url`` forwards to that host."""

    def __init__(self, upstream: str, key: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        config = Path(self._folder.name, "config.yaml")
        config.write_text(json.dumps(_config(upstream)))  # JSON is YAML
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        self._url = f"http://127.0.0.1:{_free_port()}"
        self._process = subprocess.Popen(
            [COMMAND, "--config", config, "--host", "127.0.0.1", "--port", self._url[17:]],
            env={
                **os.environ,
                "UPSTREAM_KEY": key,
                "PROXY_KEY": KEY,
                "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else it asks the network for prices
                "DISABLE_ADMIN_UI": "True",
            },
            cwd=self._folder.name,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __enter__(self) -> LiteLLM:
        self._wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(20)
        self._log.close()
        self._folder.cleanup()

    @property
    def base_url(self) -> str:
        return f"{self._url}/v1"

    def _wait_until_ready(self) -> None:
        ends_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends_at and self._process.poll() is None:
            try:
                if httpx.get(f"{self._url}/health/liveliness", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        self._log.seek(0)
        raise AssertionError(f"litellm did not start: {self._log.read()[-2000:]}")


def _config(upstream: str) -> dict[str, Any]:
    there = {"api_base": upstream, "api_key": "os.environ/UPSTREAM_KEY"}
    models = [
        {"model_name": name, "litellm_params": {"model": model, **there}}
        for name, model in MODELS.items()
    ]
    return {
        "model_list": models,
        "general_settings": {"master_key": "os.environ/PROXY_KEY"},
        "litellm_settings": {"num_retries": 0, "telemetry": False},
    }


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
