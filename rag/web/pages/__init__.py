"""The pages beside the chat: their common frame, and how a page is added to the server."""
