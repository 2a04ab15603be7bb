"""Reading: sources to drafts, and what the model looks at and holds inside while it reads."""
