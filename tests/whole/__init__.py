"""The chat, the library and the evaluation in a browser, over one program with the real models."""
