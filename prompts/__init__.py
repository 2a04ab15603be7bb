"""Every word that is said to a model lives beside this file, in `*.md`; nothing else is here."""
