"""`mcp`: the studio for assistants, by the Model Context Protocol over standard input and output."""

from __future__ import annotations

import functools
import json
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipelines.errors import PipelineError
from studio.commands.assistant_tools import AssistantTools, Drawn, find_principal
from studio.commands.console import Console
from studio.studio import Studio

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

ABOUT = (
    "Avatar Studio runs on this computer. Find a pose with list_poses, keep a person with create_avatar or "
    "measure_photo, then draw. Only adults can be drawn. The draft preset draws at once, without a graphics card."
)
MISSING = 'The package for this is not installed: python -m pip install -c constraints.txt ".[mcp]"'


class McpMissing(PipelineError):
    """The package for this is not installed."""

    code = "mcp-missing"


def run_mcp(studio: Studio, asked: Namespace, console: Console) -> int:
    """Serve an assistant until it closes the connection. 0.

    Raises McpMissing, and NotSignedIn where it is not known for whom.
    """
    find_principal(studio)
    build_server(studio).run("stdio")
    return 0


def build_server(studio: Studio) -> MCPServer[Any]:
    """The server, and a tool for each function. Raises McpMissing."""
    try:
        from mcp.server.mcpserver import Image, MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
    except ImportError as error:
        raise McpMissing(MISSING) from error

    def offer(work: Callable[..., Any]) -> Callable[..., Any]:
        """The function with its refusals as the protocol says them, in the studio's own sentence."""

        @functools.wraps(work)
        def tool(*args: Any, **kwargs: Any) -> Any:
            try:
                answer = work(*args, **kwargs)
            except PipelineError as error:
                raise ToolError(f"{error.code}: {error.message}") from error
            if isinstance(answer, Drawn):
                pictures = [Image(data=small, format="webp") for small in answer.small]
                return [json.dumps(answer.said, ensure_ascii=False), *pictures]
            return json.dumps(answer, ensure_ascii=False)

        return tool

    server: MCPServer[Any] = MCPServer("Avatar Studio", instructions=ABOUT, log_level="WARNING")
    tools = AssistantTools(studio)
    for work in (
        tools.list_poses,
        tools.list_models,
        tools.list_avatars,
        tools.create_avatar,
        tools.measure_avatar,
        tools.measure_photo,
        tools.pose_of_photo,
        tools.draw,
        tools.find_generations,
        tools.list_jobs,
    ):
        server.add_tool(offer(work), structured_output=False)
    return server
