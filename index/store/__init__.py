"""The truth on disk: tables, versions, locks, copies, and the checks of all of it."""
