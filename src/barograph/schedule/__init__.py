"""When the runs of a recurring run start, and what their parameters' macros stand for. Pure."""
