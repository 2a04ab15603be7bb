"""The chat page, the desk where its askers wait, and the server behind it."""
