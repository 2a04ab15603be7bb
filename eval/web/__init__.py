"""The evaluation in the browser: choose suites, run them, look at the reports."""
