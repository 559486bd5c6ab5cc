"""Judge: samples to findings in sandboxed processes, findings to a verdict."""
