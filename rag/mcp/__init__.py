"""The MCP server for other programs."""
